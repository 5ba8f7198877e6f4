/* From files on disk to configuration: safefile and config put together. */
#ifndef VNS_LOAD_H
#define VNS_LOAD_H

#include "config/config.h"
#include "config/fstab.h"

int vns_load_config(const char *path, struct vns_config **config,
		    struct vns_error *err);

/*
 * The user's own rule. *own is NULL where there is no user_dir, no file, or
 * the user's name cannot be a file's.
 */
int vns_load_user(const struct vns_config *config, const char *user,
		  struct vns_config **own, struct vns_error *err);

/*
 * NAME.conf; of NAME@INSTANCE, where it has none, NAME@.conf. -ENOENT where
 * there is no such vserver.
 */
int vns_load_vserver(const struct vns_config *config, const char *name,
		     struct vns_vserver **vserver, struct vns_error *err);

/* The vserver's fstab; NULL where it has none. */
int vns_load_fstab(const struct vns_vserver *vserver, struct vns_fstab **fstab,
		   struct vns_error *err);

#endif
