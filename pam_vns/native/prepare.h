/* What a native vserver's mount namespace consists of. */
#ifndef VNS_PREPARE_H
#define VNS_PREPARE_H

#include "config/config.h"
#include "config/fstab.h"
#include "lib/idrange.h"
#include "lib/mountopt.h"

#include <sched.h>

#define VNS_BUILD_PARTS_MAX 128

/* One mount, made on the host and not attached yet; or one that is moved. */
struct vns_build_part {
	int mount;	    /* or -1 */
	size_t moved;	    /* which part's mount is, if it is -1 */
	const char *target; /* the definition's */
	const char *place;  /* where it is once all so far is done, or NULL */
	struct vns_mountopt options;
};

struct vns_build {
	const char *name;
	const char *hostname;
	vns_nsset namespaces; /* besides the mount namespace */
	int user;	      /* the user namespace, or -1 */
	unsigned base;	      /* what its id 0 is outside */
	unsigned long count;  /* how many ids it has */
	int root;	      /* the root directory's mount, not attached yet */
	int lower;	      /* the same of the template, or -1 */
	int log;	      /* the host's /dev/log, or -1 */
	int cgroup;	      /* its directory; -1: none. Borrowed */
	int init;	/* the vns-init program, on a mount that is read-only */
	unsigned tty;	/* the group of pseudo-terminals, as seen inside */
	cpu_set_t cpus; /* those that processes inside may use */
	int seed;	/* what the mount namespace begins as (seed.h), or -1 */
	bool plants;	/* it is to be a seed itself, and nothing else counts */
	struct vns_fstab *fstab;
	struct vns_build_part parts[VNS_BUILD_PARTS_MAX];
	size_t part_count;
};
#define VNS_BUILD_NONE                     \
	((struct vns_build){ .user = -1,   \
			     .root = -1,   \
			     .lower = -1,  \
			     .log = -1,    \
			     .cgroup = -1, \
			     .init = -1,   \
			     .seed = -1 })

/*
 * Opens everything that comes from the host: the root directory (root_fd, an
 * O_PATH descriptor), the template, the sources of the mounts, the log socket.
 * Makes a user namespace with these ids if count is not 0, and maps them on
 * all that has files. The build points into vserver.
 */
int vns_prepare_build(struct vns_build *build,
		      const struct vns_vserver *vserver, int root_fd,
		      const struct vns_idrange *ids, struct vns_error *err);
void vns_prepare_free(struct vns_build *build);
#define VNS_AUTOBUILD __attribute__((cleanup(vns_prepare_free)))

/*
 * What can be said without making it: of root directory and template, and of a
 * mount's source and options.
 */
int vns_prepare_check_root(const struct vns_vserver *vserver,
			   struct vns_error *err);
int vns_prepare_check_mount(const struct vns_vserver *vserver,
			    const struct vns_mount *mount,
			    struct vns_error *err);

/*
 * Of one with a user namespace: whether the kernel can map ids on the root
 * directory, and on the template, and make the latter a layer then. The second
 * looks at the template alone.
 */
int vns_prepare_check_ids(const struct vns_vserver *vserver,
			  struct vns_error *err);
int vns_prepare_check_template(const struct vns_vserver *vserver,
			       struct vns_error *err);

/* "PATH:LINE: " of an fstab's mount, and which one it is, before the text. */
void vns_prepare_name_mount(const struct vns_mount *mount, const char *path,
			    struct vns_error *err);

#endif
