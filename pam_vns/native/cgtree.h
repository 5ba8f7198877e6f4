/*
 * Makes a vserver's cgroup and ends the processes in it. This is linked into
 * vns only: the module does nothing with cgroups but move processes (cgroup.h).
 */
#ifndef VNS_CGTREE_H
#define VNS_CGTREE_H

#include "config/config.h"

struct vns_cgtree {
	const char *cgroup; /* NULL: no cgroup was made */
	size_t found;	    /* length of the part that existed before */
	int directory;
};
#define VNS_CGTREE_NONE ((struct vns_cgtree){ NULL, 0, -1 })

/*
 * Makes the vserver's cgroup and its missing parents, enables the controllers
 * that the limits need in those parents, and writes the limits. A cgroup of the
 * same name that is left over with no process in it is removed first; if a
 * process is in it, -EEXIST is returned. On failure nothing is left behind
 * except for controllers that were enabled, as other cgroups may need them by
 * then. If the vserver has no cgroup, nothing is done.
 */
int vns_cgtree_make(const struct vns_vserver *vserver, struct vns_cgtree *tree,
		    struct vns_error *err);

/* Undoes vns_cgtree_make, parents included. Call it after vns_cgtree_end. */
void vns_cgtree_undo(const struct vns_cgtree *tree);

void vns_cgtree_close(struct vns_cgtree *tree);
#define VNS_AUTOCGTREE __attribute__((cleanup(vns_cgtree_close)))

/*
 * Whether the controllers for the limits exist, as far as can be told; where
 * cgroup v2 is not mounted, it cannot be told.
 */
int vns_cgtree_check(const struct vns_vserver *vserver, struct vns_error *err);

/*
 * Kills all processes in the cgroup and below it at once (cgroup.kill). If the
 * caller, or the parent that it ends with (prctl(2), PR_SET_PDEATHSIG), is in
 * there, it is moved out first. Returns -ENOENT where there is no such cgroup.
 */
int vns_cgtree_kill(const char *cgroup, struct vns_error *err);

/*
 * Kills them in the same way, and then removes the cgroup. Returns 0 where
 * there is no such cgroup, and -EBUSY if a process does not end within
 * timeout_ms.
 */
int vns_cgtree_end(const char *cgroup, int timeout_ms, struct vns_error *err);

/* Removes the vserver's cgroup if no process and no other cgroup is in it. */
void vns_cgtree_remove_empty(const struct vns_vserver *vserver);

/*
 * Counts the processes in the cgroup, except for those that spare returns true
 * for (spare may be NULL), the caller itself, and the parent that it ends with,
 * and sends them the signal unless it is 0. *count is increased by their
 * number; *example is set to one of their pids.
 */
int vns_cgtree_signal(const char *cgroup, int signal,
		      bool (*spare)(const void *context, int pid),
		      const void *context, unsigned *count, int *example,
		      struct vns_error *err);

#endif
