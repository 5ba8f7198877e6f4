/*
 * Guards the terminal that a session shares with the person who started it.
 *
 * "su alice" on an administrator's terminal leaves that terminal the
 * controlling one of all that runs inside, and ioctl_tty(2) lets such a process
 * type: what it types, the administrator's shell reads and runs.
 */
#ifndef VNS_TTY_H
#define VNS_TTY_H

#include "lib/error.h"

#include <stdbool.h>
#include <sys/types.h>

#define VNS_TTY_PATH_MAX 32

/*
 * Whether the path is "/dev/NAME" or "/dev/pts/NUMBER": no other path may be a
 * terminal's.
 */
bool vns_tty_path_valid(const char *path);

/*
 * Finds the calling process's controlling terminal, if the process has it open
 * for reading and writing as 0, 1 or 2. *fd is which of these it is, and path
 * is its path and holds VNS_TTY_PATH_MAX characters.
 */
bool vns_tty_find(int *fd, char *path);

/*
 * Whether the calling program will close its terminal and open it again by its
 * path. Of the programs that open sessions, util-linux's login does (agetty(8)
 * starts it).
 */
bool vns_tty_is_reopened(void);

/*
 * If the calling process has a controlling terminal, TIOCSTI and TIOCLINUX fail
 * with EPERM from now on, for the calling thread and all that it starts
 * (seccomp(2)); that cannot be undone. Set-user-ID programs still work; to
 * allow that, the caller needs CAP_SYS_ADMIN.
 *
 * The guard holds for every ABI of x86, ARM, RISC-V, POWER, S/390 and
 * LoongArch: in an ABI that does not exist yet, every call with such a second
 * argument fails. On other machines it holds for the ABI of this build.
 */
int vns_tty_guard(struct vns_error *err);

/*
 * login(1), which gets its terminal from getty(8), gives it to the user once
 * the session is open. In a user namespace login can do so only with what
 * belongs to ids of that namespace. So if standard input is a terminal that
 * belongs to root and is the controlling one of a session that the calling
 * process leads, it gets this owner and group: the user's, as the caller's user
 * namespace numbers them. before is what the terminal had, for
 * vns_tty_take_back; its fd is -1 if nothing was done.
 */
struct vns_tty_owner {
	int fd;
	uid_t uid;
	gid_t gid;
};
int vns_tty_give(uid_t uid, gid_t gid, struct vns_tty_owner *before,
		 struct vns_error *err);
void vns_tty_take_back(const struct vns_tty_owner *before);

#endif
