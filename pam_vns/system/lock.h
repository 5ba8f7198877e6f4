/*
 * Takes locks that processes use between each other: flock(2) on files that
 * only root can open.
 */
#ifndef VNS_LOCK_H
#define VNS_LOCK_H

#include "lib/error.h"

/*
 * Locks what is open already; error messages call it what. Returns -EBUSY if
 * the lock could not be had within timeout_ms, with a message that says which
 * process has it, as far as that can be seen; and -EDEADLK where an ancestor
 * of the calling process has signed the lock, as the caller would then wait for
 * itself.
 */
int vns_lock_hold(int fd, const char *what, long timeout_ms,
		  struct vns_error *err);

/*
 * Makes the file NAME in a directory, if it does not exist, and locks it in the
 * same way. *fd is the caller's; it is -1 after an error. To close it gives the
 * lock back.
 */
int vns_lock_take(int directory, const char *name, const char *what,
		  long timeout_ms, int *fd, struct vns_error *err);

/* Signs the lock: notes in it that the calling process holds it. */
void vns_lock_sign(int lock);

/* Closes the lock, if it is open, and removes the signature. */
void vns_lock_release(int *lock);

/*
 * Closes the lock, if it is open, and removes its file, so that files do not
 * gather. Whoever waits for it takes it by a new file.
 */
void vns_lock_remove(int directory, const char *name, int *lock);

#endif
