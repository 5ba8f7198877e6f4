/*
 * A home directory in a vserver whose tenant may do anything in it meanwhile.
 *
 * Everything is done by descriptor, with no symbolic link followed, from within
 * the vserver's namespaces, where ids are what they are to the tenant and where
 * nothing of the host's can be reached. What the directory is filled with is
 * read on the host before.
 */
#ifndef VNS_HOME_H
#define VNS_HOME_H

#include "system/account.h"
#include "config/config.h"
#include "system/place.h"

#include <sys/types.h>

struct vns_home {
	const struct vns_account *account;
	const char *skeleton; /* a directory of the host's, or NULL */
	mode_t mode;
};

/*
 * Makes the account's home directory, whole or not at all, unless there is one
 * (*made is false then). Directories above it that are missing are made, too,
 * root's. All of them have to be root's, and nobody else may write to them
 * (-EPERM).
 *
 * The calling process enters place for good, whatever comes of it, and keeps
 * no more capabilities than this takes.
 */
int vns_home_make(const struct vns_home *mkhome, const struct vns_place *place,
		  bool *made, struct vns_error *err);

#endif
