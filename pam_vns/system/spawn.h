/*
 * Runs a program on the host from inside somebody else's root process.
 *
 * The caller's signal handlers, SIGCHLD handling and child processes are left
 * alone: the child that is started has no exit signal and is held by a pidfd
 * (clone(2)). Because an execve(2) would give it an exit signal, that child
 * does not become the program, but only waits for it. The program is a clean
 * root process (clean.h), with /dev/null as descriptor 0, its output collected
 * from 1 and 2, and exactly the given environment. If the caller is killed, so
 * is the program, with its process group, when its time is up.
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

/*
 * Runs a program whose status is its answer, and whose output nobody wants.
 * Returns the status, from 0 to 125, or a negative errno as above.
 */
int vns_spawn_status(char *const argv[], char *const envp[], unsigned timeout,
		     struct vns_error *err);

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
	/* The program's process group is killed when the caller ends. */
	VNS_SPAWN_BOUND = 1,
};

/* Does the same, with standard output and standard error apart. */
int vns_spawn_run_apart(char *const argv[], char *const envp[],
			unsigned timeout, unsigned flags,
			struct vns_spawn_said *said, struct vns_error *err);

#endif
