#include "preflight.h"

#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int vns_preflight_open(int root, const char *path, bool directory)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	if (directory)
		how.flags |= O_DIRECTORY;
	fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
	return fd < 0 ? -errno : (int)fd;
}

struct vns_preflight vns_preflight_check(int root, const char *shell,
					 const char *home)
{
	VNS_AUTOCLOSE int shell_fd = vns_preflight_open(
		root, shell && *shell ? shell : "/bin/sh", false);
	VNS_AUTOCLOSE int home_fd =
		vns_preflight_open(root, home && *home ? home : "/", true);
	struct stat st;

	return (struct vns_preflight){
		.shell = shell_fd >= 0 && fstat(shell_fd, &st) == 0 &&
			 S_ISREG(st.st_mode) && (st.st_mode & 0111),
		.home = home_fd >= 0,
	};
}
