/*
 * Mounts that are made first and attached later: open_tree(2), fsopen(2),
 * mount_setattr(2), move_mount(2). Until it is attached such a mount is seen
 * by nobody, and closing its descriptor takes it away, so that a failure on
 * the way undoes itself. None of them propagates to where it came from.
 */
#ifndef VNS_MOUNTSET_H
#define VNS_MOUNTSET_H

#include "error.h"
#include "util.h"

/* A mount option of ours: ids on it stay the host's. */
#define VNS_MOUNTSET_NOIDMAP "noidmap"

/*
 * A copy of the mount that path_fd (O_PATH) lies on, from there down; with
 * recursive the mounts below it too.
 */
int vns_mountset_clone(int path_fd, bool recursive, int *mount,
		       struct vns_error *err);

/*
 * A new filesystem. options are "name" or "name=value", the mount(8) flags
 * ro, nosuid, nodev, noexec and their opposites among them; NULL-terminated.
 * source may be NULL.
 */
int vns_mountset_create(const char *type, const char *source,
			const char *const *options, int *mount,
			struct vns_error *err);

/*
 * Applies mount(8) flags to a mount not attached yet. Unlike MS_BIND with
 * flags, which ignores them, this holds. An option that is no such flag is
 * an error.
 */
int vns_mountset_restrict(int mount, bool recursive, const char *const *options,
			  struct vns_error *err);

/*
 * Ids on a mount not attached yet are from now on those of a user namespace:
 * what belongs to id 0 on disk belongs to its id 0 (mount_setattr(2),
 * MOUNT_ATTR_IDMAP). -EINVAL if the filesystem cannot do that, which the error
 * says.
 */
int vns_mountset_idmap(int mount, bool recursive, int user,
		       struct vns_error *err);

/*
 * An overlay (overlayfs): lower is a mount that is only read, in the
 * directory "upper" of the mount above is what is different, and "work" is
 * overlayfs's own. owner is the host's id of id 0 on mounts whose ids are
 * mapped, otherwise 0. Both mounts get attached below scratch, an absolute
 * path, in the calling process's own mount namespace.
 */
int vns_mountset_overlay(int lower, int above, unsigned owner,
			 const char *scratch, int *mount,
			 struct vns_error *err);

/* Whether option is such a flag. */
bool vns_mountset_is_flag(const char *option);

/*
 * Attaches mount at target, an absolute path that is resolved inside root
 * and never leaves it, whatever links are planted there. With strict no
 * component may be a link at all. The mount point must exist and be of the
 * same kind (a directory, or not) as what is mounted.
 */
int vns_mountset_attach(int mount, int root, const char *target, bool strict,
			struct vns_error *err);

/* Nothing propagates any more between the mounts below "/" and others. */
int vns_mountset_isolate(struct vns_error *err);

/*
 * Makes mount (a directory's) the root; the old root is detached. scratch is
 * a descriptor of a directory to attach it at first.
 */
int vns_mountset_pivot(int mount, int scratch, struct vns_error *err);

#endif
