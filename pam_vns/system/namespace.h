/*
 * Namespaces, held by descriptor: setns(2), unshare(2), ioctl_ns(2). Nothing
 * else in the project calls setns or unshare.
 */
#ifndef VNS_NAMESPACE_H
#define VNS_NAMESPACE_H

#include "system/place.h"

/*
 * Moves the calling thread into place and makes sure that it got there, and
 * that place was not taken away meanwhile: who takes it away, and then looks
 * for those who are inside, misses nobody (-ESTALE for one who is late). On
 * failure it is back where it was, root and working directory included; where
 * even that fails the process ends, as it must not go on in between.
 *
 * Afterwards root and working directory are the mount namespace's root. A PID
 * and a time namespace are those of its children. With a user namespace its
 * user id is 0, its effective group, now all three, and its supplementary ones
 * have the numbers that they had before, as far as there are such inside, and
 * it has all capabilities there and none elsewhere (user_namespaces(7)). A
 * process with threads joins neither a user (-EINVAL) nor a time namespace
 * (-EUSERS), and is left as it was.
 */
int vns_namespace_enter(const struct vns_place *place, struct vns_error *err);

/*
 * In a process made for the purpose: joins the user namespace alone, with ids
 * 0. On failure the process is of no further use.
 */
int vns_namespace_try_user(const struct vns_place *place,
			   struct vns_error *err);

/*
 * The way back to where the calling thread is. It is kept while a session
 * lasts, and processes that never exec (sshd's, serving forwardings by path)
 * inherit it: so the descriptors in it are such that no path leads through
 * and that take CAP_SYS_ADMIN to use.
 */
struct vns_way_back {
	int ns[VNS_NS_COUNT]; /* all but VNS_NS_USER */
	char *cwd;	      /* NULL: the working directory was gone */
};
#define VNS_WAY_BACK_NONE \
	((struct vns_way_back){ { -1, -1, -1, -1, -1, -1, -1, -1 }, NULL })

/* -EXDEV in a chroot, as setns(2) would come back to the topmost root. */
int vns_namespace_remember(struct vns_way_back *way, struct vns_error *err);

/*
 * Goes it; "/" where the working directory is gone. From within a user
 * namespace there is none, so it is to be forgotten before (-EOPNOTSUPP).
 */
int vns_namespace_return(const struct vns_way_back *way, struct vns_error *err);
void vns_namespace_forget(struct vns_way_back *way);

/*
 * Gives the calling process new namespaces of these types; a mount namespace
 * is a copy of the old one. Mounts still propagate: see vns_mount_isolate.
 */
int vns_namespace_new(vns_nsset types, struct vns_error *err);

/*
 * Runs work in a process that is in the PID namespace of the process behind
 * pidfd, and shares everything else with the caller (clone(2), CLONE_VM); the
 * caller waits. Later children of the caller are in that PID namespace, too.
 */
int vns_namespace_run_among(int pidfd, int (*work)(void *argument),
			    void *argument, struct vns_error *err);

/*
 * Runs work in a process that is id 0 of the user namespace, in a mount
 * namespace which is that one's, and shares memory and descriptors with the
 * caller (clone(2), CLONE_VM); the caller waits. What work mounts belongs to
 * the user namespace, and ids in the options are those inside. The caller is
 * not dumpable any more, either. With -1 it stays in the caller's.
 */
int vns_namespace_run_inside(int user, int (*work)(void *argument),
			     void *argument, struct vns_error *err);

/*
 * Leaves a chroot for the topmost root of the process's own mount namespace,
 * which is where a later setns(2) lands.
 */
int vns_namespace_topmost(struct vns_error *err);

/* Whether it is a mount namespace's. */
bool vns_namespace_is_mount(int fd);

/* Opens the root directory of a mount namespace, without going there. */
int vns_namespace_open_root(int mnt, int *root, struct vns_error *err);

/* Joins a mount namespace of our own, or stays where it is. */
bool vns_namespace_join_mount(int mnt);

#endif
