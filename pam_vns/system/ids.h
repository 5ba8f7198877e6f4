/*
 * Ids of the calling thread alone (credentials(7)): libc's calls would give
 * them to a threaded caller's other threads, too. All return 0 or -errno.
 */
#ifndef VNS_IDS_H
#define VNS_IDS_H

#include <stddef.h>
#include <sys/types.h>

int vns_ids_set_groups(const gid_t *groups, size_t count);

/* Real, effective and saved. */
int vns_ids_set_gid(gid_t gid);
int vns_ids_set_uid(uid_t uid);

#endif
