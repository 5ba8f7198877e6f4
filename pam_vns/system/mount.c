/*
 * Wraps the system calls that make, change and attach mounts by descriptor, and
 * puts the kernel's reasons into words.
 */
#include "system/mount.h"

#include "lib/procfs.h"
#include "system/inroot.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/*
 * This is MNT_DETACH of <sys/mount.h>, which cannot be included beside
 * <linux/mount.h>.
 */
#define DETACH_LAZILY 2

static const struct mount_attr private_mount = { .propagation = MS_PRIVATE };

static int set_attributes(int mount, bool recursive,
			  const struct mount_attr *attr)
{
	unsigned how = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);

	return syscall(SYS_mount_setattr, mount, "", how, attr, sizeof(*attr)) <
			       0 ?
		       -errno :
		       0;
}

static int copy_mount(int path_fd, bool recursive, unsigned long propagation,
		      int *mount, struct vns_error *err)
{
	unsigned how = AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
		       (recursive ? AT_RECURSIVE : 0);
	const struct mount_attr attr = { .propagation = propagation };
	VNS_AUTOCLOSE int made = (int)syscall(SYS_open_tree, path_fd, "", how);
	int rc;

	if (made < 0)
		return vns_error_errno(err, errno, "open_tree");
	/*
	 * A copy is a peer of its original, and would pass mounts back to it.
	 */
	rc = set_attributes(made, true, &attr);
	if (rc < 0)
		return vns_error_errno(err, -rc, "mount_setattr");
	*mount = made;
	made = -1;
	return 0;
}

int vns_mount_clone(int path_fd, bool recursive, int *mount,
		    struct vns_error *err)
{
	return copy_mount(path_fd, recursive, MS_PRIVATE, mount, err);
}

/*
 * Reads the mount id behind a descriptor. A mount has nothing else in common
 * with its line in mountinfo.
 */
static int read_mount_id(int proc_fd, int fd, char id[24],
			 struct vns_error *err)
{
	char path[48], line[64];
	int info;
	FILE *file;

	snprintf(path, sizeof(path), "self/fdinfo/%d", fd);
	info = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	file = info < 0 ? NULL : fdopen(info, "r");
	if (!file) {
		vns_safefile_close(&info);
		return vns_error_errno(err, errno, "/proc/%s", path);
	}
	id[0] = '\0';
	while (!*id && fgets(line, sizeof(line), file))
		if (sscanf(line, "mnt_id: %23[0-9]", id) != 1)
			id[0] = '\0';
	(void)fclose(file);
	return *id ? 0 : vns_error_set(err, EIO, "/proc/%s: no mnt_id", path);
}

int vns_mount_is_shared(int proc_fd, int fd, bool *shared,
			struct vns_error *err)
{
	VNS_AUTOFREE char *line = NULL;
	struct vns_procfs_mount mount;
	bool found = false;
	size_t size = 0;
	char id[24];
	FILE *file;
	int info, rc = read_mount_id(proc_fd, fd, id, err);

	if (rc < 0)
		return rc;
	info = openat(proc_fd, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	file = info < 0 ? NULL : fdopen(info, "r");
	if (!file) {
		vns_safefile_close(&info);
		return vns_error_errno(err, errno, "/proc/self/mountinfo");
	}
	while (!found && getline(&line, &size, file) > 0)
		found = vns_procfs_parse_mount(line, &mount) &&
			strcmp(mount.id, id) == 0;
	(void)fclose(file);
	if (!found)
		return vns_error_set(err, EIO,
				     "/proc/self/mountinfo: no mount %s", id);
	*shared = mount.shared;
	return 0;
}

static int check_shared(int path_fd, struct vns_error *err)
{
	VNS_AUTOCLOSE int proc =
		open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool shared;
	int rc;

	if (proc < 0)
		return vns_error_errno(err, errno, "/proc");
	rc = vns_mount_is_shared(proc, path_fd, &shared, err);
	if (rc < 0 || shared)
		return rc;
	return vns_error_set(err, EINVAL,
			     "it lies on a mount that is not shared on the "
			     "host (mount --make-shared)");
}

int vns_mount_bind(int path_fd, bool recursive,
		   const struct vns_mountopt *options, int *mount,
		   struct vns_error *err)
{
	unsigned long propagation =
		options->propagation ? options->propagation : MS_PRIVATE;
	struct vns_mountopt rest = *options;
	VNS_AUTOCLOSE int made = -1;
	int rc = 0;

	if (propagation == MS_SHARED)
		rc = check_shared(path_fd, err);
	if (rc == 0)
		rc = copy_mount(path_fd, recursive, propagation, &made, err);
	rest.propagation = 0;
	if (rc == 0)
		rc = vns_mount_apply(made, recursive, &rest, err);
	if (rc < 0)
		return rc;
	*mount = made;
	made = -1;
	return 0;
}

int vns_mount_apply(int mount, bool recursive,
		    const struct vns_mountopt *options, struct vns_error *err)
{
	const struct mount_attr attr = {
		.attr_set = options->set,
		.attr_clr = options->clear,
		.propagation = options->propagation,
	};
	int rc;

	if (!attr.attr_set && !attr.attr_clr && !attr.propagation)
		return 0;
	rc = set_attributes(mount, recursive, &attr);
	return rc < 0 ? vns_error_errno(err, -rc, "mount_setattr") : 0;
}

int vns_mount_restrict(int mount, bool recursive, const char *const *options,
		       struct vns_error *err)
{
	struct vns_mountopt read;

	vns_mountopt_init(&read, "bind");
	for (; options && *options; options++)
		if (!vns_mountopt_add(&read, *options))
			return vns_error_set(err, EINVAL,
					     "unknown mount option \"%s\"",
					     *options);
	return vns_mount_apply(mount, recursive, &read, err);
}

int vns_mount_program(int fd, int *mount, struct vns_error *err)
{
	static const char *const options[] = { "ro", "nosuid", "nodev", NULL };
	int rc = vns_mount_clone(fd, false, mount, err);

	return rc < 0 ? rc : vns_mount_restrict(*mount, false, options, err);
}

int vns_mount_explain(int context, const char *what, struct vns_error *err)
{
	int code = errno;
	char text[256];
	ssize_t length = read(context, text, sizeof(text) - 1);

	if (length <= 2)
		return vns_error_errno(err, code, "%s", what);
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return vns_error_errno(err, code, "%s (%s)", what, text + 2);
}

static int configure(int context, const char *option, struct vns_error *err)
{
	const char *value = strchr(option, '=');
	char name[64];
	long rc;

	if (!vns_util_format(name, sizeof(name), "%.*s",
			     (int)strcspn(option, "="), option))
		return vns_error_set(err, EINVAL, "mount option \"%s\"",
				     option);
	if (value)
		rc = syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, name,
			     value + 1, 0);
	else
		rc = syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, name,
			     NULL, 0);
	return rc < 0 ? vns_mount_explain(context, option, err) : 0;
}

int vns_mount_create(const char *type, const char *source,
		     const char *const *options, int *mount,
		     struct vns_error *err)
{
	VNS_AUTOCLOSE int context =
		(int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
	VNS_AUTOCLOSE int made = -1;
	struct vns_mountopt read;
	int rc = 0;

	if (context < 0)
		return vns_error_errno(err, errno, "filesystem type \"%s\"",
				       type);
	if (source && syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING,
			      "source", source, 0) < 0)
		return vns_mount_explain(context, source, err);
	vns_mountopt_init(&read, type);
	for (; rc == 0 && options && *options; options++) {
		/* A read-only disk is opened read-only, too. */
		if (!vns_mountopt_add(&read, *options) ||
		    !strcmp(*options, "ro"))
			rc = configure(context, *options, err);
	}
	if (rc < 0)
		return rc;
	if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) <
	    0)
		return vns_mount_explain(context, type, err);
	made = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC,
			    (unsigned)read.set);
	if (made < 0)
		return vns_mount_explain(context, type, err);
	read.set = read.clear = 0;
	rc = vns_mount_apply(made, false, &read, err);
	if (rc < 0)
		return rc;
	*mount = made;
	made = -1;
	return 0;
}

/*
 * The kernel returns EINVAL for both of these mistakes, which explains nothing.
 */
int vns_mount_fits(int mount, int target, const char *path,
		   struct vns_error *err)
{
	struct stat what, where;

	if (fstat(mount, &what) < 0 || fstat(target, &where) < 0)
		return vns_error_errno(err, errno, "mount point %s", path);
	if (S_ISLNK(where.st_mode))
		return vns_error_set(err, ELOOP,
				     "mount point %s inside the root directory "
				     "must not be a symbolic link",
				     path);
	if (S_ISDIR(what.st_mode) != S_ISDIR(where.st_mode))
		return vns_error_set(err, ENOTDIR,
				     "mount point %s inside the root "
				     "directory is %s directory, but what is "
				     "mounted on it %s one",
				     path, S_ISDIR(where.st_mode) ? "a" : "no",
				     S_ISDIR(what.st_mode) ? "is" : "is not");
	return 0;
}

int vns_mount_find(int root, const char *target, bool strict, int *fd,
		   struct vns_error *err)
{
	*fd = vns_inroot_open(root, target, O_PATH | (strict ? O_NOFOLLOW : 0),
			      strict ? VNS_INROOT_NO_LINKS : VNS_INROOT_CHROOT);
	if (*fd < 0)
		return vns_error_errno(err, -*fd,
				       "mount point %s inside the root "
				       "directory",
				       target);
	return 0;
}

int vns_mount_attach_to(int mount, int fd, const char *target,
			struct vns_error *err)
{
	int rc = vns_mount_fits(mount, fd, target, err);

	if (rc < 0)
		return rc;
	if (syscall(SYS_move_mount, mount, "", fd, "",
		    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return vns_error_errno(err, errno, "mounting on %s", target);
	return 0;
}

int vns_mount_attach(int mount, int root, const char *target, bool strict,
		     struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_mount_find(root, target, strict, &fd, err);

	return rc < 0 ? rc : vns_mount_attach_to(mount, fd, target, err);
}

int vns_mount_detach(int proc_fd, int fd, const char *target,
		     struct vns_error *err)
{
	VNS_AUTOCLOSE int links =
		openat(proc_fd, "self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char name[24];

	/* umount(2) takes a path; this one cannot lead anywhere else. */
	snprintf(name, sizeof(name), "%d", fd);
	if (links < 0 || fchdir(links) < 0 ||
	    syscall(SYS_umount2, name, DETACH_LAZILY) < 0)
		return vns_error_errno(err, errno, "unmounting %s", target);
	return 0;
}

int vns_mount_idmap(int mount, bool recursive, int user, struct vns_error *err)
{
	const struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_IDMAP,
		.userns_fd = (unsigned)user,
	};
	int rc = set_attributes(mount, recursive, &attr);
	struct statfs fs = { 0 };

	if (rc == -EINVAL || rc == -EPERM)
		return vns_error_set(err, -rc,
				     "its filesystem (or one mounted below) "
				     "cannot map ids for a user namespace%s: "
				     "use another filesystem, or for a mount "
				     "the option \"noidmap\"",
				     fstatfs(mount, &fs) == 0 &&
						     fs.f_type == TMPFS_MAGIC ?
					     " (tmpfs can since Linux 6.3)" :
					     "");
	return rc < 0 ? vns_error_errno(err, -rc, "mount_setattr") : 0;
}

int vns_mount_isolate(struct vns_error *err)
{
	if (syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE,
		    &private_mount, sizeof(private_mount)) < 0)
		return vns_error_errno(err, errno, "making / private");
	return 0;
}

int vns_mount_pivot(int mount, int scratch, struct vns_error *err)
{
	/* Any directory will do: nobody else sees this namespace. */
	if (syscall(SYS_move_mount, mount, "", scratch, "",
		    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return vns_error_errno(err, errno, "attaching the root");
	/*
	 * After pivot_root with "." twice the old root is on top of the new
	 * one.
	 */
	if (fchdir(mount) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		return vns_error_errno(err, errno, "pivot_root");
	if (syscall(SYS_umount2, ".", DETACH_LAZILY) < 0 || chdir("/") < 0)
		return vns_error_errno(err, errno, "leaving the old root");
	return 0;
}
