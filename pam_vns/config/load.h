/*
 * Loads configuration from files on disk: safefile opens them, config parses
 * them.
 */
#ifndef VNS_LOAD_H
#define VNS_LOAD_H

#include "config/config.h"
#include "config/fstab.h"

int vns_load_config(const char *path, struct vns_config **config,
		    struct vns_error *err);

/*
 * Loads the user's own rule. *own is NULL where there is no user_dir or no
 * file, or where the user's name cannot be the name of a file.
 */
int vns_load_user(const struct vns_config *config, const char *user,
		  struct vns_config **own, struct vns_error *err);

/*
 * Loads a vserver's definition from NAME.conf. For NAME@INSTANCE without a file
 * of its own it is NAME@.conf. Returns -ENOENT where there is no such vserver.
 */
int vns_load_vserver(const struct vns_config *config, const char *name,
		     struct vns_vserver **vserver, struct vns_error *err);

/* Loads the vserver's fstab; *fstab is NULL where it has none. */
int vns_load_fstab(const struct vns_vserver *vserver, struct vns_fstab **fstab,
		   struct vns_error *err);

#endif
