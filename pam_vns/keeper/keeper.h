/*
 * The keeper: the one process that serves logins and holds sessions
 * (pam_vns(8), vns(8)).
 */
#ifndef VNS_KEEPER_H
#define VNS_KEEPER_H

#include "lib/error.h"

#include <stdbool.h>

/*
 * Takes up the sessions that an earlier keeper has left, then serves logins on
 * the listening socket until it gets SIGTERM; or SIGINT, and what its children
 * do is done. With leaves, it also ends when there has been nothing to do for
 * some seconds. ready is called when logins are served. Sessions are not ended:
 * the next keeper takes them up.
 */
int vns_keeper_run(int listener, bool leaves, void (*ready)(void *context),
		   void *context, struct vns_error *err);

#endif
