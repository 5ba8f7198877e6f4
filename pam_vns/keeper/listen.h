/*
 * Opens the socket that logins connect to, /run/vns/keeper, for the one keeper
 * that there may be.
 */
#ifndef VNS_LISTEN_H
#define VNS_LISTEN_H

#include "system/process.h"

#include <stdbool.h>

/*
 * Takes the keeper's lock, which the caller holds as long as *lock is open.
 * Returns -EBUSY where another keeper has it.
 */
int vns_listen_lock(int *lock, struct vns_error *err);

/*
 * Writes "PID TICKS" of the calling process, which serves logins, to the lock.
 */
int vns_listen_sign(int lock, struct vns_error *err);

/*
 * Opens the keeper that has signed the lock. Returns -ESRCH if it has ended, or
 * has not signed yet.
 */
int vns_listen_keeper(struct vns_process *keeper, struct vns_error *err);

/*
 * Takes the listening socket that the service manager has passed
 * (sd_listen_fds(3)). Returns false if it has passed none.
 */
bool vns_listen_passed(int *listener, struct vns_error *err, int *rc);

/* Makes the socket in place of one that an ended keeper has left. */
int vns_listen_make(int *listener, struct vns_error *err);

/*
 * Whether a keeper takes connections, be it after many others that wait. This
 * itself does not wait.
 */
bool vns_listen_answers(void);

#endif
