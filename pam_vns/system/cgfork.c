/*
 * Forks with clone3(2) straight into the cgroup, or, where that fails, forks
 * first and has the child move itself.
 */
#include "system/cgfork.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t clone_child(int cgroup, int signal, int *pidfd)
{
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = (unsigned)signal,
	};

	if (cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (unsigned)cgroup;
	}
	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

static void reap(int pidfd)
{
	siginfo_t ignored;

	while (waitid(P_PIDFD, (id_t)pidfd, &ignored, WEXITED | __WALL) < 0 &&
	       errno == EINTR)
		;
}

/*
 * Waits until the child writes to the pipe or ends, whichever comes first.
 * Returns whether it has written.
 */
static bool has_begun(int reader, int pidfd)
{
	struct pollfd fds[] = {
		{ .fd = reader, .events = POLLIN },
		{ .fd = pidfd, .events = POLLIN },
	};

	while (poll(fds, 2, -1) < 0 && errno == EINTR)
		;
	return fds[0].revents & POLLIN;
}

/*
 * Forks a child into the cgroup. Kernels with kill_seq (6.14, and updates of
 * others) kill the child at once if the two cgroups have not been killed
 * equally often (cgroup.kill).
 */
static pid_t begin_there(int cgroup, int signal, int *pidfd)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	pid = clone_child(cgroup, signal, pidfd);
	/* The caller waits for this in vain, and forks another child. */
	if (pid == 0 && write(ends[1], "", 1) != 1)
		_exit(127);
	close(ends[1]);
	if (pid > 0 && !has_begun(ends[0], *pidfd)) {
		reap(*pidfd);
		close(*pidfd);
		*pidfd = -1;
		pid = -1;
	}
	close(ends[0]);
	return pid;
}

/* Makes only calls that are safe in a child of a process with threads. */
static int move(int cgroup)
{
	int fd = openat(cgroup, "cgroup.procs",
			O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	int rc = fd >= 0 && write(fd, "0", 1) == 1 ? 0 : -errno;

	if (fd >= 0)
		close(fd);
	return rc;
}

pid_t vns_cgfork(int cgroup, int signal, int *pidfd, int *rc)
{
	pid_t pid = cgroup < 0 ? -1 : begin_there(cgroup, signal, pidfd);

	*rc = 0;
	if (pid >= 0)
		return pid;
	pid = clone_child(-1, signal, pidfd);
	if (pid == 0 && cgroup >= 0)
		*rc = move(cgroup);
	return pid;
}
