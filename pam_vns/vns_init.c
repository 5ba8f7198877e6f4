/*
 * The init process of a vserver that has namespaces besides the mount
 * namespace: they are found at it, and live as long as it does. In a PID
 * namespace it is process 1, and whoever loses its parent becomes its child.
 *
 * It is linked statically, as it is executed among the tenant's files, and
 * does nothing: no child of a process that ignores SIGCHLD becomes a zombie
 * (sigaction(2), SA_NOCLDWAIT), and no signal is passed on to anybody.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t all;

	prctl(PR_SET_DUMPABLE, 0);
	sigaction(SIGCHLD, &ignore, NULL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	for (;;)
		pause();
}
