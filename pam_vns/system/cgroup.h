/*
 * Moves processes into a vserver's cgroup (v2, see cgroups(7)), as is done with
 * its sessions before they enter. A process is in a cgroup whatever it does
 * about its namespaces and its root directory, and cannot leave it without a
 * cgroup mount that it may write to.
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
 * /sys/fs/cgroup/unified, otherwise the first cgroup v2 mount in mountinfo.
 * Returns -ENOTSUP where there is none.
 */
int vns_cgroup_mount(int *fd, struct vns_error *err);
/*
 * The same without the search in mountinfo, for cgroups that nobody has asked
 * for.
 */
int vns_cgroup_usual_mount(int *fd, struct vns_error *err);

/*
 * Whether rc is an error of a process that may open no more files, or has no
 * memory: it says nothing about what cgroups there are.
 */
bool vns_cgroup_lacks(int rc);

/*
 * Opens a cgroup's directory for reading. Returns -ENOENT where there is none.
 */
int vns_cgroup_open(const char *cgroup, int *fd, struct vns_error *err);
int vns_cgroup_open_at(int mount, const char *cgroup, int *fd,
		       struct vns_error *err);

/*
 * Finds what a path of /proc/PID/cgroup, without its first "/", is called below
 * a mount of cgroups: the path begins at the root of this process's cgroup
 * namespace, and what is mounted need not be that. It changes *path, and
 * returns false if it is not below the mount, or the mount is not found.
 */
bool vns_cgroup_locate(int mount, char **path);

/*
 * Opens the cgroup for processes on the host that must not end with the login
 * that has caused them, and makes it if it is missing. Returns a descriptor or
 * -errno.
 */
int vns_cgroup_open_aside(struct vns_error *err);

/*
 * Read and write a file of a cgroup whose directory is open. The text read ends
 * in NUL.
 */
int vns_cgroup_read(int directory, const char *file, char *text, size_t size,
		    struct vns_error *err);
int vns_cgroup_write(int directory, const char *file, const char *text,
		     struct vns_error *err);

/* Opens the cgroup.procs file that vns_cgroup_join takes. */
int vns_cgroup_open_procs(int directory, int *procs, struct vns_error *err);

/*
 * Opens the cgroup.procs of the caller's own cgroup: a process is not moved
 * away from a cgroup that it could not be moved back to.
 */
int vns_cgroup_open_own(int *procs, struct vns_error *err);

/*
 * Moves the calling process with all its threads into the cgroup that procs
 * belongs to. The caller may hold procs open for long.
 */
int vns_cgroup_join(int procs, struct vns_error *err);

/*
 * Moves the calling process into the cgroup of this directory. *back is for
 * vns_cgroup_return, or -1; the caller closes it.
 */
int vns_cgroup_enter(int directory, int *back, struct vns_error *err);
/* Moves the calling process back to the cgroup it was in before. */
int vns_cgroup_return(int back, struct vns_error *err);

/*
 * Whether there are processes in a cgroup (an open directory) or below it,
 * other than the one with the process id spared (0: none is spared). The init
 * process of a vserver is one of the processes of its cgroup.
 */
int vns_cgroup_populated(int directory, int spared, bool *populated,
			 struct vns_error *err);

/* Finds the path of the caller's own cgroup. */
int vns_cgroup_own(char *path, size_t size, struct vns_error *err);

#endif
