#include "enter.h"

#include "power.h"
#include "preflight.h"
#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/*
 * The working directory as it is called now, to be found again inside; empty
 * where the kernel says it is unreachable from the root.
 */
static void remember_cwd(char path[PATH_MAX])
{
	long length = syscall(SYS_getcwd, path, (size_t)PATH_MAX);

	if (length <= 0 || path[0] != '/')
		path[0] = '\0';
}

static bool change_to(int root, const char *path)
{
	VNS_AUTOCLOSE int fd =
		path && *path ? vns_preflight_open(root, path, true) : -1;

	return fd >= 0 && fchdir(fd) == 0;
}

/* su alice < / would leave the host's root directory on descriptor 0. */
static void replace_directories(int null)
{
	struct stat st;
	int fd;

	for (fd = 0; fd <= 2; fd++)
		if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) &&
		    dup2(null, fd) < 0)
			_exit(255);
}

/* What must not be taken along; there is neither going on with it nor back. */
static void seal(const struct vns_login *login, int null, bool way_back)
{
	const vns_capset extra =
		way_back ? 1ULL << CAP_SYS_ADMIN | 1ULL << CAP_SYS_CHROOT : 0;
	struct vns_error err;

	replace_directories(null);
	/* su leaves a descriptor of the host's "/" open for its shell. */
	if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0 ||
	    vns_power_drop(login->vserver, &login->place, extra, &err) < 0)
		_exit(255);
}

int vns_enter(struct vns_login *login, bool way_back,
	      struct vns_identity *identity, struct vns_error *err)
{
	VNS_AUTOCLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	char cwd[PATH_MAX];
	int rc;

	if (null < 0)
		return vns_error_errno(err, errno, "/dev/null");
	remember_cwd(cwd);
	rc = vns_identity_freeze(&login->account, identity, err);
	if (rc < 0)
		return rc;
	rc = vns_namespace_enter(&login->place, err);
	if (rc < 0) {
		vns_identity_undo(identity);
		return rc;
	}
	/* The join has left us in the new root, which is the last resort. */
	if (!change_to(login->place.root, cwd))
		(void)change_to(login->place.root, login->account.pw.pw_dir);
	seal(login, null, way_back);
	return 0;
}

int vns_leave(const struct vns_way_back *way,
	      const struct vns_identity *identity, struct vns_error *err)
{
	int rc = vns_namespace_return(way, err);

	if (rc == 0)
		vns_identity_thaw(identity);
	return rc;
}
