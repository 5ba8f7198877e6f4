/*
 * Stands in for "sleep" in a container's root: gives up what an engine takes
 * from its containers, as the files /bounding (a set in hexadecimal),
 * /no_new_privs and /filter say if they are there, and waits.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog filter = { 1, &allow };
	FILE *file = fopen("/bounding", "r");
	unsigned long long set = ~0ULL;
	unsigned long i;

	if (file && (fscanf(file, "%llx", &set) != 1 || fclose(file) != 0))
		return 1;
	if (access("/filter", F_OK) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0)
		return 1;
	for (i = 0; i < 64; i++)
		if (!(set >> i & 1))
			(void)prctl(PR_CAPBSET_DROP, i);
	if (access("/no_new_privs", F_OK) == 0)
		(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	for (;;)
		pause();
}
