/* What a native vserver's mount namespace consists of. */
#ifndef VNS_BUILD_H
#define VNS_BUILD_H

#include "config.h"

#define VNS_BUILD_PARTS_MAX 128

/* One mount, made on the host and not attached yet. */
struct vns_build_part {
	int mount;
	const char *target; /* the definition's */
};

struct vns_build {
	int root;     /* the root directory's mount, not attached yet */
	int log;      /* the host's /dev/log, or -1 */
	unsigned tty; /* the group of pseudo-terminals */
	struct vns_build_part parts[VNS_BUILD_PARTS_MAX];
	size_t part_count;
};
#define VNS_BUILD_NONE ((struct vns_build){ .root = -1, .log = -1 })

/*
 * Opens everything that comes from the host: the root directory (root_fd, an
 * O_PATH descriptor), the sources of the mounts, the log socket. The build
 * points into vserver.
 */
int vns_build_prepare(struct vns_build *build,
		      const struct vns_vserver *vserver, int root_fd,
		      struct vns_error *err);
void vns_build_free(struct vns_build *build);
#define VNS_AUTOBUILD __attribute__((cleanup(vns_build_free)))

/* What can be said of a mount without making it: its source and options. */
int vns_build_check(const struct vns_vserver *vserver,
		    const struct vns_mount *mount, struct vns_error *err);

/*
 * In a mount namespace of its own (vns_namespace_new), puts it all together:
 * pivots into the root and mounts /proc, /dev, /run and the parts. scratch is
 * any directory outside.
 */
int vns_build_assemble(const struct vns_build *build, const char *scratch,
		       struct vns_error *err);

#endif
