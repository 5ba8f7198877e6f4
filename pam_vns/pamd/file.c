/*
 * Reads a service's file if nobody but root can have written it, and replaces
 * it by renaming a new one if nobody has changed it meanwhile.
 */
#include "pamd/file.h"

#include "system/lock.h"
#include "system/runtime.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define SIZE_LARGEST ((size_t)256 * 1024)
/* In /run/vns/lock; no vserver's name begins with a dot. */
#define LOCK ".pam.d"
#define LOCK_MS 10000

/*
 * Reads a file. If the path is a symbolic link of root's, the file that it
 * leads to is meant.
 */
static int read_trusted(const char *path, char **text, size_t *length,
			struct vns_error *err)
{
	VNS_AUTOFREE char *real = realpath(path, NULL);

	if (!real)
		return vns_error_errno(err, errno, "%s", path);
	return vns_safefile_read(real, SIZE_LARGEST, text, length, err);
}

static int read_draft(const struct vns_pamfile_draft *draft, char **text,
		      size_t *length, struct vns_error *err)
{
	*text = strdup(draft->text);
	if (!*text)
		return vns_error_memory(err);
	*length = strlen(*text);
	return 0;
}

int vns_pamfile_read(void *context, const char *name, char **path, char **text,
		     size_t *length, struct vns_error *err)
{
	static const char *const places[] = { VNS_PAMFILE_DIR "/%s",
					      "/usr/lib/pam.d/%s" };
	const struct vns_pamfile_draft *draft = context;
	char where[PATH_MAX];
	size_t i;
	int rc = -ENOENT;

	for (i = 0; rc == -ENOENT && i < 2; i++) {
		if (!vns_util_format(where, sizeof(where),
				     *name == '/' ? "%s" : places[i], name))
			return vns_error_errno(err, ENAMETOOLONG, "%s", name);
		if (draft && i == 0 && strcmp(name, draft->service) == 0)
			rc = read_draft(draft, text, length, err);
		else
			rc = read_trusted(where, text, length, err);
	}
	if (rc == -ENOENT)
		return vns_error_set(err, ENOENT, "there is no %s%s",
				     *name == '/' ? "" : VNS_PAMFILE_DIR "/",
				     name);
	if (rc < 0)
		return rc;
	*path = strdup(where);
	if (*path)
		return 0;
	free(*text);
	*text = NULL;
	return vns_error_memory(err);
}

/*
 * The lock is not on the directory itself, which everybody can open, and so
 * lock for ever.
 */
static int take_lock(int *lock, struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	int rc = vns_runtime_open(VNS_RUNTIME_LOCK, &directory, err);

	return rc < 0 ? rc :
			vns_lock_take(directory, LOCK,
				      "changing " VNS_PAMFILE_DIR, LOCK_MS,
				      lock, err);
}

static int open_directory(int *directory, struct vns_error *err)
{
	VNS_AUTOCLOSE int found = -1;
	int rc = vns_safefile_open(VNS_PAMFILE_DIR, VNS_SAFEFILE_DIRECTORY,
				   &found, err);

	if (rc < 0)
		return rc;
	*directory = openat(found, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *directory < 0 ? vns_error_errno(err, errno, VNS_PAMFILE_DIR) :
				0;
}

int vns_pamfile_open(const char *service, struct vns_pamfile *file,
		     struct vns_error *err)
{
	int rc;

	if (asprintf(&file->path, VNS_PAMFILE_DIR "/%s", service) < 0) {
		file->path = NULL;
		return vns_error_memory(err);
	}
	rc = take_lock(&file->lock, err);
	if (rc == 0)
		rc = open_directory(&file->directory, err);
	if (rc == 0)
		rc = vns_safefile_open(file->path, VNS_SAFEFILE_CONFIG,
				       &file->fd, err);
	if (rc == 0)
		rc = vns_safefile_slurp(file->fd, file->path, SIZE_LARGEST,
					&file->text, &file->length, err);
	return rc;
}

void vns_pamfile_close(struct vns_pamfile *file)
{
	vns_safefile_close(&file->directory);
	vns_safefile_close(&file->fd);
	vns_safefile_close(&file->lock);
	free(file->path);
	free(file->text);
	*file = VNS_PAMFILE_NONE;
}

static int copy_attribute(int from, int to, const char *name)
{
	char value[4096];
	ssize_t size = fgetxattr(from, name, value, sizeof(value));

	if (size < 0)
		return -errno;
	return fsetxattr(to, name, value, (size_t)size, 0) < 0 ? -errno : 0;
}

static int copy_attributes(int from, int to)
{
	char names[4096];
	ssize_t size = flistxattr(from, names, sizeof(names));
	const char *name;
	int rc = 0;

	if (size < 0)
		return errno == ENOTSUP ? 0 : -errno;
	for (name = names; rc == 0 && name < names + size;
	     name += strlen(name) + 1)
		rc = copy_attribute(from, to, name);
	return rc;
}

/* Writes the whole new file to the disk, under another name. */
static int write_new(const struct vns_pamfile *file, const char *name,
		     const char *text)
{
	VNS_AUTOCLOSE int fd = -1;
	struct stat st;
	int rc;

	if (fstat(file->fd, &st) < 0)
		return -errno;
	/* A file of this name was left by a process that was killed. */
	if (unlinkat(file->directory, name, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(file->directory, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	rc = vns_safefile_write_all(fd, text, strlen(text));
	if (rc == 0 && fchown(fd, st.st_uid, st.st_gid) < 0)
		rc = -errno;
	if (rc == 0)
		rc = copy_attributes(file->fd, fd);
	if (rc == 0 && fchmod(fd, st.st_mode & 07777) < 0)
		rc = -errno;
	if (rc == 0 && fsync(fd) < 0)
		rc = -errno;
	return rc;
}

/*
 * Whether somebody has changed the file: an editor replaces it, or writes to
 * it.
 */
static bool is_changed(const struct vns_pamfile *file, const char *service)
{
	struct stat was, is;
	char *text = NULL;
	size_t length = 0;
	struct vns_error ignored;
	bool same;

	if (fstat(file->fd, &was) < 0 ||
	    fstatat(file->directory, service, &is, AT_SYMLINK_NOFOLLOW) < 0 ||
	    was.st_dev != is.st_dev || was.st_ino != is.st_ino ||
	    lseek(file->fd, 0, SEEK_SET) < 0 ||
	    vns_safefile_slurp(file->fd, file->path, SIZE_LARGEST, &text,
			       &length, &ignored) < 0)
		return true;
	same = length == file->length && memcmp(text, file->text, length) == 0;
	free(text);
	return !same;
}

int vns_pamfile_replace(const struct vns_pamfile *file, const char *service,
			const char *text, struct vns_error *err)
{
	char name[NAME_MAX + 1];
	int rc;

	if (!vns_util_format(name, sizeof(name), ".%s.vns-new", service))
		return vns_error_errno(err, ENAMETOOLONG, "%s", service);
	rc = write_new(file, name, text);
	if (rc == 0 && is_changed(file, service)) {
		unlinkat(file->directory, name, 0);
		return vns_error_set(err, EBUSY,
				     "%s: somebody else has changed it just "
				     "now; look at it and try again",
				     file->path);
	}
	if (rc == 0 &&
	    renameat(file->directory, name, file->directory, service) < 0)
		rc = -errno;
	if (rc < 0) {
		unlinkat(file->directory, name, 0);
		return vns_error_errno(err, -rc, "writing %s", file->path);
	}
	/*
	 * The new file is there. If the machine goes down, either the old or
	 * the new one is.
	 */
	fsync(file->directory);
	return 0;
}
