/*
 * Finds the cgroup that a vserver's sessions are moved into (cgroup.h). It is
 * the cgroup of the vserver's definition; where the definition names none, it
 * is the one that the vserver was started with, if it was started with one. A
 * definition can also say that sessions are not moved into any cgroup, or that
 * it is the one that the process of a foreign vserver is in.
 */
#ifndef VNS_CGSESSION_H
#define VNS_CGSESSION_H

#include "config/config.h"
#include "system/place.h"

/*
 * Opens the cgroup's directory; *directory is -1 where the sessions are not
 * moved into one. Returns -ENOENT if it does not exist.
 */
int vns_cgsession_open(const struct vns_vserver *vserver,
		       const struct vns_place *place, int *directory,
		       struct vns_error *err);

/*
 * Whether a session that cannot be moved there, as the cgroup has ended or
 * takes no processes any more, finds another one when it looks again.
 */
bool vns_cgsession_changes(const struct vns_vserver *vserver, int rc);

/*
 * Moves the calling process into that cgroup. *back is set as by
 * vns_cgroup_enter.
 */
int vns_cgsession_enter(const struct vns_vserver *vserver,
			const struct vns_place *place, int *back,
			struct vns_error *err);

#endif
