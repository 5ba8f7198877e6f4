/*
 * Starts the watcher, "vns watch", and talks to it: a process on the host that
 * records a session, and does what is to be done when the session has ended.
 *
 * The watcher notices the end when a socket is closed. The session's side of
 * that socket is held by the process that opens the session, and by processes
 * forked from it that do not execute another program, as those of sshd that
 * serve forwardings. The socket is close-on-exec, cannot be opened through
 * /proc/PID/fd as a pipe could, and nothing that is sent through it after
 * vns_watch_entered has any meaning.
 */
#ifndef VNS_WATCH_H
#define VNS_WATCH_H

#include "login/login.h"

/*
 * Starts the watcher of a session of login->vserver, and returns when the
 * session is recorded. *life is the session's side of the socket, and is the
 * caller's to close. Closing it means that the session has ended or, before
 * vns_watch_entered, that it never existed.
 */
int vns_watch_start(const struct vns_login *login, int *life,
		    struct vns_error *err);

/*
 * To be called before the session enters login->place: has the watcher put the
 * terminal of the calling process at the terminal's path inside (bindtty.h).
 * If that is impossible, it only fails if the session would be left without a
 * terminal. Otherwise the only effect is that the terminal is not found by its
 * name inside.
 */
int vns_watch_terminal(const struct vns_login *login, int life,
		       struct vns_error *err);

/*
 * The request that vns_watch_terminal sends, with the terminal's path, and the
 * answer to it.
 */
#define VNS_WATCH_TERMINAL 'T'
#define VNS_WATCH_DONE "."
enum { VNS_WATCH_TTY, VNS_WATCH_MNT, VNS_WATCH_ROOT, VNS_WATCH_FDS };

/* Tells the watcher that the session has begun. */
void vns_watch_entered(int life);

#endif
