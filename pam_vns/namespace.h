/*
 * Mount namespaces, held by descriptor: setns(2), unshare(2), ioctl_ns(2).
 * Nothing else in the project calls setns or unshare.
 */
#ifndef VNS_NAMESPACE_H
#define VNS_NAMESPACE_H

#include "error.h"

#include <stdbool.h>

/* Where a session goes. Both descriptors are owned, close-on-exec; -1: none. */
struct vns_place {
	int mnt;  /* the mount namespace (nsfs) */
	int root; /* its root directory (O_PATH) */
};
#define VNS_PLACE_NONE ((struct vns_place){ -1, -1 })

void vns_namespace_close(struct vns_place *place);
#define VNS_AUTOPLACE __attribute__((cleanup(vns_namespace_close)))

/*
 * Takes the mount namespace behind fd (which stays the caller's) and opens
 * its root. -EINVAL if fd is not nsfs (proc(5), ioctl_ns(2)) or of another
 * type, -EXDEV if it is the caller's own namespace, -EPERM if it belongs to
 * another user namespace. what names it in errors.
 */
int vns_namespace_take(int fd, const char *what, struct vns_place *place,
		       struct vns_error *err);

/* Whether two open descriptors are the same namespace. */
bool vns_namespace_same(int a, int b);

/* The calling thread's own mount namespace. */
int vns_namespace_self(int *fd, struct vns_error *err);

/*
 * Moves the calling thread into place and makes sure that it got there. On
 * failure it is back where it was, root and working directory included; where
 * even that fails the process ends, as it must not go on in between.
 * Afterwards root and working directory are the namespace's root.
 */
int vns_namespace_enter(const struct vns_place *place, struct vns_error *err);

/* Where the calling thread is: what it takes to come back here. */
struct vns_anchor {
	int ns; /* /proc/thread-self/ns, by this side's /proc */
	int mnt;
	int root;
	int cwd; /* -1: the working directory is gone */
};
#define VNS_ANCHOR_NONE ((struct vns_anchor){ -1, -1, -1, -1 })

int vns_namespace_anchor(struct vns_anchor *anchor, struct vns_error *err);

/*
 * Brings the calling thread back, root and working directory included. It
 * takes the power that setns(2) and chroot(2) do. On failure the thread may
 * be where it was, or have the topmost root of the anchor's namespace.
 */
int vns_namespace_return(const struct vns_anchor *anchor,
			 struct vns_error *err);
void vns_namespace_release(struct vns_anchor *anchor);
#define VNS_AUTOANCHOR __attribute__((cleanup(vns_namespace_release)))

/*
 * Gives the calling process a mount namespace of its own, a copy of the old
 * one; nothing propagates to or from it.
 */
int vns_namespace_new(struct vns_error *err);

/*
 * Leaves a chroot for the topmost root of the process's own mount namespace,
 * which is where a later setns(2) lands.
 */
int vns_namespace_topmost(struct vns_error *err);

#endif
