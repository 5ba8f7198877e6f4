/* What power a session has in its vserver: the rule, in one place. */
#ifndef VNS_POWER_H
#define VNS_POWER_H

#include "capability.h"
#include "config.h"
#include "namespace.h"

/*
 * Gives up what a session in place, which the calling thread has joined, must
 * not have. extra stays with this process, but goes to nothing it executes.
 * On failure some may be gone.
 */
int vns_power_drop(const struct vns_vserver *vserver,
		   const struct vns_place *place, vns_capset extra,
		   struct vns_error *err);

#endif
