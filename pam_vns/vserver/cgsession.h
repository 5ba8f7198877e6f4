/*
 * Which cgroup a vserver's sessions are moved into (cgroup.h): that of its
 * definition, or, where it names none, the one that it was started with, if it
 * was. Where the definition says so, none.
 */
#ifndef VNS_CGSESSION_H
#define VNS_CGSESSION_H

#include "config/config.h"
#include "system/place.h"

/* Empty where it is none. */
int vns_cgsession_find(const struct vns_vserver *vserver,
		       const struct vns_place *place, char *cgroup, size_t size,
		       struct vns_error *err);

/* Moves the calling process into it; *back as of vns_cgroup_enter. */
int vns_cgsession_enter(const struct vns_vserver *vserver,
			const struct vns_place *place, int *back,
			struct vns_error *err);

#endif
