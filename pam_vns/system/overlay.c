/*
 * Attaches the layers on a small tmpfs, as older kernels need it, and has the
 * overlay made with the ids that its files are to have.
 */
#include "system/overlay.h"

#include "system/inroot.h"
#include "system/mount.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/*
 * Makes the place where layers are attached: a small tmpfs with a directory for
 * each.
 */
static int make_base(const char *scratch, int *base, struct vns_error *err)
{
	static const char *const options[] = { "mode=0700", "size=4k", NULL };
	VNS_AUTOCLOSE int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int rc;

	if (root < 0)
		return vns_error_errno(err, errno, "/");
	rc = vns_mount_create("tmpfs", "vns", options, base, err);
	if (rc == 0 && (mkdirat(*base, "lower", 0700) < 0 ||
			mkdirat(*base, "above", 0700) < 0 ||
			mkdirat(*base, "empty", 0700) < 0))
		rc = vns_error_errno(err, errno, "mkdir");
	return rc < 0 ? rc : vns_mount_attach(*base, root, scratch, false, err);
}

/* Opens the directory name of the mount; no link can lead away from there. */
static int open_layer(int mount, const char *name, int *fd,
		      struct vns_error *err)
{
	*fd = vns_inroot_open(mount, name, O_PATH | O_DIRECTORY,
			      VNS_INROOT_BENEATH | RESOLVE_NO_XDEV);
	return *fd < 0 ? vns_error_errno(err, -*fd,
					 "\"%s\" of the root "
					 "directory",
					 name) :
			 0;
}

static int set_option(int context, const char *key, const char *value,
		      struct vns_error *err)
{
	return syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value,
		       0) < 0 ?
		       vns_mount_explain(context, key, err) :
		       0;
}

/* Sets one layer, or two if second is not -1. */
static int set_layers(int context, const char *key, int fd, int second,
		      struct vns_error *err)
{
	char path[64];

	if (second < 0)
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	else
		snprintf(path, sizeof(path),
			 "/proc/self/fd/%d:/proc/self/fd/%d", fd, second);
	return set_option(context, key, path, err);
}

static int open_context(int *context, struct vns_error *err)
{
	*context = (int)syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC);
	if (*context < 0)
		return vns_error_errno(err, errno, "overlay filesystem");
	return set_option(*context, "source", "vns", err);
}

/*
 * An overlay works with the ids of the process that has made it, and makes
 * files that belong to them; on an upper layer whose ids are mapped the host's
 * root is nobody. The process keeps its capabilities.
 */
static int create_as(int context, unsigned owner, struct vns_error *err)
{
	int bits = prctl(PR_GET_SECUREBITS), rc = 0;

	if (bits < 0 ||
	    prctl(PR_SET_SECUREBITS, bits | SECBIT_NO_SETUID_FIXUP) < 0)
		return vns_error_errno(err, errno, "PR_SET_SECUREBITS");
	setfsgid(owner);
	setfsuid(owner);
	if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) <
	    0)
		rc = vns_mount_explain(context, "overlay", err);
	setfsuid(0);
	setfsgid(0);
	if (prctl(PR_SET_SECUREBITS, bits) < 0 && rc == 0)
		rc = vns_error_errno(err, errno, "PR_SET_SECUREBITS");
	return rc;
}

/*
 * Without an upper layer an overlay must have two lower ones: the other one is
 * empty.
 */
static int try_lower(int lower, int base, unsigned owner, struct vns_error *err)
{
	VNS_AUTOCLOSE int context = -1;
	VNS_AUTOCLOSE int empty = -1;
	int rc = open_context(&context, err);

	if (rc == 0)
		rc = open_layer(base, "empty", &empty, err);
	if (rc == 0)
		rc = set_layers(context, "lowerdir", lower, empty, err);
	if (rc == 0)
		rc = create_as(context, owner, err);
	if (rc == -EINVAL)
		vns_error_context(err,
				  "lowerdir: the template's filesystem cannot "
				  "be a layer of an overlay%s",
				  owner ? ", or not with a user namespace "
					  "(which takes Linux 5.19)" :
					  "");
	return rc;
}

/*
 * An old overlayfs returns EINVAL for either of the layers, and does not say
 * for which.
 */
static int blame(int lower, int base, unsigned owner, struct vns_error *err)
{
	struct vns_error other;

	if (try_lower(lower, base, owner, &other) == -EINVAL)
		*err = other;
	else
		vns_error_context(err,
				  "upperdir: the root directory's filesystem "
				  "cannot be the upper layer of an overlay");
	return -EINVAL;
}

/* overlayfs goes on without a work directory that it can use, but read-only. */
static int check_writable(int mount, struct vns_error *err)
{
	struct statfs fs;

	if (fstatfs(mount, &fs) < 0)
		return vns_error_errno(err, errno, "overlay");
	if (!(fs.f_flags & ST_RDONLY))
		return 0;
	return vns_error_set(err, EROFS,
			     "the root directory's filesystem cannot be the "
			     "upper layer of an overlay");
}

/*
 * Before Linux 6.5 the layers are looked up when the overlay is made, and not
 * before: *upper and *work must be open until then.
 */
static int configure(int context, int lower, int above, int *upper, int *work,
		     struct vns_error *err)
{
	int rc = open_layer(above, "upper", upper, err);

	if (rc == 0)
		rc = open_layer(above, "work", work, err);
	if (rc == 0)
		rc = set_layers(context, "lowerdir", lower, -1, err);
	if (rc == 0)
		rc = set_layers(context, "upperdir", *upper, -1, err);
	return rc < 0 ? rc : set_layers(context, "workdir", *work, -1, err);
}

int vns_overlay_make(int lower, int above, unsigned owner, const char *scratch,
		     int *mount, struct vns_error *err)
{
	VNS_AUTOCLOSE int context = -1;
	VNS_AUTOCLOSE int base = -1;
	VNS_AUTOCLOSE int upper = -1;
	VNS_AUTOCLOSE int work = -1;
	/*
	 * Before Linux 6.15 overlayfs takes only layers that are attached
	 * somewhere.
	 */
	int rc = make_base(scratch, &base, err);

	if (rc == 0)
		rc = vns_mount_attach(lower, base, "/lower", true, err);
	if (rc == 0)
		rc = vns_mount_attach(above, base, "/above", true, err);
	if (rc == 0)
		rc = open_context(&context, err);
	if (rc == 0)
		rc = configure(context, lower, above, &upper, &work, err);
	if (rc < 0)
		return rc;
	rc = create_as(context, owner, err);
	if (rc < 0)
		return rc == -EINVAL ? blame(lower, base, owner, err) : rc;
	/* The attributes of its layers' mounts do not apply to the overlay. */
	*mount = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC,
			      MOUNT_ATTR_NODEV);
	return *mount < 0 ? vns_mount_explain(context, "overlay", err) :
			    check_writable(*mount, err);
}

int vns_overlay_try(int lower, unsigned owner, const char *scratch,
		    struct vns_error *err)
{
	VNS_AUTOCLOSE int base = -1;
	int rc = make_base(scratch, &base, err);

	if (rc == 0)
		rc = vns_mount_attach(lower, base, "/lower", true, err);
	return rc < 0 ? rc : try_lower(lower, base, owner, err);
}
