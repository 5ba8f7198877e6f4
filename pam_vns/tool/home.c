/*
 * Opens all files of the skeleton first, then enters the vserver, and builds
 * the home under a hidden name before it gets its real one.
 */
#include "tool/home.h"

#include "system/capability.h"
#include "system/inroot.h"
#include "system/namespace.h"
#include "system/safefile.h"
#include "lib/util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>

/* A skeleton with more than this is a mistake. */
#define ITEMS_MAX 256
#define DEPTH_MAX 8

/* An item of the skeleton. Directories come before what is in them. */
struct item {
	char *path; /* below the skeleton */
	mode_t mode;
	int fd;	      /* for a file: open for reading; or -1 */
	char *target; /* for a symbolic link, or NULL */
};

struct skeleton {
	struct item items[ITEMS_MAX];
	size_t count;
};

static void free_skeleton(struct skeleton *skeleton)
{
	size_t i;

	for (i = 0; i < skeleton->count; i++) {
		free(skeleton->items[i].path);
		free(skeleton->items[i].target);
		vns_safefile_close(&skeleton->items[i].fd);
	}
}

/* --- on the host: reading the skeleton ------------------------------------ */

static int take_item(int directory, const char *name, struct item *item,
		     struct vns_error *err)
{
	char target[PATH_MAX] = "";
	struct stat st;

	if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return vns_error_errno(err, errno, "%s", item->path);
	item->mode = st.st_mode;
	if (S_ISDIR(st.st_mode))
		return 0;
	if (S_ISLNK(st.st_mode)) {
		if (readlinkat(directory, name, target, sizeof(target) - 1) < 0)
			return vns_error_errno(err, errno, "%s", item->path);
		item->target = strdup(target);
		return item->target ? 0 : vns_error_memory(err);
	}
	item->fd = openat(directory, name,
			  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (item->fd < 0 || fstat(item->fd, &st) < 0)
		return vns_error_errno(err, errno, "%s", item->path);
	if (S_ISREG(st.st_mode))
		return 0;
	return vns_error_set(err, EINVAL,
			     "%s: neither a file, a directory nor a link",
			     item->path);
}

static int add_item(struct skeleton *skeleton, int directory,
		    const char *prefix, const char *name, struct item **item,
		    struct vns_error *err)
{
	char path[PATH_MAX];

	if (skeleton->count == ITEMS_MAX)
		return vns_error_set(err, E2BIG, "more than %d files in it",
				     ITEMS_MAX);
	if (!vns_util_format(path, sizeof(path), "%s%s%s", prefix,
			     *prefix ? "/" : "", name))
		return vns_error_errno(err, ENAMETOOLONG, "%s", name);
	*item = &skeleton->items[skeleton->count];
	**item = (struct item){ .path = strdup(path), .fd = -1 };
	if (!(*item)->path)
		return vns_error_memory(err);
	skeleton->count++;
	return take_item(directory, name, *item, err);
}

static int read_directory(struct skeleton *skeleton, int fd, const char *prefix,
			  struct vns_error *err)
{
	DIR *stream = fdopendir(fd);
	struct dirent *entry;
	struct item *item;
	int rc = 0;

	if (!stream) {
		rc = vns_error_errno(err, errno, "%s", prefix);
		vns_safefile_close(&fd);
		return rc;
	}
	while (rc == 0 && (entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			rc = add_item(skeleton, dirfd(stream), prefix,
				      entry->d_name, &item, err);
	closedir(stream);
	return rc;
}

static size_t depth(const char *path)
{
	size_t slashes = 0;

	for (; *path; path++)
		slashes += *path == '/';
	return slashes;
}

/* Reads one directory after the other, in the order they were found. */
static int read_skeleton(const char *path, struct skeleton *skeleton,
			 struct vns_error *err)
{
	VNS_AUTOCLOSE int top = -1;
	size_t i;
	int rc = vns_safefile_open(path, VNS_SAFEFILE_DIRECTORY, &top, err);

	if (rc < 0)
		return rc;
	rc = read_directory(
		skeleton, openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		"", err);
	for (i = 0; rc == 0 && i < skeleton->count; i++) {
		const struct item *item = &skeleton->items[i];

		if (!S_ISDIR(item->mode))
			continue;
		if (depth(item->path) >= DEPTH_MAX)
			rc = vns_error_set(err, E2BIG, "%s: too deep",
					   item->path);
		else
			rc = read_directory(skeleton,
					    openat(top, item->path,
						   O_RDONLY | O_DIRECTORY |
							   O_NOFOLLOW |
							   O_CLOEXEC),
					    item->path, err);
	}
	if (rc < 0)
		vns_error_context(err, "%s", path);
	return rc;
}

/* --- in the vserver: making the home -------------------------------------- */

static int open_below(int directory, const char *path, unsigned flags)
{
	return vns_inroot_open(directory, path, flags | O_DIRECTORY,
			       VNS_INROOT_BENEATH);
}

/* Opens the directory that an item goes into, and finds its name there. */
static int open_parent(int home, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char above[PATH_MAX];

	*name = slash ? slash + 1 : path;
	snprintf(above, sizeof(above), "%.*s", slash ? (int)(slash - path) : 1,
		 slash ? path : ".");
	return open_below(home, above, O_PATH);
}

static int give(int fd, const struct vns_home *mkhome, mode_t mode)
{
	const struct passwd *pw = &mkhome->account->pw;

	/* A set-user-ID bit in the skeleton is not meant for the user. */
	return fchown(fd, pw->pw_uid, pw->pw_gid) < 0 ? -1 :
							fchmod(fd, mode & 0777);
}

static int copy_file(int from, int to)
{
	char buffer[16384];
	ssize_t count;

	while ((count = read(from, buffer, sizeof(buffer))) > 0) {
		ssize_t done = 0, once;

		for (; done < count; done += once) {
			once = write(to, buffer + done, (size_t)(count - done));
			if (once < 0)
				return -1;
		}
	}
	return (int)count;
}

static int make_item(int home, const struct item *item,
		     const struct vns_home *mkhome)
{
	const struct passwd *pw = &mkhome->account->pw;
	const char *name;
	VNS_AUTOCLOSE int parent = open_parent(home, item->path, &name);
	VNS_AUTOCLOSE int fd = -1;

	if (parent < 0)
		return -1;
	if (S_ISDIR(item->mode))
		return mkdirat(parent, name, 0700);
	if (item->target)
		return symlinkat(item->target, parent, name) < 0 ?
			       -1 :
			       fchownat(parent, name, pw->pw_uid, pw->pw_gid,
					AT_SYMLINK_NOFOLLOW);
	fd = openat(parent, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || copy_file(item->fd, fd) < 0)
		return -1;
	return give(fd, mkhome, item->mode);
}

/* Directories are given to the user last: until then they cannot reach in. */
static int fill(int home, const struct skeleton *skeleton,
		const struct vns_home *mkhome, struct vns_error *err)
{
	size_t i;

	for (i = 0; i < skeleton->count; i++)
		if (make_item(home, &skeleton->items[i], mkhome) < 0)
			return vns_error_errno(err, errno, "%s",
					       skeleton->items[i].path);
	while (i-- > 0) {
		const struct item *item = &skeleton->items[i];
		VNS_AUTOCLOSE int fd = -1;

		if (!S_ISDIR(item->mode))
			continue;
		fd = open_below(home, item->path, O_RDONLY);
		if (fd < 0 || give(fd, mkhome, item->mode) < 0)
			return vns_error_errno(err, errno, "%s", item->path);
	}
	if (give(home, mkhome, mkhome->mode) < 0)
		return vns_error_errno(err, errno, "giving it to the user");
	return 0;
}

static void take_back(int parent, const char *name, int home,
		      const struct skeleton *skeleton)
{
	size_t i = skeleton->count;

	while (home >= 0 && i-- > 0) {
		const struct item *item = &skeleton->items[i];
		const char *last;
		VNS_AUTOCLOSE int above = open_parent(home, item->path, &last);

		if (above >= 0)
			unlinkat(above, last,
				 S_ISDIR(item->mode) ? AT_REMOVEDIR : 0);
	}
	unlinkat(parent, name, AT_REMOVEDIR);
}

/*
 * Builds the directory under a name that nobody waits for. Once complete, it
 * gets its real name.
 */
static int build(int parent, const char *name, const struct skeleton *skeleton,
		 const struct vns_home *mkhome, bool *made,
		 struct vns_error *err)
{
	VNS_AUTOCLOSE int home = -1;
	unsigned long random;
	char hidden[40];
	int rc;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return vns_error_errno(err, errno, "getrandom");
	snprintf(hidden, sizeof(hidden), ".vns-%lx", random);
	if (mkdirat(parent, hidden, 0700) < 0)
		return vns_error_errno(err, errno, "mkdir");
	home = open_below(parent, hidden, O_RDONLY);
	rc = home < 0 ?
		     vns_error_errno(err, errno, "opening the new directory") :
		     fill(home, skeleton, mkhome, err);
	if (rc == 0 &&
	    renameat2(parent, hidden, parent, name, RENAME_NOREPLACE) < 0)
		rc = vns_error_errno(err, errno, "giving it its name");
	if (rc == 0) {
		*made = true;
		return 0;
	}
	take_back(parent, hidden, home, skeleton);
	/* Another login made the directory first, and it is complete, too. */
	return rc == -EEXIST ? 0 : rc;
}

static int check_parent(int fd, struct vns_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return vns_error_errno(err, errno, "a directory above it");
	if (st.st_uid == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return 0;
	return vns_error_set(err, EPERM,
			     "a directory above it is not root's, or others "
			     "may write to it");
}

/* Goes one step down, to a directory that exists or is made for root. */
static int descend(int *fd, const char *name, struct vns_error *err)
{
	int next = open_below(*fd, name, O_PATH);

	if (next < 0 && errno == ENOENT && mkdirat(*fd, name, 0755) == 0)
		next = open_below(*fd, name, O_PATH);
	if (next < 0 && errno == ELOOP)
		return vns_error_set(
			err, ELOOP, "\"%s\" above it is a symbolic link", name);
	if (next < 0)
		return vns_error_errno(err, errno, "\"%s\" above it", name);
	vns_safefile_close(fd);
	*fd = next;
	return check_parent(next, err);
}

/* Whether it exists. A directory counts, whoever owns it. */
static int look(int parent, const char *name, bool *there,
		struct vns_error *err)
{
	struct stat st;

	*there = fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (!*there)
		return errno == ENOENT ?
			       0 :
			       vns_error_errno(err, errno, "looking for it");
	return S_ISDIR(st.st_mode) ?
		       0 :
		       vns_error_set(err, ENOTDIR,
				     "there is something in its place that "
				     "is not a directory");
}

/*
 * Whether there is a home that is the user's, wherever links may lead: nothing
 * is left to do then, and so nothing to be refused.
 */
static bool is_theirs(const struct passwd *pw)
{
	struct stat st;

	return stat(pw->pw_dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == pw->pw_uid;
}

/* path is normal, but for the "/" at its beginning, which is left out. */
static int make_home(const struct vns_home *mkhome, const char *path,
		     const struct skeleton *skeleton, bool *made,
		     struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char name[NAME_MAX + 1];
	bool there = false;
	int rc;

	if (fd < 0)
		return vns_error_errno(err, errno, "/");
	rc = check_parent(fd, err);
	for (;;) {
		size_t length = strcspn(path, "/");

		if (length >= sizeof(name))
			return vns_error_errno(err, ENAMETOOLONG, "its path");
		memcpy(name, path, length);
		name[length] = '\0';
		path += length;
		if (rc < 0 || !*path++)
			break;
		rc = descend(&fd, name, err);
	}
	if (rc == 0)
		rc = look(fd, name, &there, err);
	if (rc < 0 || there)
		return rc;
	return build(fd, name, skeleton, mkhome, made, err);
}

/*
 * Enters the vserver with only the capabilities needed, and with memory that
 * nobody can look into.
 */
static int go_inside(const struct vns_place *place, struct vns_error *err)
{
	const vns_capset keep = 1ULL << CAP_CHOWN | 1ULL << CAP_DAC_OVERRIDE |
				1ULL << CAP_FOWNER | 1ULL << CAP_FSETID;
	int rc;

	prctl(PR_SET_DUMPABLE, 0);
	rc = vns_namespace_enter(place, err);
	if (rc == 0)
		rc = vns_capability_drop(keep, 0, err);
	prctl(PR_SET_DUMPABLE, 0);
	umask(0);
	return rc;
}

int vns_home_make(const struct vns_home *mkhome, const struct vns_place *place,
		  bool *made, struct vns_error *err)
{
	const char *home = mkhome->account->pw.pw_dir;
	struct skeleton skeleton = { .count = 0 };
	struct vns_error unread;
	char path[PATH_MAX];
	int rc, read = 0;

	*made = false;
	if (!vns_util_path_normal(home, path, sizeof(path)) || !path[1])
		return vns_error_set(err, EINVAL,
				     "\"%s\" cannot be a home directory", home);
	if (mkhome->skeleton)
		read = read_skeleton(mkhome->skeleton, &skeleton, &unread);
	rc = go_inside(place, err);
	if (rc == 0 && !is_theirs(&mkhome->account->pw)) {
		if (read < 0)
			*err = unread;
		rc = read < 0 ?
			     read :
			     make_home(mkhome, path + 1, &skeleton, made, err);
		if (rc < 0)
			vns_error_context(err, "%s", path);
	}
	free_skeleton(&skeleton);
	return rc;
}
