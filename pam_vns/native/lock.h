/* Locks between processes: flock(2) on files that only root can open. */
#ifndef VNS_LOCK_H
#define VNS_LOCK_H

#include "lib/error.h"

/*
 * Makes the file NAME in a directory, if there is none, and locks it; what names
 * it in errors. *fd is the caller's, to be closed by vns_lock_release. -EBUSY when it could not be
 * had within timeout_ms; -EDEADLK where a process that the caller comes from
 * has signed it, and so would wait for itself.
 */
int vns_lock_take(int directory, const char *name, const char *what,
		  long timeout_ms, int *fd, struct vns_error *err);

/* Says that the calling process has it. */
void vns_lock_sign(int lock);

/* Closes it, if it is open, and takes the signature away. */
void vns_lock_release(int *lock);

#endif
