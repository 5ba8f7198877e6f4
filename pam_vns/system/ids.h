/*
 * Sets the user and group ids of the calling thread alone (credentials(7)):
 * libc's functions would also change those of a threaded caller's other
 * threads. All functions return 0 or -errno.
 */
#ifndef VNS_IDS_H
#define VNS_IDS_H

#include "lib/error.h"

#include <stddef.h>
#include <sys/types.h>

int vns_ids_set_groups(const gid_t *groups, size_t count);

/* Set the real, effective and saved id. */
int vns_ids_set_gid(gid_t gid);
int vns_ids_set_uid(uid_t uid);

/*
 * For a thread in a user namespace that it has just joined: makes it user and
 * group 0, without supplementary groups, and not dumpable.
 */
int vns_ids_become_root(struct vns_error *err);

/* The groups that a process has before it joins a user namespace. */
struct vns_ids_groups {
	gid_t own;
	gid_t *list;
	int count;
};

/* Saves the caller's groups; the caller frees groups->list. */
int vns_ids_save_groups(struct vns_ids_groups *groups, struct vns_error *err);

/*
 * Sets the same group numbers that the process would have without a user
 * namespace: su and login have set them before and will not do so again. A
 * group without a number inside is left out.
 */
int vns_ids_restore_groups(const struct vns_ids_groups *groups);

#endif
