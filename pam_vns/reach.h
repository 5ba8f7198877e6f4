/* Whether the host's users can get at what a tenant's root owns on disk. */
#ifndef VNS_REACH_H
#define VNS_REACH_H

#include "error.h"

/*
 * Where ids are mapped, a tenant's root makes files that are the host root's
 * on disk, set-user-ID ones among them, and a user of the host who can reach
 * one becomes root. So path (absolute, trusted) must lie below a directory
 * that nobody but root can pass, or on a mount with nosuid. -EPERM otherwise.
 */
int vns_reach_check(const char *path, struct vns_error *err);

#endif
