#include "spawn.h"

#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* rt_sigaction(2) wants to know; the same on all architectures but MIPS. */
#define KERNEL_SIGSET_SIZE 8

void vns_spawn_default_signals(void)
{
	/* Of sigaction(2), not sigaction(3), which leaves out libc's own. */
	static const unsigned long plain[8];
	sigset_t none;
	int signal;

	for (signal = 1; signal < NSIG; signal++)
		syscall(SYS_rt_sigaction, signal, plain, NULL,
			KERNEL_SIGSET_SIZE);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A user's own, which a set-user-ID program hands on. */
static void reset_limits(void)
{
	static const int kinds[] = { RLIMIT_FSIZE, RLIMIT_CPU,	 RLIMIT_AS,
				     RLIMIT_DATA,  RLIMIT_NPROC, RLIMIT_STACK,
				     RLIMIT_NOFILE };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

		if (kinds[i] == RLIMIT_STACK)
			limit.rlim_cur = 8UL << 20;
		if (kinds[i] == RLIMIT_NOFILE)
			limit = (struct rlimit){ 1024, 524288 };
		if (setrlimit(kinds[i], &limit) == 0 ||
		    getrlimit(kinds[i], &limit) < 0)
			continue;
		/* Where root may not raise it, as much as there is. */
		limit.rlim_cur = limit.rlim_max;
		setrlimit(kinds[i], &limit);
	}
	setpriority(PRIO_PROCESS, 0, 0);
}

/* In the middle process: whatever the program's end was, is its own. */
static _Noreturn void pass_on(pid_t program)
{
	int status;

	while (waitpid(program, &status, 0) < 0)
		if (errno != EINTR)
			_exit(127);
	if (WIFSIGNALED(status))
		kill(getpid(), WTERMSIG(status));
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 127);
}

/*
 * The middle process and, from _Fork(3) on, the program. Until the exec only
 * async-signal-safe calls, as the caller may have threads.
 */
static _Noreturn void run_child(char *const argv[], char *const envp[],
				int input, int output)
{
	int null = input >= 0 ? input : open("/dev/null", O_RDONLY);
	pid_t program;

	vns_spawn_default_signals();
	/* A copy of the caller's memory must not become a core file. */
	prctl(PR_SET_DUMPABLE, 0);
	/* A caller with 0, 1 or 2 closed has been given those. */
	null = fcntl(null, F_DUPFD, 3);
	output = fcntl(output, F_DUPFD, 3);
	/* A set-user-ID caller has another real uid, and shells obey that. */
	if (null < 0 || output < 0 || setsid() < 0 ||
	    syscall(SYS_setgroups, 0, NULL) < 0 ||
	    syscall(SYS_setresgid, 0, 0, 0) < 0 ||
	    syscall(SYS_setresuid, 0, 0, 0) < 0 || chdir("/") < 0)
		_exit(127);
	umask(022);
	reset_limits();
	if (dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
		_exit(127);
	syscall(SYS_close_range, 3U, ~0U, 0U);
	program = _Fork();
	if (program > 0)
		pass_on(program);
	if (program == 0)
		execve(argv[0], argv, envp);
	_exit(errno == ENOENT ? 127 : 126);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads what is there; false at the end of the output. */
static bool drain(int fd, char *output, size_t size, size_t *used)
{
	char buffer[512];
	ssize_t count = read(fd, buffer, sizeof(buffer));

	if (count < 0)
		return errno == EINTR || errno == EAGAIN;
	if (count > 0 && *used + 1 < size) {
		size_t room = size - 1 - *used;
		size_t take = (size_t)count < room ? (size_t)count : room;

		memcpy(output + *used, buffer, take);
		*used += take;
		output[*used] = '\0';
	}
	return count > 0;
}

/* Until the program ends; a child it left behind may hold the pipe open. */
static int wait_for_end(int pidfd, int pipe, int64_t deadline, char *output,
			size_t size)
{
	struct pollfd fds[] = {
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = pipe, .events = POLLIN },
	};
	size_t used = 0;

	for (;;) {
		int64_t left = deadline - now_ms();
		int count;

		/* A program that never stops printing must end, too. */
		if (left <= 0)
			return -ETIMEDOUT;
		count = poll(fds, 2, (int)left);
		if (count < 0 && errno != EINTR)
			return -errno;
		if (count > 0 && fds[1].revents &&
		    !drain(pipe, output, size, &used))
			fds[1].fd = -1;
		if (count > 0 && fds[0].revents && !(fds[1].revents & POLLIN))
			return 0;
	}
}

static int judge(const siginfo_t *info, const char *program,
		 struct vns_error *err)
{
	if (info->si_code == CLD_EXITED && info->si_status == 0)
		return 0;
	if (info->si_code == CLD_EXITED &&
	    (info->si_status == 126 || info->si_status == 127))
		return vns_error_set(err, EIO, "%s: cannot be run", program);
	if (info->si_code == CLD_EXITED)
		return vns_error_set(err, EIO, "%s: exited with status %d",
				     program, info->si_status);
	return vns_error_set(err, EIO, "%s: killed by signal %d", program,
			     info->si_status);
}

static int reap(int pidfd, siginfo_t *info)
{
	while (waitid(P_PIDFD, (id_t)pidfd, info, WEXITED | __WALL) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int vns_spawn_run(char *const argv[], char *const envp[], unsigned timeout,
		  char *output, size_t size, struct vns_error *err)
{
	return vns_spawn_run_with(-1, argv, envp, timeout, output, size, err);
}

int vns_spawn_run_with(int input, char *const argv[], char *const envp[],
		       unsigned timeout, char *output, size_t size,
		       struct vns_error *err)
{
	int pipes[2], pidfd = -1, rc;
	siginfo_t info = { 0 };
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.pidfd = (uintptr_t)&pidfd,
	};
	pid_t pid;

	output[0] = '\0';
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return vns_error_errno(err, errno, "pipe");
	fcntl(pipes[0], F_SETFL, O_NONBLOCK);
	{
		VNS_AUTOCLOSE int reader = pipes[0];
		VNS_AUTOCLOSE int writer = pipes[1];
		VNS_AUTOCLOSE int child = -1;

		pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
		if (pid == 0)
			run_child(argv, envp, input, writer);
		if (pid < 0)
			return vns_error_errno(err, errno, "clone3");
		child = pidfd;
		vns_safefile_close(&writer);
		writer = -1;
		rc = wait_for_end(child, reader,
				  now_ms() + (int64_t)timeout * 1000, output,
				  size);
		if (rc < 0)
			kill(-pid, SIGKILL);
		if (rc < 0)
			syscall(SYS_pidfd_send_signal, child, SIGKILL, NULL, 0);
		if (reap(child, &info) < 0)
			return vns_error_errno(err, ECHILD, "%s", argv[0]);
	}
	if (rc == -ETIMEDOUT)
		return vns_error_set(err, ETIMEDOUT,
				     "%s: still running after %u s, killed",
				     argv[0], timeout);
	if (rc < 0)
		return vns_error_errno(err, -rc, "%s", argv[0]);
	return judge(&info, argv[0], err);
}
