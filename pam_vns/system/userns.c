/*
 * Makes a user namespace in a child process, writes its id maps from outside,
 * and opens it before the child ends. With limits, that child makes another one
 * in the first one, in the same way.
 */
#include "system/userns.h"

#include "system/channel.h"
#include "system/namespace.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The user namespace around the other one has all ids there are. */
static const struct vns_idrange all_ids = { 0, VNS_IDRANGE_END_MAX };

/* What the namespace proper is to be like. */
struct wanted {
	const struct vns_idrange *ids;
	const struct vns_idmap_more *more; /* or NULL */
	const struct vns_userns_limits *limits;
};

static int write_map(pid_t pid, const char *file, const struct vns_idrange *ids,
		     const struct vns_idmap_singles *singles,
		     struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	char path[64], text[4096];
	const size_t length = vns_idmap_write(ids, singles, text, sizeof(text));

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, length) != (ssize_t)length)
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

/* Writes the limits of the user namespace that the process is in. */
static int write_limits(const struct vns_userns_limits *limits, vns_nsset own,
			struct vns_error *err)
{
	int type, rc = 0;

	for (type = 0; rc == 0 && type < VNS_NS_COUNT; type++) {
		VNS_AUTOCLOSE int fd = -1;
		char path[64], text[24];

		if (!(limits->set & VNS_NSSET(type)))
			continue;
		snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces",
			 vns_nsname((enum vns_ns)type));
		snprintf(text, sizeof(text), "%lu",
			 limits->max[type] + (own & VNS_NSSET(type) ? 1 : 0));
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, text, strlen(text)) < 0)
			rc = vns_error_errno(err, errno, "%s", path);
	}
	return rc;
}

/*
 * Makes the user namespace proper in the one that the process is in, and joins
 * it. It counts itself in the one around it, and not in itself.
 */
static int nest(const struct wanted *wanted, struct vns_error *err)
{
	const struct vns_userns_limits *limits = wanted->limits;
	const vns_nsset user = VNS_NSSET(VNS_NS_USER);
	VNS_AUTOPLACE struct vns_place inner = VNS_PLACE_NONE;
	int rc = write_limits(limits, limits->own | user, err);

	/*
	 * Otherwise only the host's root could open the new namespace. Nobody
	 * else can trace us: our real and saved ids are the host's 0.
	 */
	prctl(PR_SET_DUMPABLE, 1);
	if (rc == 0)
		rc = vns_userns_new(wanted->ids, wanted->more, NULL,
				    &inner.ns[VNS_NS_USER], err);
	if (rc == 0)
		rc = vns_namespace_try_user(&inner, err);
	return rc < 0 ? rc : write_limits(limits, limits->own & ~user, err);
}

/*
 * Holds the user namespace until the other end of the channel is closed,
 * because the process at that end may be killed.
 */
static _Noreturn void hold_user(int channel, const struct wanted *wanted,
				bool nested)
{
	struct vns_error err;
	int rc = own_user(wanted->ids->base);

	if (rc < 0)
		vns_error_errno(&err, -rc,
				"making a user namespace (see "
				"/proc/sys/user/max_user_namespaces)");
	if (!vns_channel_answer(channel, rc, NULL, 0, &err) ||
	    !vns_channel_await(channel) || !nested)
		_exit(1);
	rc = nest(wanted, &err);
	if (vns_channel_answer(channel, rc, NULL, 0, &err))
		(void)vns_channel_await(channel);
	_exit(1);
}

static int write_maps(pid_t pid, const struct vns_idrange *ids,
		      const struct vns_idmap_more *more, struct vns_error *err)
{
	int rc =
		write_map(pid, "uid_map", ids, more ? &more->users : NULL, err);

	return rc < 0 ? rc :
			write_map(pid, "gid_map", ids,
				  more ? &more->groups : NULL, err);
}

/*
 * Maps the ids of the user namespace that the process pid is in, and opens the
 * one that it is in then. That process is ended afterwards.
 */
static int map_user(pid_t pid, int channel, const struct wanted *wanted,
		    bool nested, int *fd, struct vns_error *err)
{
	static const char who[] = "the process in a user namespace";
	char path[64];
	int rc = vns_channel_hear(channel, who, NULL, 0, err);

	if (rc == 0)
		rc = nested ? write_maps(pid, &all_ids, NULL, err) :
			      write_maps(pid, wanted->ids, wanted->more, err);
	if (rc == 0 && nested)
		rc = vns_channel_tell(channel, who, err);
	if (rc == 0 && nested)
		rc = vns_channel_hear(channel, who, NULL, 0, err);
	if (rc < 0)
		return rc;
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? vns_error_errno(err, errno, "%s", path) : 0;
}

int vns_userns_new(const struct vns_idrange *ids,
		   const struct vns_idmap_more *more,
		   const struct vns_userns_limits *limits, int *fd,
		   struct vns_error *err)
{
	VNS_AUTOCLOSE int channel = -1;
	const struct wanted wanted = { ids, more, limits };
	const bool nested = limits && limits->set;
	pid_t pid = vns_channel_fork(&channel, err);
	int rc;

	if (pid == 0)
		hold_user(channel, &wanted, nested);
	if (pid < 0)
		return pid;
	rc = map_user(pid, channel, &wanted, nested, fd, err);
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return rc;
}
