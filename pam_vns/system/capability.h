/* Gives up capabilities (capabilities(7), capset(2)). */
#ifndef VNS_CAPABILITY_H
#define VNS_CAPABILITY_H

#include "lib/capname.h"
#include "lib/error.h"

/*
 * Leaves the calling thread those of its capabilities that are in keep. What it
 * executes gets none but those in pass, whatever file capabilities or a
 * set-user-ID bit say. The inheritable and ambient sets are emptied, and
 * nothing outside pass can be put into the inheritable set again. After a
 * failure some capabilities may be gone.
 */
int vns_capability_drop(vns_capset keep, vns_capset pass,
			struct vns_error *err);

#endif
