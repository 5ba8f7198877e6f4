/*
 * Parses an fstab(5), which says the same as mount sections in another form.
 * Pure: the caller has read the file and checked that it can be trusted.
 */
#ifndef VNS_FSTAB_H
#define VNS_FSTAB_H

#include "config/config.h"

struct vns_fstab {
	char *path;
	struct vns_mount *mounts; /* in order; type, options as in sections */
	size_t count;
};

/*
 * Parses a table. text (length bytes, need not end in NUL) and path are as for
 * vns_config_parse. With instance, sources may have %i in them. Lines that are
 * not for a vserver (swap, what a vserver has by itself, noauto) are left out.
 * Returns 0 and a table that the caller frees, or a negative errno and the
 * error "path:line: what is wrong".
 */
int vns_fstab_parse(const char *text, size_t length, const char *path,
		    bool instance, struct vns_fstab **fstab,
		    struct vns_error *err);
void vns_fstab_free(struct vns_fstab *fstab);

static inline void vns_fstab_autofree(struct vns_fstab **fstab)
{
	vns_fstab_free(*fstab);
}
#define VNS_AUTOFSTAB __attribute__((cleanup(vns_fstab_autofree)))

#endif
