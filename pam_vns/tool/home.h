/*
 * Makes a home directory in a vserver whose tenant may do anything in there at
 * the same time.
 *
 * Everything is done by descriptor, following no symbolic link, from within the
 * vserver's namespaces, where ids have the tenant's meaning and nothing of the
 * host's can be reached. The directory's initial contents are read on the host
 * before.
 */
#ifndef VNS_HOME_H
#define VNS_HOME_H

#include "system/account.h"
#include "config/config.h"
#include "system/place.h"

#include <sys/types.h>

struct vns_home {
	const struct vns_account *account;
	const char *skeleton; /* a directory on the host, or NULL */
	mode_t mode;
};

/*
 * Makes the account's home directory, completely or not at all, unless there is
 * one (then *made is false). One that is the user's is left alone, wherever it
 * lies. For any other, missing directories above it are made, too, and belong
 * to root; all directories above must belong to root, and nobody else may have
 * write permission (-EPERM). Empty and "." components of its path count for
 * nothing, and ".." is refused (-EINVAL).
 *
 * The calling process enters place for good, whatever the result is, and keeps
 * only the capabilities needed for this.
 */
int vns_home_make(const struct vns_home *mkhome, const struct vns_place *place,
		  bool *made, struct vns_error *err);

#endif
