/*
 * Starts a program by way of a process in the middle, collects its output from
 * pipes, and kills both when the time is up.
 */
#include "system/spawn.h"

#include "system/clean.h"
#include "system/deadline.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What run_child needs to start the program. */
struct child {
	char *const *argv;
	char *const *envp;
	int output;
	int errors;
	pid_t caller; /* the program ends with it; 0: it does not */
	unsigned timeout;
};

/* Runs in the middle process: it ends as the program has ended. */
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
 * The caller, who would end what takes too long, has been killed: what the
 * program has started goes with it.
 */
static void end_all(int signal)
{
	(void)signal;
	kill(0, SIGKILL);
}

/*
 * Runs in the middle process and, from _Fork(3) on, in the program's process.
 * Until the exec it makes only async-signal-safe calls, as the caller may have
 * threads.
 */
static _Noreturn void run_child(const struct child *child)
{
	int null = open("/dev/null", O_RDONLY);
	pid_t middle = getpid(), program;

	/* A copy of the caller's memory must not become a core file. */
	prctl(PR_SET_DUMPABLE, 0);
	if (vns_clean_process(null, child->output, child->errors) < 0)
		_exit(127);
	/* From here on this is a process group of its own. */
	(void)signal(SIGALRM, end_all);
	if (child->caller)
		vns_clean_bind(child->caller, SIGALRM);
	alarm(child->timeout + 1);
	program = _Fork();
	if (program > 0)
		pass_on(program);
	if (program == 0) {
		vns_clean_bind(middle, SIGKILL);
		execve(child->argv[0], child->argv, child->envp);
	}
	_exit(errno == ENOENT ? 127 : 126);
}

/* The output that is read from one of the program's descriptors. */
struct collected {
	int reader; /* -1: there is no (more) output */
	char *text;
	size_t size, used;
};

/* Reads what is there; false at the end of the output. */
static bool drain(struct collected *collected)
{
	char buffer[512];
	ssize_t count = read(collected->reader, buffer, sizeof(buffer));

	if (count < 0)
		return errno == EINTR || errno == EAGAIN;
	if (count > 0 && collected->used + 1 < collected->size) {
		size_t room = collected->size - 1 - collected->used;
		size_t take = (size_t)count < room ? (size_t)count : room;

		memcpy(collected->text + collected->used, buffer, take);
		collected->used += take;
		collected->text[collected->used] = '\0';
	}
	return count > 0;
}

/*
 * Waits until the program ends, and not for the end of its output: a child it
 * left behind may hold the pipes open.
 */
static int wait_for_end(int pidfd, struct collected said[2], int64_t deadline)
{
	struct pollfd fds[] = {
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = said[0].reader, .events = POLLIN },
		{ .fd = said[1].reader, .events = POLLIN },
	};

	for (;;) {
		int64_t left = deadline - vns_deadline_now();
		int count, i;

		/* A program that never stops printing must end, too. */
		if (left <= 0)
			return -ETIMEDOUT;
		count = poll(fds, 3, (int)left);
		if (count < 0 && errno != EINTR)
			return -errno;
		if (count <= 0)
			continue;
		for (i = 0; i < 2; i++)
			if (fds[1 + i].revents && !drain(&said[i]))
				fds[1 + i].fd = -1;
		if (fds[0].revents &&
		    !((fds[1].revents | fds[2].revents) & POLLIN))
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

/* Starts the program, waits for it, and kills it if that takes too long. */
static int run_to_end(const struct child *child, struct collected said[2],
		      siginfo_t *info, struct vns_error *err)
{
	int fd = -1, rc;
	pid_t pid = vns_clean_fork(0, &fd);
	VNS_AUTOCLOSE int pidfd = fd;

	if (pid == 0)
		run_child(child);
	if (pid < 0)
		return vns_error_errno(err, errno, "clone3");
	rc = wait_for_end(pidfd, said,
			  vns_deadline_now() + (int64_t)child->timeout * 1000);
	if (rc < 0)
		kill(-pid, SIGKILL);
	if (rc < 0)
		syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	if (reap(pidfd, info) < 0)
		return vns_error_errno(err, ECHILD, "%s", child->argv[0]);
	if (rc == -ETIMEDOUT)
		return vns_error_set(err, ETIMEDOUT,
				     "%s: still running after %u s, killed",
				     child->argv[0], child->timeout);
	return rc < 0 ? vns_error_errno(err, -rc, "%s", child->argv[0]) : 0;
}

static int make_pipe(int ends[2], struct vns_error *err)
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		return vns_error_errno(err, errno, "pipe");
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return 0;
}

/*
 * Runs the program, and finds how it has ended. Without errors, both of its
 * streams go to output.
 */
static int run(struct child *child, char *output, size_t size, char *errors,
	       siginfo_t *info, struct vns_error *err)
{
	int first[2] = { -1, -1 }, second[2] = { -1, -1 };
	struct collected said[2] = { { -1, output, size, 0 },
				     { -1, errors, size, 0 } };
	int rc = make_pipe(first, err);

	if (rc == 0 && errors)
		rc = make_pipe(second, err);
	said[0].reader = first[0];
	said[1].reader = second[0];
	child->output = first[1];
	child->errors = errors ? second[1] : first[1];
	if (rc == 0)
		rc = run_to_end(child, said, info, err);
	vns_safefile_close(&first[0]);
	vns_safefile_close(&first[1]);
	vns_safefile_close(&second[0]);
	vns_safefile_close(&second[1]);
	return rc;
}

int vns_spawn_run(char *const argv[], char *const envp[], unsigned timeout,
		  char *output, size_t size, struct vns_error *err)
{
	struct child child = {
		.argv = argv,
		.envp = envp,
		.timeout = timeout,
	};
	siginfo_t info = { 0 };
	int rc;

	output[0] = '\0';
	rc = run(&child, output, size, NULL, &info, err);
	return rc < 0 ? rc : judge(&info, argv[0], err);
}

int vns_spawn_status(char *const argv[], char *const envp[], unsigned timeout,
		     struct vns_error *err)
{
	struct child child = {
		.argv = argv,
		.envp = envp,
		.timeout = timeout,
	};
	siginfo_t info = { 0 };
	char output[8];
	int rc = run(&child, output, sizeof(output), NULL, &info, err);

	if (rc == 0 && info.si_code == CLD_EXITED && info.si_status < 126)
		return info.si_status;
	return rc < 0 ? rc : judge(&info, argv[0], err);
}

int vns_spawn_run_apart(char *const argv[], char *const envp[],
			unsigned timeout, unsigned flags,
			struct vns_spawn_said *said, struct vns_error *err)
{
	struct child child = {
		.argv = argv,
		.envp = envp,
		.caller = flags & VNS_SPAWN_BOUND ? getpid() : 0,
		.timeout = timeout,
	};
	siginfo_t info = { 0 };
	int rc;

	said->output[0] = said->errors[0] = '\0';
	rc = run(&child, said->output, sizeof(said->output), said->errors,
		 &info, err);
	return rc < 0 ? rc : judge(&info, argv[0], err);
}
