/* The last step of a login: from the host into the vserver. */
#ifndef VNS_ENTER_H
#define VNS_ENTER_H

#include "module/identity.h"
#include "login/login.h"
#include "system/namespace.h"

/*
 * Where the process was before, for sessions that go back. Whoever keeps it can
 * go back by it, so nobody else does. All in it is owned.
 */
struct vns_host {
	struct vns_way_back way;
	struct vns_identity identity; /* what thawing needs */
	int cgroup;
};
#define VNS_HOST_NONE \
	((struct vns_host){ .way = VNS_WAY_BACK_NONE, .cgroup = -1 })
void vns_host_free(struct vns_host *host);

/*
 * Guards the terminal, freezes the identity, joins login->place, changes to
 * login->cwd, marks every descriptor from 3 up close-on-exec, and gives up all
 * capabilities but the vserver's. life is the session's side of its watcher.
 *
 * With host, in which the way back is remembered, the process itself keeps what
 * vns_leave takes; where the vserver has a user namespace there is no way back,
 * and it is forgotten. NULL: nothing is kept.
 *
 * Where the vserver was stopped at this very moment and a login starts it, that
 * is done, as if the login had come a moment later.
 *
 * On failure the process is on the host, as it was but for the guard. On
 * success it must look nothing up, run nothing and open no path any more, and
 * login's memory is all that is left to free.
 */
int vns_enter(struct vns_login *login, int life, struct vns_host *host,
	      struct vns_error *err);

/*
 * Brings a process that has entered back, to the cgroup that it was in, and
 * thaws the identity. On failure it stays frozen.
 */
int vns_leave(const struct vns_host *host, struct vns_error *err);

#endif
