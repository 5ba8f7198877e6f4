/*
 * Tells a filesystem by fstatfs(2), which asks it; or without asking, by its
 * device and by its line in mountinfo (proc(5)).
 */
#include "system/fstype.h"

#include "lib/procfs.h"
#include "system/safefile.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC 0x65735546
#endif

/*
 * The line of a mount is looked for in so many bytes of mountinfo; in fewer
 * first, as the kernel writes them when they are read.
 */
#define FIRST_LINES 1024
#define FIRST_LINE 256

/* Asks no filesystem for more than it has told the kernel already. */
static bool read_mount(int fd, struct statx *st)
{
	return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID,
		     st) == 0 &&
	       /* libc may emulate statx, and has no mount id then. */
	       st->stx_mask & STATX_MNT_ID;
}

static bool same_mount(int a, int b)
{
	struct statx first, second;

	return read_mount(a, &first) && read_mount(b, &second) &&
	       first.stx_mnt_id == second.stx_mnt_id;
}

bool vns_fstype_is_hosts(int root, int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0 || fs.f_type == FUSE_SUPER_MAGIC)
		return false;
	return fs.f_type != OVERLAYFS_SUPER_MAGIC || same_mount(root, fd);
}

/* These have no device, or can have none, and ask nobody. */
static bool is_plain(const char *type)
{
	static const char *const types[] = { "btrfs", "overlay", "tmpfs" };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

/* Whether whole lines of mountinfo have the mount, of such a type. */
static bool has_plain(char *text, unsigned long long id)
{
	struct vns_procfs_mount mount;
	char wanted[24], *line, *end;

	snprintf(wanted, sizeof(wanted), "%llu", id);
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (vns_procfs_parse_mount(line, &mount) &&
		    strcmp(mount.id, wanted) == 0)
			return is_plain(mount.type);
	}
	return false;
}

/*
 * Finds a mount in the mountinfo of a process. As long as fd is open, no other
 * mount has its number, in whatever mount namespace.
 */
static bool is_listed_plain(int pid, unsigned long long id)
{
	char path[32];
	VNS_AUTOCLOSE int info = -1;
	size_t size;

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", pid);
	info = open(path, O_RDONLY | O_CLOEXEC);
	/* A root directory's mount is one of the first. */
	for (size = FIRST_LINE; info >= 0 && size <= FIRST_LINES; size *= 4) {
		char text[FIRST_LINES + 1];
		ssize_t length = pread(info, text, size, 0);

		if (length <= 0)
			break;
		text[length] = '\0';
		if (has_plain(text, id))
			return true;
	}
	return false;
}

/*
 * A filesystem on a block device is one of the host's disks: only the host's
 * root can mount one, even if it is of FUSE ("fuseblk").
 */
bool vns_fstype_is_plain(int fd, int pid)
{
	struct statx st;

	if (!read_mount(fd, &st))
		return false;
	return st.stx_dev_major != 0 ||
	       (pid > 0 && is_listed_plain(pid, st.stx_mnt_id));
}
