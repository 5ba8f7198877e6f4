/* Opens namespaces that are pinned to files: "source = ns:PATH". */
#ifndef VNS_PINNED_H
#define VNS_PINNED_H

#include "lib/nsname.h"
#include "system/place.h"

/*
 * argument is the part of the source behind the colon; place->owner says who
 * may own it. Returns -ESRCH where the vserver is not running.
 */
int vns_pinned_open(const char *argument, vns_nsset wanted,
		    struct vns_place *place, struct vns_error *err);

#endif
