/*
 * Namespaces, held by descriptor: setns(2), unshare(2), ioctl_ns(2). Nothing
 * else in the project calls setns or unshare.
 */
#ifndef VNS_NAMESPACE_H
#define VNS_NAMESPACE_H

#include "error.h"
#include "nsname.h"

#include <stdbool.h>

/* Where a session goes. The descriptors are owned, close-on-exec; -1: none. */
struct vns_place {
	int ns[VNS_NS_COUNT]; /* what is joined (nsfs); VNS_NS_MNT always */
	int root;  /* the mount namespace's root directory (O_PATH) */
	int guard; /* the directory in which it must still be pinned as "mnt" */
	int process; /* a pidfd of one that must still live */
};
#define VNS_PLACE_NONE \
	((struct vns_place){ { -1, -1, -1, -1, -1, -1, -1, -1 }, -1, -1, -1 })

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

/* Whether two open descriptors are the same directory of the same mount. */
bool vns_namespace_same_directory(int a, int b);

/* The calling thread's own mount namespace. */
int vns_namespace_self(int *fd, struct vns_error *err);

/*
 * Moves the calling thread into place and makes sure that it got there, and
 * that place was not taken away meanwhile: who takes it away, and then looks
 * for those who are inside, misses nobody (-ESTALE for one who is late). On
 * failure it is back where it was, root and working directory included; where
 * even that fails the process ends, as it must not go on in between.
 * Afterwards root and working directory are the namespace's root.
 */
int vns_namespace_enter(const struct vns_place *place, struct vns_error *err);

/*
 * The way back to where the calling thread is. It is kept while a session
 * lasts, and processes that never exec (sshd's, serving forwardings by path)
 * inherit it: so the only descriptor in it is one that no path leads through
 * and that takes CAP_SYS_ADMIN to use.
 */
struct vns_way_back {
	int mnt;
	char *cwd; /* NULL: the working directory was gone */
};
#define VNS_WAY_BACK_NONE ((struct vns_way_back){ -1, NULL })

/* -EXDEV in a chroot, as setns(2) would come back to the topmost root. */
int vns_namespace_remember(struct vns_way_back *way, struct vns_error *err);

/* Goes it; "/" where the working directory is gone. */
int vns_namespace_return(const struct vns_way_back *way, struct vns_error *err);
void vns_namespace_forget(struct vns_way_back *way);

/*
 * Gives the calling process a mount namespace of its own, a copy of the old
 * one. Mounts still propagate: see vns_mountset_isolate.
 */
int vns_namespace_new(struct vns_error *err);

/*
 * Leaves a chroot for the topmost root of the process's own mount namespace,
 * which is where a later setns(2) lands.
 */
int vns_namespace_topmost(struct vns_error *err);

#endif
