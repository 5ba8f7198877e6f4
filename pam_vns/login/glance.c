/*
 * Opens the shell and the directories with RESOLVE_CACHED (openat2(2)), on the
 * mount of the root directory alone.
 */
#include "login/glance.h"

#include "system/fstype.h"
#include "system/inroot.h"
#include "system/safefile.h"

#include <fcntl.h>
#include <sys/stat.h>

static int find(const struct vns_place *place, const char *path, unsigned flags)
{
	return vns_inroot_open(place->root, path, O_PATH | flags,
			       VNS_INROOT_CACHED);
}

static bool is_shell(int fd)
{
	const unsigned mask = STATX_TYPE | STATX_MODE;
	struct statx st;

	return fd >= 0 &&
	       statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, mask, &st) ==
		       0 &&
	       (st.stx_mask & mask) == mask && S_ISREG(st.stx_mode) &&
	       (st.stx_mode & 0111);
}

/*
 * What is found lies on the mount of the root directory, whose filesystem is
 * looked at first. So a filesystem that a tenant has mounted is never touched,
 * not even by closing a descriptor.
 */
bool vns_glance_find(const struct vns_place *place, const char *shell,
		     const char *home, const char *cwd, int *directory)
{
	VNS_AUTOCLOSE int shell_fd = -1;
	VNS_AUTOCLOSE int home_fd = -1;
	int cwd_fd = -1;

	if (place->ns[VNS_NS_USER] >= 0 ||
	    !(place->likely || vns_fstype_is_plain(place->root, place->pid)))
		return false;
	if (shell)
		shell_fd = find(place, shell, 0);
	if (shell && !is_shell(shell_fd))
		return false;
	home_fd = find(place, home, O_DIRECTORY);
	if (home_fd < 0)
		return false;
	if (cwd && *cwd)
		cwd_fd = find(place, cwd, O_DIRECTORY);
	if (cwd_fd < 0 && cwd && *cwd && cwd_fd != -ENOENT)
		return false;
	*directory = cwd_fd;
	if (cwd_fd < 0) {
		*directory = home_fd;
		home_fd = -1;
	}
	return true;
}
