/*
 * A vserver's cgroup (v2, see cgroups(7)): what its sessions are moved into
 * before they enter. A process is in a cgroup whatever it does about its
 * namespaces and its root directory, and cannot leave it without a cgroup mount
 * that it may write to.
 *
 * A cgroup is named by its path below the host's cgroup v2 mount (cgname.h).
 */
#ifndef VNS_CGROUP_H
#define VNS_CGROUP_H

#include "lib/error.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Opens the root of the host's cgroup v2: what is mounted on /sys/fs/cgroup or
 * /sys/fs/cgroup/unified, otherwise the first in mountinfo. -ENOTSUP where
 * there is none.
 */
int vns_cgroup_mount(int *fd, struct vns_error *err);
/* The same, but not searched for: for what nobody has asked for. */
int vns_cgroup_usual_mount(int *fd, struct vns_error *err);

/* Opens a cgroup's directory, to read. -ENOENT where there is none. */
int vns_cgroup_open(const char *cgroup, int *fd, struct vns_error *err);
int vns_cgroup_open_at(int mount, const char *cgroup, int *fd,
		       struct vns_error *err);

/*
 * Opens the cgroup, made if it is missing, of processes on the host that must
 * not end with the login that has caused them. A descriptor or -errno.
 */
int vns_cgroup_open_aside(struct vns_error *err);

/* A file of a cgroup whose directory is open; what is read ends in NUL. */
int vns_cgroup_read(int directory, const char *file, char *text, size_t size,
		    struct vns_error *err);
int vns_cgroup_write(int directory, const char *file, const char *text,
		     struct vns_error *err);

/* Opens what vns_cgroup_join takes. */
int vns_cgroup_open_procs(int directory, int *procs, struct vns_error *err);

/* Moves the calling process with all its threads; procs may be held long. */
int vns_cgroup_join(int procs, struct vns_error *err);

/*
 * The same by the cgroup's name; with NULL nothing is done. *back is for
 * vns_cgroup_return, or -1; the caller closes it.
 */
int vns_cgroup_enter(const char *cgroup, int *back, struct vns_error *err);
/* To where it was before. */
int vns_cgroup_return(int back, struct vns_error *err);

/*
 * Whether there are processes in a cgroup (an open directory) or below it,
 * other than the one with the number spared (0: none is). The init process of
 * a vserver is one of its cgroup's.
 */
int vns_cgroup_populated(int directory, int spared, bool *populated,
			 struct vns_error *err);

/* The caller's own cgroup. */
int vns_cgroup_own(char *path, size_t size, struct vns_error *err);

#endif
