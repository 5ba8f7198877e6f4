/* Makes user namespaces (user_namespaces(7)). */
#ifndef VNS_USERNS_H
#define VNS_USERNS_H

#include "lib/error.h"
#include "lib/idmap.h"
#include "lib/nsname.h"

/*
 * How many namespaces may be made inside. As uid 0 of a user namespace can
 * raise its limits, they hold for a user namespace around it, where everything
 * that is made inside, by any user, is counted for the owner.
 */
struct vns_userns_limits {
	vns_nsset set; /* the types that have a limit */
	unsigned long max[VNS_NS_COUNT];
	vns_nsset own; /* one of each of these types does not count */
};

/*
 * Makes a user namespace in which the ids from 0 up are those of the range
 * outside; unless more is NULL, with a gap for the ids in there (lib/idmap.h).
 * The range's first id outside owns the namespace. limits may be NULL;
 * otherwise those that can be seen inside are the same.
 */
int vns_userns_new(const struct vns_idrange *ids,
		   const struct vns_idmap_more *more,
		   const struct vns_userns_limits *limits, int *fd,
		   struct vns_error *err);

#endif
