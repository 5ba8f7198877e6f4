/*
 * Finds the cgroup that a vserver's sessions are moved into (cgroup.h). It is
 * the cgroup of the vserver's definition; where the definition names none, it
 * is the one that the vserver was started with, if it was started with one. A
 * definition can also say that sessions are not moved into any cgroup.
 */
#ifndef VNS_CGSESSION_H
#define VNS_CGSESSION_H

#include "config/config.h"
#include "system/place.h"

/* cgroup is empty where the sessions are not moved into one. */
int vns_cgsession_find(const struct vns_vserver *vserver,
		       const struct vns_place *place, char *cgroup, size_t size,
		       struct vns_error *err);

/*
 * Moves the calling process into that cgroup. *back is set as by
 * vns_cgroup_enter.
 */
int vns_cgsession_enter(const struct vns_vserver *vserver,
			const struct vns_place *place, int *back,
			struct vns_error *err);

#endif
