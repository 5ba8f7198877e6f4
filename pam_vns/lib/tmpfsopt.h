/*
 * Translates the ids in a tmpfs's mount options (tmpfs(5)) from those inside a
 * user namespace to the host's. Not every kernel maps ids on a tmpfs (before
 * 6.3 none does), and root inside the namespace could make a tmpfs that they
 * own larger. Pure: it opens no files.
 */
#ifndef VNS_TMPFSOPT_H
#define VNS_TMPFSOPT_H

#include "lib/error.h"
#include "lib/idrange.h"

/*
 * Copies the options as the host must be told them: uid= and gid= have the
 * host's numbers, and where the options do not have them, the numbers of id 0
 * inside. With gap the ids have the gap of lib/idmap.h. mapped is empty at
 * first, and the caller frees it also on failure. Returns -EINVAL if there is
 * no such id inside.
 */
int vns_tmpfsopt_map(const struct vns_strings *options,
		     const struct vns_idrange *ids, bool gap,
		     struct vns_strings *mapped, struct vns_error *err);

#endif
