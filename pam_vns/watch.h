/*
 * The module's side of the watcher: "vns watch", a process on the host that
 * records a session, and does what is to be done when it has ended.
 *
 * It knows the end by the closing of a socket. The session's side of that is
 * held by the process that opens the session and by those it forks without
 * executing anything, as sshd does to serve forwardings. It is close-on-exec,
 * leads nowhere by /proc/PID/fd as a pipe would, and nothing that comes through
 * it after vns_watch_entered means anything.
 */
#ifndef VNS_WATCH_H
#define VNS_WATCH_H

#include "login.h"

/*
 * Starts the watcher of a session of login->vserver; returns when the session
 * is recorded. *life is the session's side, the caller's to close: the session
 * has ended then, or, before vns_watch_entered, has never been.
 */
int vns_watch_start(const struct vns_login *login, int *life,
		    struct vns_error *err);

/* Now there is a session. */
void vns_watch_entered(int life);

#endif
