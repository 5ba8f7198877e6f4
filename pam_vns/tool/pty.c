/*
 * Opens the multiplexer of a vserver's devpts by descriptor, following no
 * links, and from it both sides of a new pseudo terminal.
 */
#include "tool/pty.h"

#include "system/inroot.h"
#include "system/safefile.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

static bool is_multiplexer(int fd)
{
	struct statfs fs;
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(5, 2) && fstatfs(fd, &fs) == 0 &&
	       fs.f_type == DEVPTS_SUPER_MAGIC;
}

int vns_pty_find(int root)
{
	int fd = vns_inroot_open(root, "/dev/pts/ptmx", O_PATH,
				 VNS_INROOT_NO_LINKS);

	if (fd >= 0 && is_multiplexer(fd))
		return fd;
	vns_safefile_close(&fd);
	return -1;
}

/* Opens it by descriptor, not by a path that the tenant may have replaced. */
static int open_master(int proc, int multiplexer)
{
	const int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
	char path[32];

	if (multiplexer < 0)
		return open("/dev/ptmx", flags);
	snprintf(path, sizeof(path), "self/fd/%d", multiplexer);
	return openat(proc, path, flags);
}

int vns_pty_open(int proc, int multiplexer, struct vns_pty *pty,
		 struct vns_error *err)
{
	VNS_AUTOCLOSE int master = open_master(proc, multiplexer);
	const int unlocked = 0;

	if (master < 0)
		return vns_error_errno(err, errno, "/dev/ptmx");
	if (ioctl(master, TIOCSPTLCK, &unlocked) < 0)
		return vns_error_errno(err, errno,
				       "unlocking a pseudo terminal");
	pty->slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pty->slave < 0)
		return vns_error_errno(err, errno, "opening a pseudo terminal");
	pty->master = master;
	master = -1;
	return 0;
}

bool vns_pty_is_master(int fd)
{
	unsigned number;

	return ioctl(fd, TIOCGPTN, &number) == 0;
}
