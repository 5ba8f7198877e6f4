/*
 * Joins, makes and leaves namespaces, held by descriptors: setns(2),
 * unshare(2). No other file in the project calls setns or unshare.
 */
#ifndef VNS_NAMESPACE_H
#define VNS_NAMESPACE_H

#include "system/place.h"

/*
 * Moves the calling thread into place and makes sure that it got there and that
 * place was not taken away meanwhile. So whoever takes a place away and then
 * looks for those who are inside misses nobody (a thread that is late gets
 * -ESTALE). On failure the thread is back where it was, root and working
 * directory included; if even that fails the process ends, because it must not
 * go on between two places.
 *
 * Afterwards root and working directory are the mount namespace's root. A PID
 * and a time namespace are those of the thread's children. With a user
 * namespace the thread's user id is 0. Its effective group, which becomes all
 * three of its group ids, and its supplementary groups keep the numbers that
 * they had, as far as such groups exist inside. The thread has all capabilities
 * there and none elsewhere (user_namespaces(7)). A process with threads joins
 * neither a user (-EINVAL) nor a time namespace (-EUSERS), and is left as it
 * was.
 */
int vns_namespace_enter(const struct vns_place *place, struct vns_error *err);

/*
 * For a process made for the purpose: joins the user namespace alone, as user
 * and group 0. On failure the process is of no further use.
 */
int vns_namespace_try_user(const struct vns_place *place,
			   struct vns_error *err);

/*
 * The way back to where the calling thread is. It is kept while a session
 * lasts, and processes that never exec (sshd's, which serve forwardings by
 * path) inherit it. So its descriptors are such that no path leads through them
 * and that using them takes CAP_SYS_ADMIN.
 */
struct vns_way_back {
	int ns[VNS_NS_COUNT]; /* all but VNS_NS_USER */
	char *cwd;	      /* NULL: the working directory was gone */
};
#define VNS_WAY_BACK_NONE \
	((struct vns_way_back){ { -1, -1, -1, -1, -1, -1, -1, -1 }, NULL })

/*
 * Remembers the way back. Returns -EXDEV in a chroot, because setns(2) would
 * come back to the topmost root.
 */
int vns_namespace_remember(struct vns_way_back *way, struct vns_error *err);

/*
 * Goes the way back; to "/" where the working directory is gone. There is no
 * way back from within a user namespace, so a caller that joins one has to
 * forget the way before (-EOPNOTSUPP).
 */
int vns_namespace_return(const struct vns_way_back *way, struct vns_error *err);
void vns_namespace_forget(struct vns_way_back *way);

/*
 * Gives the calling process new namespaces of these types; a new mount
 * namespace is a copy of the old one. Mounts still propagate between the two:
 * see vns_mount_isolate.
 */
int vns_namespace_new(vns_nsset types, struct vns_error *err);

/*
 * Runs work in a process that is in the PID namespace behind fd, which is a
 * descriptor of the namespace or a pidfd of a process in it, and shares
 * everything else with the caller (clone(2), CLONE_VM). The caller waits. Later
 * children of the caller are in that PID namespace, too.
 */
int vns_namespace_run_among(int fd, int (*work)(void *argument), void *argument,
			    struct vns_error *err);

/*
 * Runs work in a process that is id 0 of the user namespace user, is in a mount
 * namespace that belongs to this user namespace, and shares memory and
 * descriptors with the caller (clone(2), CLONE_VM). The caller waits. What work
 * mounts belongs to the user namespace, and ids in the mount options are those
 * inside. The caller is not dumpable any more, either. With -1 the process
 * stays in the caller's user namespace.
 */
int vns_namespace_run_inside(int user, int (*work)(void *argument),
			     void *argument, struct vns_error *err);

/*
 * Runs work in a process that is in the mount namespace mnt, at its root, and
 * shares memory and descriptors with the caller (clone(2), CLONE_VM). The
 * caller waits. work makes async-signal-safe calls only. Returns what work
 * returns, or -errno if it was not run.
 */
int vns_namespace_run_at(int mnt, int (*work)(void *argument), void *argument);

/*
 * Leaves a chroot for the topmost root of the process's own mount namespace,
 * which is where a later setns(2) lands.
 */
int vns_namespace_topmost(struct vns_error *err);

/*
 * Opens the root directory of a mount namespace without moving the caller
 * there.
 */
int vns_namespace_open_root(int mnt, int *root, struct vns_error *err);

/*
 * Joins a mount namespace of our own. Returns false if that fails; the caller
 * then stays where it is.
 */
bool vns_namespace_join_mount(int mnt);

#endif
