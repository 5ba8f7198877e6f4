/*
 * What a session in a foreign vserver may have of what its definition gives it:
 * no more than the container's own process has. An engine's seccomp filter and
 * the label of a security module are not taken over.
 */
#ifndef VNS_CONFINE_H
#define VNS_CONFINE_H

#include "config/config.h"
#include "system/place.h"
#include "system/seccomp.h"

struct vns_confinement {
	/* The definition's: what a login's own process keeps. */
	vns_capset kept;
	/* What programs can have that it executes. */
	vns_capset passed;
	struct vns_restriction restriction;
};

/*
 * Returns -ESRCH if the container's process has ended. A place without one is
 * not confined.
 */
int vns_confine_find(const struct vns_vserver *vserver,
		     const struct vns_place *place,
		     struct vns_confinement *found, struct vns_error *err);

#endif
