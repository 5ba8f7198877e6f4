/*
 * Forks a keeper, which makes the namespaces, and from the keeper the process
 * that executes vns-init once it is told to over a channel.
 */
#include "native/init.h"

#include "config/definition.h"
#include "system/capability.h"
#include "system/cgfork.h"
#include "system/channel.h"
#include "system/clean.h"
#include "system/namespace.h"
#include "system/safefile.h"
#include "system/renounce.h"

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

/* What error messages call the init process. */
#define INIT "the init process"

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
	const struct vns_restriction restriction =
		vns_config_restriction(build->vserver, build->user >= 0);
	int rc = 0;

	if (build->user >= 0)
		rc = vns_namespace_new(VNS_NSSET(VNS_NS_MNT), err);
	if (rc == 0 && build->namespaces & VNS_NSSET(VNS_NS_UTS) &&
	    sethostname(build->hostname, strlen(build->hostname)) < 0)
		rc = vns_error_errno(err, errno, "sethostname");
	if (rc == 0 && build->namespaces & VNS_NSSET(VNS_NS_NET))
		rc = bring_loopback_up(err);
	if (rc == 0)
		rc = vns_seccomp_restrict(&restriction, err);
	/* What the init process does from then on needs no capabilities. */
	return rc < 0 ? rc : vns_capability_drop(0, 0, err);
}

static void reset(const struct vns_build *build)
{
	struct vns_error ignored;

	vns_clean_signals();
	sched_setaffinity(0, sizeof(build->cpus), &build->cpus);
	(void)vns_renounce_keyring(&ignored);
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

	if (!vns_channel_await(channel))
		_exit(1);
	rc = settle(build, &err);
	if (!vns_channel_answer(channel, rc, NULL, 0, &err) ||
	    !vns_channel_await(channel))
		_exit(1);
	reset(build);
	/*
	 * All descriptors are close-on-exec: the channel that closes without a
	 * message tells the other side that the execve succeeded.
	 */
	if (syscall(SYS_close_range, 0U, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		syscall(SYS_execveat, build->init, "", argv, envp,
			AT_EMPTY_PATH);
	rc = vns_error_errno(&err, errno, "vns-init");
	vns_channel_answer(channel, rc, NULL, 0, &err);
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
	pid_t pid = -1;
	int rc = 0;

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
	if (rc == 0)
		pid = fork();
	if (pid == 0)
		run(build, channel);
	if (rc == 0 && pid < 0)
		rc = vns_error_errno(&err, errno, "fork");
	if (!vns_channel_answer(channel, rc, &pid, sizeof(pid), &err))
		_exit(1);
	vns_safefile_close(&channel);
	/* The builder may have ended before the death signal was requested. */
	while (poll(&fds, 1, -1) < 0 && errno == EINTR)
		;
	_exit(0);
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
	rc = vns_channel_open(ends, err);
	if (rc < 0)
		return rc;
	init->keeper = vns_cgfork(build->cgroup, SIGCHLD, &keeper, &unmoved);
	if (init->keeper == 0) {
		close(ends[0]);
		keep(build, ends[1], self, unmoved);
	}
	init->channel = ends[0];
	close(ends[1]);
	if (init->keeper < 0)
		return vns_error_errno(err, errno, "fork");
	rc = vns_channel_hear(init->channel, INIT, &init->pid,
			      sizeof(init->pid), err);
	if (rc < 0)
		return rc;
	init->pidfd = (int)syscall(SYS_pidfd_open, init->pid, 0);
	if (init->pidfd < 0)
		return vns_error_errno(err, errno, INIT);
	return 0;
}

int vns_init_settle(struct vns_init *init, struct vns_error *err)
{
	int rc = vns_channel_tell(init->channel, INIT, err);

	return rc < 0 ? rc :
			vns_channel_hear(init->channel, INIT, NULL, 0, err);
}

int vns_init_release(struct vns_init *init, struct vns_error *err)
{
	int rc = vns_channel_tell(init->channel, INIT, err);

	if (rc == 0)
		rc = vns_channel_hear_end(init->channel, INIT, err);
	init->released = rc == 0;
	return rc;
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
