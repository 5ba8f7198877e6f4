/*
 * pidchild PROGRAM [ARGUMENT...]: what vnamespace -e does once it has joined a
 * PID namespace, here a new one with an init.
 */
#define main vnamespace_main
#include "../../../pam_vns/tool/vnamespace.c"
#undef main

#include <sched.h>

/* It stays for a while; a default action is none for an init. */
static void be_init(void)
{
	syscall(SYS_close_range, 0U, ~0U, 0U);
	setsid();
	prctl(PR_SET_NAME, "pidns-init");
	signal(SIGALRM, _exit);
	alarm(20);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	if (argc < 2 || unshare(CLONE_NEWPID) < 0)
		return 125;
	switch (fork()) {
	case -1:
		return 125;
	case 0:
		be_init();
	default:
		return run_child(argv + 1,
				 open("/dev/tty", O_RDWR | O_CLOEXEC));
	}
}
