/*
 * Runs a command whose system calls are answered here, and lets them fail one
 * after the other.
 */
#include "command.h"

#include "change.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* So often a command is run at most; of more calls only some fail. */
#define RUNS_MAX 100

static _Noreturn void become(const char *const argv[], int channel, int output)
{
	char *const envp[] = { NULL };
	int listener = fault_begin();
	char path[64];

	send(channel, &listener, sizeof(listener), MSG_NOSIGNAL);
	recv(channel, &listener, 1, 0);
	close(listener);
	dup2(output, 1);
	dup2(output, 2);
	snprintf(path, sizeof(path), "/usr/sbin/%s", argv[0]);
	execve(path, (char *const *)argv, envp);
	_exit(127);
}

/* Until the process has ended. */
static void serve(int pidfd, int listener, struct fault *fault)
{
	struct pollfd fds[] = {
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = listener, .events = POLLIN },
	};

	while (poll(fds, 2, HANGS_S * 1000) > 0 && !fds[0].revents)
		if (fds[1].revents & POLLIN)
			fault_serve(listener, fault, true);
}

/* Those that it has left go on. */
static pid_t serve_others(int listener)
{
	struct fault none = { .at = -1 };
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid > 0) {
		close(listener);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		fault_serve(listener, &none, false);
}

void command_end(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int command_run(const char *const argv[], struct fault *fault, pid_t *server,
		char *said, size_t size)
{
	int ends[2], output = memfd_create("output", MFD_CLOEXEC);
	int pidfd, listener, status;
	ssize_t length;
	pid_t pid;

	if (output < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		err(1, "socketpair");
	fflush(stdout);
	fault->count = 0;
	pid = fork();
	if (pid == 0)
		become(argv, ends[1], output);
	close(ends[1]);
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0 || recv(ends[0], &status, sizeof(int), 0) != sizeof(int))
		errx(1, "the child has no filter");
	listener = fault_take(pidfd, status);
	send(ends[0], "", 1, MSG_NOSIGNAL);
	serve(pidfd, listener, fault);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	*server = serve_others(listener);
	length = pread(output, said, size - 1, 0);
	said[length < 0 ? 0 : length] = '\0';
	close(pidfd);
	close(ends[0]);
	close(output);
	return status;
}

static int run_once(const char *const argv[], struct fault *fault, char *said,
		    size_t size)
{
	pid_t server;
	int status = command_run(argv, fault, &server, said, size);

	command_end(server);
	return status;
}

static bool holds(const char *line)
{
	return system(line) == 0;
}

/*
 * Whether it has ended by itself, and said why if its work is not done. From
 * 128 to 254 the status would tell of a signal that has killed something.
 */
static bool is_right(int status, const struct fault *fault, const char *said)
{
	return WIFEXITED(status) &&
	       (WEXITSTATUS(status) <= 127 || WEXITSTATUS(status) == 255) &&
	       (status == 0 || said[0] || fault->number == SYS_write);
}

long command_each(struct fault *fault, const char *before, const char *after,
		  const char *const argv[])
{
	const char *const usage[] = { argv[0], "--bogus", NULL };
	long calls, step, done = 0, failed = 0, wrong = 0;
	char said[512];
	int status;

	fault->at = -1;
	if (!holds(before))
		errx(1, "%s", before);
	status = run_once(argv, fault, said, sizeof(said));
	calls = fault->count;
	if (!is_right(status, fault, said) || !holds(after))
		errx(1, "undisturbed: status %x: %s", (unsigned)status, said);
	/* What the loader does comes first, and is not our concern. */
	run_once(usage, fault, said, sizeof(said));
	fault->at = fault->count;
	step = (calls - fault->at) / RUNS_MAX + 1;
	for (; fault->at < calls && wrong < 5; fault->at += step) {
		if (!holds(before))
			errx(1, "%s", before);
		fault->number = -1;
		status = run_once(argv, fault, said, sizeof(said));
		*(status == 0 ? &done : &failed) += 1;
		if (is_right(status, fault, said) && holds(after))
			continue;
		wrong++;
		printf("wrong: call %ld (system call %d): status %x: %s\n",
		       fault->at, fault->number, (unsigned)status, said);
	}
	printf("%ld calls: done %ld, failed %ld, wrong %ld\n", calls, done,
	       failed, wrong);
	return wrong;
}
