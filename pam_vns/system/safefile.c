/*
 * Walks a path component by component with openat(2) and checks each of them;
 * reads whole files, and replaces files by renaming new ones.
 */
#include "system/safefile.h"

#include "lib/util.h"
#include "system/inroot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_LINKS 8

struct walk {
	const char *path;    /* as asked for, for messages */
	char rest[PATH_MAX]; /* what is still to be walked, without "/" */
	int fd;		     /* where the walk stands: O_PATH of a directory */
	unsigned links;
	struct vns_error *err;
};

static int distrust(const struct walk *walk, const char *what)
{
	return vns_error_set(walk->err, EPERM, "%s: %s", walk->path, what);
}

static bool only_root_writes(const struct stat *st)
{
	return st->st_uid == 0 && (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int check_directory(const struct walk *walk, const struct stat *st)
{
	if (!only_root_writes(st))
		return distrust(walk, "a directory on this path is not root's "
				      "or is writable by others");
	return 0;
}

static int restart_at_root(struct walk *walk)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return vns_error_errno(walk->err, errno, "/");
	vns_safefile_close(&walk->fd);
	walk->fd = fd;
	if (fstat(fd, &st) < 0)
		return vns_error_errno(walk->err, errno, "/");
	return check_directory(walk, &st);
}

/* Puts a link's target in front of what is still to be walked. */
static int splice_link(struct walk *walk, int link_fd)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t length;

	if (++walk->links > MAX_LINKS)
		return vns_error_errno(walk->err, ELOOP, "%s", walk->path);
	length = readlinkat(link_fd, "", target, sizeof(target) - 1);
	if (length < 0)
		return vns_error_errno(walk->err, errno, "%s", walk->path);
	target[length] = '\0';
	if (!vns_util_format(rest, sizeof(rest), "%s/%s", target, walk->rest))
		return vns_error_errno(walk->err, ENAMETOOLONG, "%s",
				       walk->path);
	memcpy(walk->rest, rest, sizeof(rest));
	return target[0] == '/' ? restart_at_root(walk) : 0;
}

/* Takes one step down to a directory, or sideways through a link of root's. */
static int step(struct walk *walk, const char *name)
{
	VNS_AUTOCLOSE int fd =
		openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return vns_error_errno(walk->err, errno, "%s", walk->path);
	if (S_ISLNK(st.st_mode)) {
		if (st.st_uid != 0)
			return distrust(walk, "a symbolic link on this path "
					      "is not root's");
		return splice_link(walk, fd);
	}
	if (!S_ISDIR(st.st_mode))
		return vns_error_errno(walk->err, ENOTDIR, "%s", walk->path);
	vns_safefile_close(&walk->fd);
	walk->fd = fd;
	fd = -1;
	return check_directory(walk, &st);
}

/* Takes the first component off walk->rest; false if there is none. */
static bool take_component(struct walk *walk, char name[NAME_MAX + 1])
{
	const char *start = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(start, "/");

	if (length == 0 || length > NAME_MAX)
		return false;
	memcpy(name, start, length);
	name[length] = '\0';
	start += length;
	memmove(walk->rest, start, strlen(start) + 1);
	return true;
}

/* Walks to the directory of the last component, whose name is left in name. */
static int walk_to_parent(struct walk *walk, char name[NAME_MAX + 1])
{
	int rc;

	for (;;) {
		if (!take_component(walk, name)) {
			if (walk->rest[strspn(walk->rest, "/")])
				return vns_error_errno(walk->err, ENAMETOOLONG,
						       "%s", walk->path);
			return vns_error_errno(walk->err, EISDIR, "%s",
					       walk->path);
		}
		if (walk->rest[strspn(walk->rest, "/")] == '\0')
			return 0;
		rc = step(walk, name);
		if (rc < 0)
			return rc;
	}
}

int vns_safefile_check_directory(int fd, const char *path,
				 struct vns_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return vns_error_errno(err, errno, "%s", path);
	if (!only_root_writes(&st))
		return vns_error_set(err, EPERM,
				     "%s: must belong to root and not be "
				     "writable by others",
				     path);
	return 0;
}

/* Whether the path is names and single slashes, each name that of an entry. */
static bool is_simple(const char *path)
{
	return !strstr(path, "//") && !strstr(path, "/.") &&
	       path[strlen(path) - 1] != '/';
}

/* Whether the directory, which path leads to, and all above it are root's. */
static bool only_root_leads(int fd, const char *path)
{
	char up[PATH_MAX + sizeof("../")] = "";
	size_t length = 0;
	struct stat st;

	if (fstat(fd, &st) < 0 || !only_root_writes(&st))
		return false;
	/* There is a slash before each name, and one at the end. */
	while ((path = strchr(path + 1, '/')) && length < PATH_MAX) {
		memcpy(up + length, "../", sizeof("../"));
		length += strlen("../");
		if (fstatat(fd, up, &st, 0) < 0 || !only_root_writes(&st))
			return false;
	}
	return !path;
}

/*
 * Opens the directory of the last component at once, and then looks at those
 * above it: where there are no links, they are those on the path. What the
 * kernel does not know without asking, and what is wrong, is left to the walk,
 * which goes no further than root's directories lead.
 */
static bool jump_to_parent(struct walk *walk, char name[NAME_MAX + 1])
{
	const char *last = strrchr(walk->path, '/');
	char directory[PATH_MAX];
	int fd;

	if (!is_simple(walk->path) ||
	    !vns_util_format(name, NAME_MAX + 1, "%s", last + 1) ||
	    !vns_util_format(directory, sizeof(directory), "%.*s/",
			     (int)(last - walk->path), walk->path))
		return false;
	fd = vns_inroot_open(AT_FDCWD, directory, O_PATH | O_DIRECTORY,
			     RESOLVE_NO_SYMLINKS | RESOLVE_CACHED);
	if (fd >= 0 && only_root_leads(fd, directory)) {
		walk->fd = fd;
		walk->rest[0] = '\0';
		return true;
	}
	vns_safefile_close(&fd);
	return false;
}

static int check_kind(const struct walk *walk, int fd,
		      enum vns_safefile_kind kind)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return vns_error_errno(walk->err, errno, "%s", walk->path);
	switch (kind) {
	case VNS_SAFEFILE_CONFIG:
		if (!S_ISREG(st.st_mode))
			return distrust(walk, "not a regular file");
		if (st.st_uid != 0)
			return distrust(walk, "must belong to root "
					      "(chown root)");
		if (!only_root_writes(&st))
			return distrust(walk, "must not be writable by group "
					      "or others (chmod go-w)");
		return 0;
	case VNS_SAFEFILE_DIRECTORY:
		return vns_safefile_check_directory(fd, walk->path, walk->err);
	case VNS_SAFEFILE_PATH:
		/* O_PATH opens a link itself. */
		if (S_ISLNK(st.st_mode))
			return vns_error_set(walk->err, ELOOP,
					     "%s: must not be a symbolic link",
					     walk->path);
		return 0;
	case VNS_SAFEFILE_ROOT:
	case VNS_SAFEFILE_ANY:
		break;
	}
	return 0;
}

static int open_last(const struct walk *walk, const char *name,
		     enum vns_safefile_kind kind, int *out)
{
	/* O_NONBLOCK: a FIFO must not hang a login. */
	static const int flags[] = {
		[VNS_SAFEFILE_CONFIG] = O_RDONLY | O_NONBLOCK | O_NOCTTY,
		[VNS_SAFEFILE_DIRECTORY] = O_PATH | O_DIRECTORY,
		[VNS_SAFEFILE_ROOT] = O_PATH | O_DIRECTORY,
		[VNS_SAFEFILE_PATH] = O_PATH,
		[VNS_SAFEFILE_ANY] = O_RDONLY | O_NONBLOCK | O_NOCTTY,
	};
	VNS_AUTOCLOSE int fd =
		openat(walk->fd, name, flags[kind] | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int code = errno, rc;

	if (fd < 0) {
		if (fstatat(walk->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISLNK(st.st_mode))
			return vns_error_set(walk->err, ELOOP,
					     "%s: must not be a symbolic link",
					     walk->path);
		return vns_error_errno(walk->err, code, "%s", walk->path);
	}
	rc = check_kind(walk, fd, kind);
	if (rc < 0)
		return rc;
	*out = fd;
	fd = -1;
	return 0;
}

int vns_safefile_open(const char *path, enum vns_safefile_kind kind, int *fd,
		      struct vns_error *err)
{
	struct walk walk = { .path = path, .fd = -1, .err = err };
	char name[NAME_MAX + 1];
	int rc;

	if (path[0] != '/' ||
	    !vns_util_format(walk.rest, sizeof(walk.rest), "%s", path))
		return vns_error_set(err, EINVAL,
				     "%s: must be an absolute path", path);
	rc = jump_to_parent(&walk, name) ? 0 : restart_at_root(&walk);
	if (rc == 0 && walk.rest[0])
		rc = walk_to_parent(&walk, name);
	if (rc == 0)
		rc = open_last(&walk, name, kind, fd);
	vns_safefile_close(&walk.fd);
	return rc;
}

int vns_safefile_slurp(int fd, const char *path, size_t max, char **text,
		       size_t *length, struct vns_error *err)
{
	VNS_AUTOFREE char *buffer = NULL;
	size_t size = 0, used = 0;

	for (;;) {
		ssize_t count;

		if (used + 1 >= size) {
			char *grown;

			size = size ? 2 * size : 4096;
			grown = realloc(buffer, size);
			if (!grown)
				return vns_error_memory(err);
			buffer = grown;
		}
		count = read(fd, buffer + used, size - used - 1);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return vns_error_errno(err, errno, "%s", path);
		if (count == 0)
			break;
		used += (size_t)count;
		if (used > max)
			return vns_error_set(err, EFBIG,
					     "%s: larger than %zu %s", path,
					     max < 1024 ? max : max / 1024,
					     max < 1024 ? "bytes" : "KiB");
	}
	buffer[used] = '\0';
	*length = used;
	*text = buffer;
	buffer = NULL;
	return 0;
}

int vns_safefile_read(const char *path, size_t max, char **text, size_t *length,
		      struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_safefile_open(path, VNS_SAFEFILE_CONFIG, &fd, err);

	if (rc < 0)
		return rc;
	return vns_safefile_slurp(fd, path, max, text, length, err);
}

int vns_safefile_write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t count = write(fd, text, length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		text += count;
		length -= (size_t)count;
	}
	return 0;
}

/*
 * Writes the whole file. A file that is there by this name was left by a crash.
 */
static int write_new(int directory, const char *name, const char *text,
		     bool sync)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc;

	if (unlinkat(directory, name, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(directory, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	rc = fchmod(fd, 0644) < 0 ? -errno : 0;
	if (rc == 0)
		rc = vns_safefile_write_all(fd, text, strlen(text));
	if (rc == 0 && sync && fsync(fd) < 0)
		rc = -errno;
	return rc;
}

/*
 * The directory may be open without the right to sync it (O_PATH), so it is
 * opened again.
 */
static int sync_directory(int directory)
{
	VNS_AUTOCLOSE int fd =
		openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int replace(int directory, const char *name, const char *text, bool sync,
		   struct vns_error *err)
{
	char temporary[NAME_MAX + 1];
	int rc;

	if (!vns_util_format(temporary, sizeof(temporary), ".%s.new", name))
		return vns_error_errno(err, ENAMETOOLONG, "%s", name);
	rc = write_new(directory, temporary, text, sync);
	if (rc == 0 && renameat(directory, temporary, directory, name) < 0)
		rc = -errno;
	if (rc < 0)
		unlinkat(directory, temporary, 0);
	else if (sync)
		rc = sync_directory(directory);
	return rc < 0 ? vns_error_errno(err, -rc, "writing %s", name) : 0;
}

int vns_safefile_write(int directory, const char *name, const char *text,
		       struct vns_error *err)
{
	return replace(directory, name, text, false, err);
}

int vns_safefile_keep(int directory, const char *name, const char *text,
		      struct vns_error *err)
{
	return replace(directory, name, text, true, err);
}
