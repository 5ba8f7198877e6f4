/* Checks if the host's users can reach what a tenant's root owns on disk. */
#ifndef VNS_EXPOSURE_H
#define VNS_EXPOSURE_H

#include "lib/error.h"

#include <stdbool.h>

/*
 * Where ids are mapped, the files that a tenant's root makes belong to the
 * host's root on disk. Set-user-ID files may be among them, and a user of the
 * host who can reach one of those becomes root. So the file that fd (O_PATH) is
 * open on must lie below a directory that only root can pass, or on a mount
 * with nosuid. With tree, the mounts below count as well, and then only such a
 * directory will do, as nosuid would only cover the mount itself. Returns
 * -EPERM otherwise. It is not noticed if the same filesystem is mounted
 * elsewhere as well.
 */
int vns_exposure_check(int fd, bool tree, struct vns_error *err);

#endif
