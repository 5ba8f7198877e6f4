/*
 * Tries what depends on the version of the kernel and on the filesystem. It is
 * tried in the same way as a start would do it, on mounts that nobody sees.
 * Only root can do this.
 */
#ifndef VNS_TRIAL_H
#define VNS_TRIAL_H

#include "lib/error.h"

#include <stdbool.h>

/*
 * Whether ids can be mapped on the mount that fd (O_PATH) lies on and, with
 * recursive, on all mounts below it.
 */
int vns_trial_ids(int fd, bool recursive, struct vns_error *err);

/* Whether an overlay accepts fd, with its ids mapped, as a read-only layer. */
int vns_trial_layer(int fd, struct vns_error *err);

#endif
