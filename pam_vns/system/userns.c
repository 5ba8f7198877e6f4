/* Makes user namespaces. */
#include "system/userns.h"

#include "system/namespace.h"
#include "system/namespace.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <poll.h>
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
	struct pollfd fds = { .fd = channel };
	char code = (char)-own_user(base);

	if (write(channel, &code, 1) == 1)
		while (poll(&fds, 1, -1) < 0 && errno == EINTR)
			;
	_exit(1);
}

/*
 * Maps the ids of the user namespace that the process pid is in, and opens it.
 * That process is ended afterwards.
 */
static int map_user(pid_t pid, int channel, unsigned long base,
		    unsigned long count, int *fd, struct vns_error *err)
{
	char path[64], code;
	int rc;

	if (read(channel, &code, 1) != 1)
		return vns_error_set(err, EIO, "making a user namespace");
	if (code)
		return vns_error_errno(err, code,
				       "making a user namespace (see "
				       "/proc/sys/user/max_user_namespaces)");
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
	int ends[2], rc;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return vns_error_errno(err, errno, "pipe");
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		hold_user(ends[1], base);
	}
	close(ends[1]);
	rc = pid < 0 ? vns_error_errno(err, errno, "fork") :
		       map_user(pid, ends[0], base, count, fd, err);
	close(ends[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return rc;
}
