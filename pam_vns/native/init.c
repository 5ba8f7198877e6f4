#include "native/init.h"

#include "system/capability.h"
#include "system/cgfork.h"
#include "system/namespace.h"
#include "system/safefile.h"
#include "system/shed.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The message that is sent after each step. */
struct answer {
	int code; /* 0 or a negative errno */
	int pid;
	struct vns_error error;
};

static void answer(int channel, int code, int pid, const struct vns_error *err)
{
	struct answer message = { .code = code, .pid = pid };

	if (code < 0)
		message.error = *err;
	if (send(channel, &message, sizeof(message), MSG_NOSIGNAL) !=
		    sizeof(message) ||
	    code < 0)
		_exit(1);
}

/* Waits for the go-ahead; exits if the other side has given up. */
static void await(int channel)
{
	char byte;

	if (read(channel, &byte, 1) != 1)
		_exit(1);
}

static int bring_loopback_up(struct vns_error *err)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	VNS_AUTOCLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		return vns_error_errno(err, errno,
				       "bringing the loopback device up");
	return 0;
}

static int settle(const struct vns_build *build, struct vns_error *err)
{
	int rc = 0;

	if (build->user >= 0)
		rc = vns_namespace_new(VNS_NSSET(VNS_NS_MNT), err);
	if (rc == 0 && build->namespaces & VNS_NSSET(VNS_NS_UTS) &&
	    sethostname(build->hostname, strlen(build->hostname)) < 0)
		rc = vns_error_errno(err, errno, "sethostname");
	if (rc == 0 && build->namespaces & VNS_NSSET(VNS_NS_NET))
		rc = bring_loopback_up(err);
	/* What the init process does from then on needs no capabilities. */
	return rc < 0 ? rc : vns_capability_drop(0, 0, err);
}

static void reset(const struct vns_build *build)
{
	struct vns_error ignored;
	int signal;

	for (signal = 1; signal < NSIG; signal++)
		sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL },
			  NULL);
	sched_setaffinity(0, sizeof(build->cpus), &build->cpus);
	(void)vns_shed_keyring(&ignored);
	setsid();
	umask(022);
}

/* Runs in the process that becomes vns-init. */
static _Noreturn void run(const struct vns_build *build, int channel)
{
	char *const argv[] = { (char *)"vns-init", (char *)build->name, NULL };
	char *const envp[] = { NULL };
	struct vns_error err = { "" };
	int rc;

	await(channel);
	rc = settle(build, &err);
	answer(channel, rc, 0, &err);
	await(channel);
	reset(build);
	/*
	 * All descriptors are close-on-exec: the channel that closes without a
	 * message tells the other side that the execve succeeded.
	 */
	if (syscall(SYS_close_range, 0U, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		syscall(SYS_execveat, build->init, "", argv, envp,
			AT_EMPTY_PATH);
	rc = vns_error_errno(&err, errno, "vns-init");
	answer(channel, rc, 0, &err);
	_exit(1);
}

/*
 * Makes the new namespaces, and remains the parent of the init process for as
 * long as the builder lives: until then the init process's number is not
 * reused.
 */
static _Noreturn void keep(const struct vns_build *build, int channel,
			   int builder, int unmoved)
{
	struct vns_error err = { "" };
	struct pollfd fds = { .fd = builder, .events = POLLIN };
	struct vns_place user = VNS_PLACE_NONE;
	int rc = 0;
	pid_t pid;

	user.ns[VNS_NS_USER] = build->user;
	/* The new cgroup namespace gets the current cgroup as its root. */
	if (unmoved < 0)
		rc = vns_error_errno(&err, -unmoved, "moving into the cgroup");
	if (rc == 0 && build->user >= 0)
		rc = vns_namespace_try_user(&user, &err);
	/* A change of ids resets this signal, so it is set only now. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (rc == 0)
		rc = vns_namespace_new(
			build->namespaces & ~VNS_NSSET(VNS_NS_USER), &err);
	if (rc < 0)
		answer(channel, rc, 0, &err);
	pid = fork();
	if (pid == 0)
		run(build, channel);
	if (pid < 0)
		rc = vns_error_errno(&err, errno, "fork");
	answer(channel, rc, pid, &err);
	vns_safefile_close(&channel);
	/* The builder may have ended before the death signal was requested. */
	while (poll(&fds, 1, -1) < 0 && errno == EINTR)
		;
	_exit(0);
}

static int hear(const struct vns_init *init, int *pid, struct vns_error *err)
{
	struct answer message;
	ssize_t length;

	do
		length = read(init->channel, &message, sizeof(message));
	while (length < 0 && errno == EINTR);
	if (length != sizeof(message))
		return vns_error_set(err, EIO, "the init process died");
	if (message.code < 0)
		*err = message.error;
	else if (pid)
		*pid = message.pid;
	return message.code;
}

int vns_init_start(struct vns_init *init, const struct vns_build *build,
		   struct vns_error *err)
{
	VNS_AUTOCLOSE int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	VNS_AUTOCLOSE int keeper = -1;
	int ends[2], unmoved, rc;

	if (self < 0)
		return vns_error_errno(err, errno, "pidfd_open");
	/* Lets the caller wait for the init process when the keeper is gone. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return vns_error_errno(err, errno, "socketpair");
	init->keeper = vns_cgfork(build->cgroup, SIGCHLD, &keeper, &unmoved);
	if (init->keeper == 0) {
		close(ends[0]);
		keep(build, ends[1], self, unmoved);
	}
	init->channel = ends[0];
	close(ends[1]);
	if (init->keeper < 0)
		return vns_error_errno(err, errno, "fork");
	rc = hear(init, &init->pid, err);
	if (rc < 0)
		return rc;
	init->pidfd = (int)syscall(SYS_pidfd_open, init->pid, 0);
	if (init->pidfd < 0)
		return vns_error_errno(err, errno, "the init process");
	return 0;
}

static int tell(const struct vns_init *init, struct vns_error *err)
{
	if (send(init->channel, "", 1, MSG_NOSIGNAL) != 1)
		return vns_error_errno(err, errno, "the init process");
	return 0;
}

int vns_init_settle(struct vns_init *init, struct vns_error *err)
{
	int rc = tell(init, err);

	return rc < 0 ? rc : hear(init, NULL, err);
}

int vns_init_release(struct vns_init *init, struct vns_error *err)
{
	struct answer message;
	ssize_t length;
	int rc = tell(init, err);

	if (rc < 0)
		return rc;
	do
		length = read(init->channel, &message, sizeof(message));
	while (length < 0 && errno == EINTR);
	init->released = length == 0;
	if (length == 0)
		return 0;
	if (length != sizeof(message))
		return vns_error_set(err, EIO, "the init process died");
	*err = message.error;
	return message.code;
}

void vns_init_end(struct vns_init *init)
{
	if (init->keeper <= 0)
		return;
	/* Closing it ends an init process that waits for its release. */
	vns_safefile_close(&init->channel);
	init->channel = -1;
	kill(init->keeper, SIGKILL);
	while (waitpid(init->released ? init->keeper : -1, NULL, 0) >= 0 ||
	       errno == EINTR)
		;
	init->keeper = 0;
}
