/*
 * Makes mounts first and attaches them later: open_tree(2), fsopen(2),
 * mount_setattr(2), move_mount(2). Until it is attached such a mount is seen by
 * nobody, and closing its descriptor takes it away, so that a failure on the
 * way undoes itself. None of these mounts propagates to or from the mount that
 * it was copied from, except as vns_mount_bind is told to.
 */
#ifndef VNS_MOUNT_H
#define VNS_MOUNT_H

#include "lib/error.h"
#include "lib/mountopt.h"
#include "lib/util.h"

/*
 * Copies the mount that path_fd (O_PATH) lies on, from that directory down;
 * with recursive also the mounts below it.
 */
int vns_mount_clone(int path_fd, bool recursive, int *mount,
		    struct vns_error *err);

/*
 * Does the same with options, which hold for the whole copy: those of
 * mount_setattr(2), and the propagation (none, if the options say nothing).
 * MS_SHARED is an error where path_fd lies on a mount that is not shared.
 */
int vns_mount_bind(int path_fd, bool recursive,
		   const struct vns_mountopt *options, int *mount,
		   struct vns_error *err);

/*
 * Whether the mount that fd lies on has peers. proc_fd is a descriptor of a
 * /proc in which the calling process is visible.
 */
int vns_mount_is_shared(int proc_fd, int fd, bool *shared,
			struct vns_error *err);

/* Sets mount(8)'s options (mountopt.h) on any mount, attached or not. */
int vns_mount_apply(int mount, bool recursive,
		    const struct vns_mountopt *options, struct vns_error *err);

/*
 * Makes a new filesystem. The options are "name" or "name=value", also
 * mount(8)'s own (mountopt.h), and end in NULL. source may be NULL.
 */
int vns_mount_create(const char *type, const char *source,
		     const char *const *options, int *mount,
		     struct vns_error *err);

/*
 * Fills err for a failed step with a filesystem's context (fsopen(2)): with
 * errno, and with the kernel's own message if it left one on the context's
 * descriptor. Many of its filesystems leave none.
 */
int vns_mount_explain(int context, const char *what, struct vns_error *err);

/*
 * Sets mount(8) flags on a mount not attached yet. MS_BIND with flags ignores
 * the flags; this function sets them. An option that is no such flag is an
 * error.
 */
int vns_mount_restrict(int mount, bool recursive, const char *const *options,
		       struct vns_error *err);

/*
 * Makes a mount that is never attached of a program of the host's, to be
 * executed (execveat(2)) where a tenant can open it through /proc/PID/exe: from
 * there nobody can write to it. fd (O_PATH is enough) is the program's.
 */
int vns_mount_program(int fd, int *mount, struct vns_error *err);

/*
 * From now on ids on a mount not attached yet are those of a user namespace:
 * what belongs to id 0 on disk belongs to the namespace's id 0
 * (mount_setattr(2), MOUNT_ATTR_IDMAP). Returns -EINVAL if the filesystem
 * cannot do that, which the error says.
 */
int vns_mount_idmap(int mount, bool recursive, int user, struct vns_error *err);

/*
 * Opens target, an absolute path. It is resolved inside root and never leaves
 * root, whatever links are planted there. With strict no component may be a
 * link at all.
 */
int vns_mount_find(int root, const char *target, bool strict, int *fd,
		   struct vns_error *err);

/*
 * Whether what mount shows can be mounted on target, an open descriptor, whose
 * path is for messages: neither may be a directory without the other. Returns
 * 0, -ENOTDIR, or -ELOOP if target is a link.
 */
int vns_mount_fits(int mount, int target, const char *path,
		   struct vns_error *err);

/*
 * Attaches mount, or moves it if it is attached already, to the place fd, which
 * was opened before. That must be of the same kind (a directory, or not) as
 * what is mounted. target is for messages.
 */
int vns_mount_attach_to(int mount, int fd, const char *target,
			struct vns_error *err);

/* Does both: finds target and attaches mount there. */
int vns_mount_attach(int mount, int root, const char *target, bool strict,
		     struct vns_error *err);

/*
 * Unmounts the mount whose root is behind fd, and with it what is mounted
 * below. From then on the calling process's working directory is in proc_fd, a
 * /proc in which the process is visible.
 */
int vns_mount_detach(int proc_fd, int fd, const char *target,
		     struct vns_error *err);

/* Stops all propagation between the mounts below "/" and other mounts. */
int vns_mount_isolate(struct vns_error *err);

/*
 * Makes mount, which is a directory's, the root and detaches the old root.
 * scratch is a descriptor of a directory at which mount is attached first.
 */
int vns_mount_pivot(int mount, int scratch, struct vns_error *err);

#endif
