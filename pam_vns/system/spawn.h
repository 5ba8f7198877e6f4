/*
 * Runs a program on the host from inside somebody else's root process.
 *
 * The caller's signal handlers, SIGCHLD handling and child processes are left
 * alone: the child that is started has no exit signal and is held by a pidfd
 * (clone(2)). Because an execve(2) would give it an exit signal, that child
 * does not become the program, but only waits for it. The program runs as root
 * in a session of its own, in "/", with umask 022, default signals, root's
 * usual limits, no descriptor but 0 (/dev/null), 1 and 2 (collected), and
 * exactly the given environment.
 */
#ifndef VNS_SPAWN_H
#define VNS_SPAWN_H

#include "lib/error.h"

#include <stddef.h>

#define VNS_SPAWN_PATH                                   \
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:" \
	"/usr/bin:/sbin:/bin"

/*
 * Runs the program argv[0], an absolute path. Waits at most timeout seconds,
 * then kills the program's process group and returns -ETIMEDOUT. The start of
 * what the program printed is left in output (terminated). Returns 0 only if
 * the program exited with 0, otherwise -EIO with the status in words.
 */
int vns_spawn_run(char *const argv[], char *const envp[], unsigned timeout,
		  char *output, size_t size, struct vns_error *err);

#define VNS_SPAWN_SAID_MAX 1024

/*
 * What a program printed on standard output and standard error, of each as much
 * as fits.
 */
struct vns_spawn_said {
	char output[VNS_SPAWN_SAID_MAX];
	char errors[VNS_SPAWN_SAID_MAX];
};

/* How the program depends on the caller. */
enum {
	/* The program is killed when the caller ends. */
	VNS_SPAWN_BOUND = 1,
	/*
	 * The program is not in the caller's cgroup, if another can be had
	 * (cgroup.h).
	 */
	VNS_SPAWN_ASIDE = 2,
};

/* Does the same, with standard output and standard error apart. */
int vns_spawn_run_apart(char *const argv[], char *const envp[],
			unsigned timeout, unsigned flags,
			struct vns_spawn_said *said, struct vns_error *err);

/* Does the same with VNS_SPAWN_ASIDE, and with input as descriptor 0. */
int vns_spawn_run_with(int input, char *const argv[], char *const envp[],
		       unsigned timeout, char *output, size_t size,
		       struct vns_error *err);

/* Sets all signals to their default, libc's own too, and unblocks all. */
void vns_spawn_default_signals(void);

#endif
