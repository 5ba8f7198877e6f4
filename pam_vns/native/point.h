/*
 * Finds the places in a new vserver on which something is mounted, and makes
 * those that lie in filesystems of ours, which begin empty.
 */
#ifndef VNS_POINT_H
#define VNS_POINT_H

#include "native/prepare.h"

/* Besides the parts, these are /dev, /dev/shm and /run. */
#define VNS_POINT_GROUNDS_MAX (VNS_BUILD_PARTS_MAX + 3)

/* A filesystem in memory that was made for the vserver and is in its place. */
struct vns_point_ground {
	int mount;	   /* its root directory; borrowed */
	const char *place; /* its path inside; borrowed */
	unsigned owner;	   /* root of the vserver, as seen outside */
};

struct vns_point_grounds {
	struct vns_point_ground items[VNS_POINT_GROUNDS_MAX];
	size_t count;
};

void vns_point_add(struct vns_point_grounds *grounds, int mount,
		   const char *place, unsigned owner);

/*
 * Opens target, an absolute path inside root. If that lies in one of the
 * grounds, and nothing else is mounted or linked on the way, then what is
 * missing of it is made there: directories, and at the end a directory or an
 * empty file. Elsewhere it must exist: nothing is ever made in the vserver's
 * own root directory. To be called before anything runs inside.
 */
int vns_point_open(const struct vns_point_grounds *grounds, int root,
		   const char *target, bool directory, int *fd,
		   struct vns_error *err);

/*
 * Makes a directory in a ground, unless it exists; path is relative. Ids are
 * those outside.
 */
int vns_point_directory(const struct vns_point_ground *ground, const char *path,
			unsigned mode, unsigned uid, unsigned gid,
			struct vns_error *err);

#endif
