/* Giving up capabilities (capabilities(7), capset(2)). */
#ifndef VNS_CAPABILITY_H
#define VNS_CAPABILITY_H

#include "lib/capname.h"
#include "lib/error.h"

/*
 * Leaves the calling thread the capabilities in keep, of those it has; what
 * it executes, whatever file capabilities or a set-user-ID bit say, gets none
 * but those in pass. The inheritable and ambient sets are emptied, and nothing
 * outside pass can be put into the inheritable set again. On failure some may
 * be gone.
 */
int vns_capability_drop(vns_capset keep, vns_capset pass,
			struct vns_error *err);

#endif
