/*
 * Run inside a vserver, or on the host, this makes a message queue and shared
 * memory ("make"), orphans ("orphans") or signals for process 1 ("signals"), or
 * prints which of the queue and the memory it finds. It is linked statically.
 */
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

/* Makes children that outlive their parent, and then end. */
static int leave_orphans(void)
{
	int i;

	for (i = 0; i < 200; i++) {
		pid_t pid = fork();

		if (pid == 0 && fork() == 0)
			while (getppid() != 1)
				;
		if (pid <= 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	return 0;
}

/* Sends every signal there is, 1 to 64. */
static int attack_init(void)
{
	int number;

	for (number = 1; number <= 64; number++)
		if (kill(1, number) < 0)
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "orphans") == 0)
		return leave_orphans();
	if (strcmp(what, "signals") == 0)
		return attack_init();
	if (strcmp(what, "make") == 0)
		return mq_open("/probe", O_RDWR | O_CREAT, 0666, NULL) < 0 ||
		       shmget(4711, 4096, IPC_CREAT | 0666) < 0;
	/* Prints what was made: q, m, both or none. */
	if (mq_open("/probe", O_RDWR) >= 0)
		printf("q");
	if (shmget(4711, 0, 0) >= 0)
		printf("m");
	printf("\n");
	return 0;
}
