/*
 * Finds paths in what a stopped vserver would be made of. Its links are those
 * of a tenant: they are read one by one and lead nowhere else than they would
 * lead inside. A filesystem may have to be waited for: this is for a process
 * that may hang.
 */
#ifndef VNS_VIEWPATH_H
#define VNS_VIEWPATH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* A mount of the vserver's. */
struct vns_view_part {
	char place[PATH_MAX]; /* its path inside, without links */
	const char *target;   /* the same as it is written in the definition */
	int mount;	      /* -1: what is in it is known only at a start */
	bool memory;	      /* mount points in it are made where missing */
};

struct vns_view {
	int upper, lower; /* of the root directory; -1: no such layer */
	/* In the order in which a start attaches them. */
	struct vns_view_part *parts;
	size_t count;
	struct vns_fstab *fstab; /* has some of the targets */
};
#define VNS_VIEW_NONE ((struct vns_view){ .upper = -1, .lower = -1 })

enum vns_view_found {
	VNS_VIEW_MISSING,
	VNS_VIEW_THERE,
	VNS_VIEW_UNKNOWN, /* in a filesystem that only a start mounts */
};

/*
 * Finds an absolute path, links followed as in a chroot; with follow false, a
 * link is MISSING. If it is THERE, place is the path without links, and *fd an
 * O_PATH descriptor of it that the caller closes, or -1 for a directory that
 * only a start makes.
 */
enum vns_view_found vns_viewpath_find(const struct vns_view *view,
				      const char *path, bool follow,
				      char place[PATH_MAX], int *fd);

/* The mount that a path without links lies on; NULL: the root directory's. */
const struct vns_view_part *vns_viewpath_part(const struct vns_view *view,
					      const char *place);

#endif
