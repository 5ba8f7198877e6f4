/*
 * Keeps a process in the namespaces of each vserver, which starts processes
 * there with the numbers that are asked for (set_tid in clone(2)).
 */
#include "engine.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A process for each colour, in its namespaces, that starts the others. */
static int factories[COLOURS] = { -1, -1, -1, -1 };

struct order {
	pid_t number, inner;
};

static void move(int signal)
{
	(void)signal;
	unshare(CLONE_NEWNS | CLONE_NEWUTS);
}

static _Noreturn void live(int channel, int user)
{
	if (user >= 0 &&
	    (setns(user, CLONE_NEWUSER) < 0 || setgroups(0, NULL) < 0 ||
	     setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0))
		err(1, "the user namespace");
	/* Last, as a change of ids takes it away. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGUSR1, move);
	send(channel, "", 1, MSG_NOSIGNAL);
	close(channel);
	for (;;)
		pause();
}

/*
 * clone(2): the numbers from the innermost PID namespace on outwards. Those of
 * a program that has just ended may not have been freed yet.
 */
static void give_birth(int channel, int user, const struct order *order)
{
	const pid_t inside[] = { order->inner, order->number };
	struct clone_args args = {
		.flags = CLONE_PARENT,
		.set_tid = (uintptr_t)(user >= 0 ? inside : inside + 1),
		.set_tid_size = user >= 0 ? 2 : 1,
	};
	const struct timespec step = { 0, 1000000 };
	int steps = 5000;
	long pid;

	while ((pid = syscall(SYS_clone3, &args, sizeof(args))) < 0 &&
	       errno == EEXIST && steps-- > 0)
		nanosleep(&step, NULL);
	if (pid == 0)
		live(channel, user);
	if (pid < 0)
		err(1, "process %d (%d)", order->number, order->inner);
}

static _Noreturn void serve(int channel, pid_t pid)
{
	int user = -1, pidfd;
	struct order order;
	char path[64];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pid > 0) {
		snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
		user = open(path, O_RDONLY | O_CLOEXEC);
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		if (user < 0 || pidfd < 0 ||
		    setns(pidfd, CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET |
					 CLONE_NEWCGROUP | CLONE_NEWTIME |
					 CLONE_NEWPID | CLONE_NEWNS) < 0)
			err(1, "the namespaces of process %d", pid);
		close(pidfd);
	}
	while (recv(channel, &order, sizeof(order), 0) == sizeof(order))
		give_birth(channel, user, &order);
	_exit(0);
}

void engine_begin(enum colour colour, pid_t pid)
{
	int ends[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		err(1, "socketpair");
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		close(ends[0]);
		serve(ends[1], pid);
	}
	close(ends[1]);
	factories[colour] = ends[0];
}

void engine_start(enum colour colour, pid_t number, pid_t inner)
{
	const struct order order = { number, inner };
	char byte;

	if (send(factories[colour], &order, sizeof(order), MSG_NOSIGNAL) !=
		    sizeof(order) ||
	    recv(factories[colour], &byte, 1, 0) != 1)
		errx(1, "engine %d of colour %d", number, (int)colour);
}

void engine_stop(pid_t number)
{
	kill(number, SIGKILL);
	while (waitpid(number, NULL, 0) < 0)
		if (errno != EINTR)
			err(1, "waiting for process %d", number);
}

void engine_write(const char *path, pid_t number, int in_place)
{
	char other[256];
	FILE *file;

	snprintf(other, sizeof(other), "%s.new", path);
	file = fopen(in_place ? path : other, "we");
	if (!file || fprintf(file, "%d\n", number) < 0 || fclose(file) != 0 ||
	    (!in_place && rename(other, path) < 0))
		err(1, "%s", path);
}
