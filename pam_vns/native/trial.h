/*
 * What only the kernel knows, which differs with its version and with the
 * filesystem: tried as a start would do it, on mounts that nobody sees. Only
 * root can.
 */
#ifndef VNS_TRIAL_H
#define VNS_TRIAL_H

#include "lib/error.h"

#include <stdbool.h>

/*
 * Whether ids can be mapped on what fd (O_PATH) lies on; with recursive, on all
 * that is mounted below, too.
 */
int vns_trial_ids(int fd, bool recursive, struct vns_error *err);

/* Whether an overlay takes it as a layer that is only read, ids mapped. */
int vns_trial_layer(int fd, struct vns_error *err);

#endif
