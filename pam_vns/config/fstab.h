/*
 * fstab(5): the same as mount sections, in another form. Pure: whoever calls
 * has read the file, and checked that it can be trusted.
 */
#ifndef VNS_FSTAB_H
#define VNS_FSTAB_H

#include "config/config.h"

struct vns_fstab {
	char *path;
	struct vns_mount *mounts; /* in order; type and options as sections' */
	size_t count;
};

/*
 * text (length bytes, need not end in NUL) and path are as vns_config_parse's.
 * With instance, sources may have %i in them. What is not for a vserver (swap,
 * what it has by itself, noauto) is left out. 0 and a table to be freed, or a
 * negative errno and the error "path:line: what is wrong".
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
