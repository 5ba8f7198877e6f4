/*
 * Loads configuration from files on disk: safefile opens them, config parses
 * them.
 */
#ifndef VNS_LOAD_H
#define VNS_LOAD_H

#include "config/config.h"
#include "config/fstab.h"

#include <stdbool.h>
#include <sys/stat.h>

int vns_load_config(const char *path, struct vns_config **config,
		    struct vns_error *err);

/* What a file was like when it was loaded. */
struct vns_load_file {
	char *path;
	struct stat st;
	bool settled; /* a change would be seen by st */
};

/* What was loaded before, for processes that load often. It begins with 0. */
struct vns_load_kept {
	struct vns_load_file config_file, vserver_file;
	struct vns_config *config;
	struct vns_vserver *vserver;
};

/*
 * Loads the configuration into kept, where it stays, unless it is there already
 * and the file has not changed. In any case it is checked whether anybody but
 * root can have written the file. After a failure kept has none.
 */
int vns_load_config_kept(const char *path, struct vns_load_kept *kept,
			 struct vns_error *err);

/*
 * Loads the user's own rule, from the file that is named as lib/username.h
 * writes the user's name. *own is NULL where there is no user_dir or no file.
 * Returns -EINVAL where a file has the user's name as it is instead.
 */
int vns_load_user(const struct vns_config *config, const char *user,
		  struct vns_config **own, struct vns_error *err);

/*
 * Adds the names of the users who have a file in user_dir, as the account
 * database has them. None where there is no user_dir.
 */
int vns_load_users(const struct vns_config *config, struct vns_strings *users,
		   struct vns_error *err);

/* Sets the error for such a file, which should be NAME.conf. */
int vns_load_misnamed(const char *path, const char *name,
		      struct vns_error *err);

/*
 * Loads a vserver's definition from NAME.conf. For NAME@INSTANCE without a file
 * of its own it is NAME@.conf. Returns -ENOENT where there is no such vserver.
 */
int vns_load_vserver(const struct vns_config *config, const char *name,
		     struct vns_vserver **vserver, struct vns_error *err);

/* Loads a definition into kept, as vns_load_config_kept does. */
int vns_load_vserver_kept(const struct vns_config *config, const char *name,
			  struct vns_load_kept *kept, struct vns_error *err);

/*
 * Whether the file that was loaded into kept is still the same: for who has
 * loaded it a moment ago, and need not have it checked again who can write it.
 * An instance of a template may have got a file of its own: it never is.
 */
bool vns_load_same_config(const struct vns_load_kept *kept);
bool vns_load_same_vserver(const struct vns_load_kept *kept);

/* Frees all that is kept. */
void vns_load_forget(struct vns_load_kept *kept);

/* Loads the vserver's fstab; *fstab is NULL where it has none. */
int vns_load_fstab(const struct vns_vserver *vserver, struct vns_fstab **fstab,
		   struct vns_error *err);

#endif
