#include "enter.h"

#include "preflight.h"
#include "safefile.h"

#include <errno.h>
#include <limits.h>
#include <linux/close_range.h>
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

int vns_enter(struct vns_login *login, struct vns_identity *identity,
	      struct vns_error *err)
{
	char cwd[PATH_MAX];
	int rc;

	remember_cwd(cwd);
	/* su leaves a descriptor of the host's "/" open for its shell. */
	if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return vns_error_errno(err, errno, "close_range");
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
