/*
 * Opens and prepares on the host what a native vserver's mount namespace
 * consists of.
 */
#ifndef VNS_PREPARE_H
#define VNS_PREPARE_H

#include "config/config.h"
#include "config/fstab.h"
#include "lib/idrange.h"
#include "lib/mountopt.h"
#include "native/devices.h"

#include <sched.h>

/* Devices are parts, too. */
#define VNS_BUILD_PARTS_MAX 128

/*
 * One mount. It was either made on the host and is not attached yet, or it is
 * an earlier part that is to be moved.
 */
struct vns_build_part {
	int mount;	    /* or -1 */
	size_t moved;	    /* index of the part to move if mount is -1 */
	const char *target; /* belongs to the definition, or to a device */
	const char *place;  /* its path after the parts so far, or NULL */
	bool memory;	    /* a filesystem in memory, which begins empty */
	unsigned owner;	    /* of what is made there: root of the vserver */
	struct vns_mountopt options;
};

struct vns_build {
	const struct vns_vserver *vserver;
	const char *name;
	const char *hostname;
	vns_nsset namespaces; /* those besides the mount namespace */
	int user;	      /* the user namespace, or -1 */
	unsigned base;	      /* what id 0 inside is outside */
	unsigned long count;  /* number of ids in the user namespace */
	int root;	      /* the root directory's mount, not attached yet */
	int lower;	      /* the same for the template, or -1 */
	int log;	      /* the host's /dev/log, or -1 */
	int cgroup;	      /* the cgroup's directory; -1: none. Borrowed */
	int init;	      /* the vns-init program, on a read-only mount */
	unsigned tty;	/* the group of pseudo-terminals, as seen inside */
	cpu_set_t cpus; /* the CPUs that processes inside may use */
	bool holds;	/* make the holder only; nothing else counts */
	struct vns_fstab *fstab;
	struct vns_devices devices;
	struct vns_build_part parts[VNS_BUILD_PARTS_MAX];
	size_t part_count;
};
#define VNS_BUILD_NONE                     \
	((struct vns_build){ .user = -1,   \
			     .root = -1,   \
			     .lower = -1,  \
			     .log = -1,    \
			     .cgroup = -1, \
			     .init = -1 })

/*
 * Opens everything that comes from the host: the root directory (root_fd, an
 * O_PATH descriptor), the template, the devices, the sources of the mounts, the
 * log socket.
 * If count is not 0, makes a user namespace with these ids, and maps the ids on
 * every mount that has files. The build keeps pointers into vserver.
 */
int vns_prepare_build(struct vns_build *build,
		      const struct vns_vserver *vserver, int root_fd,
		      const struct vns_idrange *ids, struct vns_error *err);
void vns_prepare_free(struct vns_build *build);
#define VNS_AUTOBUILD __attribute__((cleanup(vns_prepare_free)))

/*
 * Checks what can be checked without making a vserver: the first checks the
 * root directory and the template, the second a mount's source and options.
 */
int vns_prepare_check_root(const struct vns_vserver *vserver,
			   struct vns_error *err);
int vns_prepare_check_mount(const struct vns_vserver *vserver,
			    const struct vns_mount *mount,
			    struct vns_error *err);

/*
 * Prefixes the error with "PATH:LINE: " for a mount from an fstab, and with
 * which mount it is.
 */
void vns_prepare_name_mount(const struct vns_mount *mount, const char *path,
			    struct vns_error *err);

#endif
