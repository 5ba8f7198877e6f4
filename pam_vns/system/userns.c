/*
 * Makes a user namespace in a child process, writes its id maps from outside,
 * and opens it before the child ends.
 */
#include "system/userns.h"

#include "system/channel.h"
#include "system/namespace.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int write_map(pid_t pid, const char *file, unsigned long base,
		     unsigned long count, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	char path[64], text[64];
	int length;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	length = snprintf(text, sizeof(text), "0 %lu %lu\n", base, count);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, (size_t)length) != length)
		return vns_error_errno(err, errno, "%s", path);
	return 0;
}

/*
 * What is counted per user (inotify(7), namespaces) counts for the owner of the
 * user namespace as well: that is id 0 inside, not the host's root. The process
 * keeps its capabilities, as kernels may ask for them.
 */
static int own_user(unsigned long base)
{
	struct vns_error ignored;

	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) < 0)
		return -errno;
	if (setegid((gid_t)base) < 0 || seteuid((uid_t)base) < 0)
		return -errno;
	return vns_namespace_new(VNS_NSSET(VNS_NS_USER), &ignored);
}

/*
 * Holds the user namespace until the other end of the channel is closed,
 * because the process at that end may be killed.
 */
static _Noreturn void hold_user(int channel, unsigned long base)
{
	struct vns_error err;
	int rc = own_user(base);

	if (rc < 0)
		vns_error_errno(&err, -rc,
				"making a user namespace (see "
				"/proc/sys/user/max_user_namespaces)");
	if (vns_channel_answer(channel, rc, NULL, 0, &err))
		(void)vns_channel_await(channel);
	_exit(1);
}

/*
 * Maps the ids of the user namespace that the process pid is in, and opens it.
 * That process is ended afterwards.
 */
static int map_user(pid_t pid, int channel, unsigned long base,
		    unsigned long count, int *fd, struct vns_error *err)
{
	char path[64];
	int rc = vns_channel_hear(channel, "the process in a user namespace",
				  NULL, 0, err);

	if (rc == 0)
		rc = write_map(pid, "uid_map", base, count, err);
	if (rc == 0)
		rc = write_map(pid, "gid_map", base, count, err);
	if (rc < 0)
		return rc;
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? vns_error_errno(err, errno, "%s", path) : 0;
}

int vns_userns_new(unsigned long base, unsigned long count, int *fd,
		   struct vns_error *err)
{
	VNS_AUTOCLOSE int channel = -1;
	pid_t pid = vns_channel_fork(&channel, err);
	int rc;

	if (pid == 0)
		hold_user(channel, base);
	if (pid < 0)
		return pid;
	rc = map_user(pid, channel, base, count, fd, err);
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return rc;
}
