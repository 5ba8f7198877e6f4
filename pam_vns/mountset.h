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
