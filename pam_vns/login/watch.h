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

#include "login/login.h"

/*
 * Starts the watcher of a session of login->vserver; returns when the session
 * is recorded. *life is the session's side, the caller's to close: the session
 * has ended then, or, before vns_watch_entered, has never been.
 */
int vns_watch_start(const struct vns_login *login, int *life,
		    struct vns_error *err);

/*
 * Before the session enters login->place, has the watcher put the terminal of
 * the calling process at its path there (terminal.h). Where that cannot be, it
 * fails only if the session would be without: otherwise the terminal is not
 * found by its name inside, and that is all.
 */
int vns_watch_terminal(const struct vns_login *login, int life,
		       struct vns_error *err);

/* What that sends, with the terminal's path, and what is answered to it. */
#define VNS_WATCH_TERMINAL 'T'
#define VNS_WATCH_DONE "."
enum { VNS_WATCH_TTY, VNS_WATCH_MNT, VNS_WATCH_ROOT, VNS_WATCH_FDS };

/* Now there is a session. */
void vns_watch_entered(int life);

#endif
