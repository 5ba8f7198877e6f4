/*
 * The ids in a tmpfs's options (tmpfs(5)), where they are those inside a user
 * namespace. Not every kernel maps ids on a tmpfs (before 6.3 none does), and
 * one that root inside owned he could make larger. Pure.
 */
#ifndef VNS_TMPFSOPT_H
#define VNS_TMPFSOPT_H

#include "lib/error.h"
#include "lib/idrange.h"

/*
 * The options as the host is to be told them: uid= and gid= by its own
 * numbers, and those of id 0 inside where nothing is said. mapped is empty at
 * first, and to be freed also on failure. -EINVAL if there is no such id
 * inside.
 */
int vns_tmpfsopt_map(const struct vns_strings *options,
		     const struct vns_idrange *ids, struct vns_strings *mapped,
		     struct vns_error *err);

#endif
