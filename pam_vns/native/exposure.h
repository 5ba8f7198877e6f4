/* Whether the host's users can get at what a tenant's root owns on disk. */
#ifndef VNS_EXPOSURE_H
#define VNS_EXPOSURE_H

#include "lib/error.h"

#include <stdbool.h>

/*
 * Where ids are mapped, a tenant's root makes files that are the host root's
 * on disk, set-user-ID ones among them, and a user of the host who can reach
 * one becomes root. So what fd (O_PATH) is open on must lie below a directory
 * that nobody but root can pass, or on a mount with nosuid; with what is
 * mounted below, tree, only the former says it of all. -EPERM otherwise. That
 * the same filesystem is mounted elsewhere as well is not seen.
 */
int vns_exposure_check(int fd, bool tree, struct vns_error *err);

#endif
