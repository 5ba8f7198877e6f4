/*
 * Parses the mount options of mount(8) and util-vserver that are not a
 * filesystem's own. Pure: it opens no files.
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
	unsigned long propagation; /* MS_*, for mount_setattr(2); 0: unset */
	bool dev;		   /* an option asks for device nodes */
	bool keep_ids;		   /* ids stay the host's (noidmap) */
	bool skip;		   /* noauto */
	bool may_miss;		   /* nofail: the source may be missing */
	const char *unknown; /* first option that is none of these, or NULL */
};

/* Prepares an empty set of options. type is the type of a mount section. */
void vns_mountopt_init(struct vns_mountopt *options, const char *type);

/*
 * Adds one option. An option that is none of these is the filesystem's: this
 * returns false, and options->unknown points to the first such option. Of
 * opposite options the last one counts.
 */
bool vns_mountopt_add(struct vns_mountopt *options, const char *option);

/*
 * Returns NULL, or what is wrong with a mount of this type, source (or NULL)
 * and options. The caller puts the text behind the words that name the mount.
 */
const char *vns_mountopt_wrong(const struct vns_mountopt *options,
			       const char *type, const char *source);

/* Whether the mount makes a part of the tree visible at another place, too. */
bool vns_mountopt_is_bind(const struct vns_mountopt *options);

#endif
