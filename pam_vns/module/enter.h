/*
 * Does the last step of a login: moves the process from the host into the
 * vserver.
 */
#ifndef VNS_ENTER_H
#define VNS_ENTER_H

#include "module/identity.h"
#include "module/inquire.h"
#include "system/namespace.h"

/*
 * Describes where the process was before, for sessions that go back. Whoever
 * holds these descriptors can go back with them, so nobody else may have them.
 * The struct owns everything in it.
 */
struct vns_host {
	struct vns_way_back way;
	struct vns_identity identity; /* what thawing the identity needs */
	int cgroup;
};
#define VNS_HOST_NONE \
	((struct vns_host){ .way = VNS_WAY_BACK_NONE, .cgroup = -1 })
void vns_host_free(struct vns_host *host);

/*
 * Waits for the identity, guards the terminal, moves to the answer's cgroup,
 * freezes the identity, joins the place, changes to the directory to begin in,
 * marks every descriptor from 3 up close-on-exec, and gives up all capabilities
 * except for the answer's.
 *
 * If host is not NULL, the way back is stored in it, and the process keeps the
 * capabilities that vns_leave needs. Where the vserver has a user namespace,
 * there is no way back, and what was stored is dropped. If host is NULL,
 * nothing is kept.
 *
 * If the vserver was stopped at this very moment, and the answer says so, the
 * keeper is asked for another place; log is for what it answers.
 *
 * On failure the process is on the host, unchanged except for the guard. On
 * success the process must not look anything up, run any program or open any
 * path any more; freeing memory is all that is left to do.
 */
int vns_enter(struct vns_inquiry *inquiry, struct vns_host *host,
	      const struct vns_log *log, struct vns_error *err);

/*
 * Brings a process that has entered back to the host and to its previous
 * cgroup, and thaws the identity. On failure the identity stays frozen.
 */
int vns_leave(const struct vns_host *host, struct vns_error *err);

#endif
