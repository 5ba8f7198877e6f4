/*
 * Mounts that are made first and attached later: open_tree(2), fsopen(2),
 * mount_setattr(2), move_mount(2). Until it is attached such a mount is seen
 * by nobody, and closing its descriptor takes it away, so that a failure on
 * the way undoes itself. None of them propagates to where it came from, or
 * from there, but what vns_mount_bind is told to.
 */
#ifndef VNS_MOUNT_H
#define VNS_MOUNT_H

#include "lib/error.h"
#include "lib/mountopt.h"
#include "lib/util.h"

/*
 * A copy of the mount that path_fd (O_PATH) lies on, from there down; with
 * recursive the mounts below it too.
 */
int vns_mount_clone(int path_fd, bool recursive, int *mount,
		    struct vns_error *err);

/*
 * The same, with the options: those of mount_setattr(2), and what propagates
 * (nothing is said: nothing does), hold for all of it. MS_SHARED is an error
 * where path_fd lies on a mount that is not shared.
 */
int vns_mount_bind(int path_fd, bool recursive,
		   const struct vns_mountopt *options, int *mount,
		   struct vns_error *err);

/*
 * Whether the mount that fd lies on has peers. proc_fd is that of a /proc in
 * which the calling process shows.
 */
int vns_mount_is_shared(int proc_fd, int fd, bool *shared,
			struct vns_error *err);

/* mount(8)'s options (mountopt.h) of any mount, attached or not. */
int vns_mount_apply(int mount, bool recursive,
		    const struct vns_mountopt *options, struct vns_error *err);

/*
 * A new filesystem. options are "name" or "name=value", mount(8)'s own
 * (mountopt.h) among them; NULL-terminated. source may be NULL.
 */
int vns_mount_create(const char *type, const char *source,
		     const char *const *options, int *mount,
		     struct vns_error *err);

/*
 * What errno says of a step with a filesystem's context (fsopen(2)), and what
 * the kernel has to say, which it does on the context's descriptor; many of its
 * filesystems are silent.
 */
int vns_mount_explain(int context, const char *what, struct vns_error *err);

/*
 * Applies mount(8) flags to a mount not attached yet. Unlike MS_BIND with
 * flags, which ignores them, this holds. An option that is no such flag is
 * an error.
 */
int vns_mount_restrict(int mount, bool recursive, const char *const *options,
		       struct vns_error *err);

/*
 * Ids on a mount not attached yet are from now on those of a user namespace:
 * what belongs to id 0 on disk belongs to its id 0 (mount_setattr(2),
 * MOUNT_ATTR_IDMAP). -EINVAL if the filesystem cannot do that, which the error
 * says.
 */
int vns_mount_idmap(int mount, bool recursive, int user, struct vns_error *err);

/*
 * Opens target, an absolute path that is resolved inside root and never leaves
 * it, whatever links are planted there. With strict no component may be a link
 * at all.
 */
int vns_mount_find(int root, const char *target, bool strict, int *fd,
		   struct vns_error *err);

/*
 * Attaches mount, or moves it if it is attached already, to what was opened.
 * That must be of the same kind (a directory, or not) as what is mounted.
 * target is for messages.
 */
int vns_mount_attach_to(int mount, int fd, const char *target,
			struct vns_error *err);

/* Both in one. */
int vns_mount_attach(int mount, int root, const char *target, bool strict,
		     struct vns_error *err);

/*
 * Takes away the mount whose root is behind fd, and with it what is mounted
 * there. The calling process's working directory is in proc_fd, a /proc in
 * which it shows, from then on.
 */
int vns_mount_detach(int proc_fd, int fd, const char *target,
		     struct vns_error *err);

/* Nothing propagates any more between the mounts below "/" and others. */
int vns_mount_isolate(struct vns_error *err);

/*
 * Makes mount (a directory's) the root; the old root is detached. scratch is
 * a descriptor of a directory to attach it at first.
 */
int vns_mount_pivot(int mount, int scratch, struct vns_error *err);

#endif
