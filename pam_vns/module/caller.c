/* Finds the working directory and the terminal of the calling process. */
#include "module/caller.h"

#include <sys/syscall.h>
#include <unistd.h>

void vns_caller_look(struct vns_caller *caller)
{
	long length = syscall(SYS_getcwd, caller->cwd, sizeof(caller->cwd));

	/*
	 * The kernel says by another first character that the directory cannot
	 * be reached from the root directory.
	 */
	if (length > 0 && caller->cwd[0] == '/')
		caller->ask.cwd = caller->cwd;
	if (!vns_tty_find(&caller->terminal, caller->path)) {
		caller->terminal = -1;
		return;
	}
	caller->ask.terminal = caller->path;
	caller->ask.reopens = vns_tty_is_reopened();
}
