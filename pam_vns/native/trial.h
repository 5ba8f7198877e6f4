/*
 * Tries what depends on the version of the kernel and on the filesystem. It is
 * tried in the same way as a start would do it, on mounts that nobody sees.
 * Only root can do this.
 */
#ifndef VNS_TRIAL_H
#define VNS_TRIAL_H

#include "config/types.h"
#include "lib/error.h"

#include <stdbool.h>

/*
 * Whether ids can be mapped on the mount that fd (O_PATH) lies on and, with
 * recursive, on all mounts below it.
 */
int vns_trial_ids(int fd, bool recursive, struct vns_error *err);

/*
 * For a vserver with a user namespace: the first checks whether the kernel can
 * map ids on the root directory and on the template, and can then use the
 * template as a layer. The second checks the template only.
 */
int vns_trial_vserver(const struct vns_vserver *vserver, struct vns_error *err);
int vns_trial_template(const struct vns_vserver *vserver,
		       struct vns_error *err);

#endif
