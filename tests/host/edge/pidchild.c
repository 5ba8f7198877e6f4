/*
 * pidchild PROGRAM [ARGUMENT...]: what vnamespace -e does once it has joined a
 * PID namespace, here a new one with an init.
 */
#define main vnamespace_main
#include "../../../pam_vns/vnamespace.c"
#undef main

#include <sched.h>

int main(int argc, char **argv)
{
	if (argc < 2 || unshare(CLONE_NEWPID) < 0)
		return 125;
	switch (fork()) {
	case -1:
		return 125;
	case 0:
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setsid();
		for (;;)
			pause();
	default:
		return run_child(argv + 1);
	}
}
