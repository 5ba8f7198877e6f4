/*
 * Making a vserver's cgroup and ending what is in it. Linked into vns only: the
 * module moves processes (cgroup.h) and nothing else.
 */
#ifndef VNS_CGTREE_H
#define VNS_CGTREE_H

#include "config/config.h"

struct vns_cgtree {
	const char *cgroup; /* NULL: none was made */
	size_t found;	    /* that much of it was there before */
	int directory;
};
#define VNS_CGTREE_NONE ((struct vns_cgtree){ NULL, 0, -1 })

/*
 * Makes the vserver's cgroup and those above it that are missing, has the
 * controllers that the limits need enabled on the way, and writes the limits.
 * What has been left of the same name with nobody in it makes way; -EEXIST
 * where there is somebody. On failure nothing is left but what was enabled,
 * which others may need by then. Without a cgroup nothing is done.
 */
int vns_cgtree_make(const struct vns_vserver *vserver, struct vns_cgtree *tree,
		    struct vns_error *err);

/* Undoes it, those above included, after vns_cgtree_end. */
void vns_cgtree_undo(const struct vns_cgtree *tree);

void vns_cgtree_close(struct vns_cgtree *tree);
#define VNS_AUTOCGTREE __attribute__((cleanup(vns_cgtree_close)))

/*
 * Whether the controllers for the limits are there, as far as can be told:
 * where cgroup v2 is not mounted, it cannot.
 */
int vns_cgtree_check(const struct vns_vserver *vserver, struct vns_error *err);

/*
 * Kills all that are in the cgroup and below, at once (cgroup.kill); the caller
 * is moved out before. -ENOENT where there is none.
 */
int vns_cgtree_kill(const char *cgroup, struct vns_error *err);

/*
 * The same, and then removes it. 0 where there is none; -EBUSY if somebody does
 * not end within timeout_ms.
 */
int vns_cgtree_end(const char *cgroup, int timeout_ms, struct vns_error *err);

/* Removes the vserver's cgroup if it has nobody and nothing in it. */
void vns_cgtree_remove_empty(const struct vns_vserver *vserver);

/*
 * Counts those in the cgroup that spare, which may be NULL, says false of, and
 * sends them the signal unless it is 0. *count grows by them, *example is set
 * to one. The caller itself is left out.
 */
int vns_cgtree_signal(const char *cgroup, int signal,
		      bool (*spare)(const void *context, int pid),
		      const void *context, unsigned *count, int *example,
		      struct vns_error *err);

#endif
