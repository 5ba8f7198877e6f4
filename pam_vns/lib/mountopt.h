/*
 * The vocabulary of mount options: that of mount(8) and util-vserver which is
 * not a filesystem's own. Pure.
 */
#ifndef VNS_MOUNTOPT_H
#define VNS_MOUNTOPT_H

#include <stdbool.h>

enum vns_mountopt_kind {
	VNS_MOUNTOPT_FILESYSTEM,
	VNS_MOUNTOPT_BIND,
	VNS_MOUNTOPT_RBIND,
	VNS_MOUNTOPT_MOVE,
};

struct vns_mountopt {
	enum vns_mountopt_kind kind;
	bool bound;		   /* an option said bind or rbind */
	unsigned long set, clear;  /* MOUNT_ATTR_*, for mount_setattr(2) */
	unsigned long propagation; /* MS_*, the same; 0: nothing was said */
	bool dev;		   /* device nodes are asked for */
	bool keep_ids;		   /* they stay the host's */
	bool skip;		   /* noauto */
	bool may_miss;		   /* nofail: its source, that is */
	const char *unknown; /* the first that is none of these, or NULL */
};

/* type is a mount section's. */
void vns_mountopt_init(struct vns_mountopt *options, const char *type);

/*
 * Takes one option in; false if it is none of these, and so the filesystem's.
 * Of opposites the last one counts. options->unknown points to it then.
 */
bool vns_mountopt_add(struct vns_mountopt *options, const char *option);

/*
 * NULL, or what is wrong with a mount of this type, source (or NULL) and
 * options, to be put behind what names it.
 */
const char *vns_mountopt_wrong(const struct vns_mountopt *options,
			       const char *type, const char *source);

/* Whether it makes a part of the tree visible at another place, too. */
bool vns_mountopt_is_bind(const struct vns_mountopt *options);

#endif
