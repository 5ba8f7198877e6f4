/*
 * Ids of the calling thread alone (credentials(7)): libc's calls would give
 * them to a threaded caller's other threads, too. All return 0 or -errno.
 */
#ifndef VNS_IDS_H
#define VNS_IDS_H

#include "lib/error.h"

#include <stddef.h>
#include <sys/types.h>

int vns_ids_set_groups(const gid_t *groups, size_t count);

/* Real, effective and saved. */
int vns_ids_set_gid(gid_t gid);
int vns_ids_set_uid(uid_t uid);

/*
 * In a user namespace that was just joined: user and group 0, no supplementary
 * groups, and not dumpable.
 */
int vns_ids_become_root(struct vns_error *err);

/* The groups that a process has before it joins a user namespace. */
struct vns_ids_groups {
	gid_t own;
	gid_t *list;
	int count;
};

/* list is the caller's to free. */
int vns_ids_save_groups(struct vns_ids_groups *groups, struct vns_error *err);

/*
 * The same numbers, as without a user namespace: su and login have set them
 * before and will not do so again. What has no number inside is left out.
 */
int vns_ids_restore_groups(const struct vns_ids_groups *groups);

#endif
