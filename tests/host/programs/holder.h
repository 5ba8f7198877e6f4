/*
 * Opens the directory of the pins in the mount namespace that vservers are
 * pinned in: the one of run_dir /run/vns, or of the caller's.
 */
#ifndef HOLDER_H
#define HOLDER_H

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOLDER "/run/vns/pins/all"

/*
 * Returns -1 where there is none. Only a process in a mount namespace can open
 * its root: a child that shares our descriptors does.
 */
static inline int holder_open(const char *pin)
{
	int status, fd, mnt = open(pin, O_RDONLY | O_CLOEXEC);
	pid_t pid =
		(pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0) {
		fd = setns(mnt, CLONE_NEWNS) < 0 ?
			     -1 :
			     open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		_exit(fd < 0 ? 255 : fd);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		status = -1;
	if (mnt >= 0)
		close(mnt);
	return WIFEXITED(status) && WEXITSTATUS(status) != 255 ?
		       WEXITSTATUS(status) :
		       -1;
}

#endif
