/*
 * Reads what the kernel says of the process that a place stands for: how the
 * engine holds the container that the process is in (proc(5), cgroups(7)).
 * What is read is that process's own: it still lived when all was read.
 */
#ifndef VNS_CONTAINER_H
#define VNS_CONTAINER_H

#include "lib/capname.h"
#include "system/place.h"

/*
 * Reads the cgroup of version 2 that the process is in, as a path below the
 * mount; "" is the topmost one. place->process must be there. Returns -ESRCH if
 * the process has ended, or -ENOTSUP if no such cgroup can be seen from here.
 */
int vns_container_cgroup(const struct vns_place *place, char *path, size_t size,
			 struct vns_error *err);

/*
 * Whether the process is frozen, by its cgroup of version 2, by one above it,
 * or by the freezer of version 1. A cgroup that cannot be seen from here is
 * taken for one that is not frozen. Returns -ESRCH if the process has ended.
 */
int vns_container_frozen(const struct vns_place *place, bool *frozen,
			 struct vns_error *err);

/* What the process can get at most, whatever it executes. */
struct vns_container_powers {
	vns_capset bounding; /* what the kernel does not know is in it */
	bool no_new_privs;
	bool filtered; /* by a seccomp filter */
};
int vns_container_powers(const struct vns_place *place,
			 struct vns_container_powers *powers,
			 struct vns_error *err);

#endif
