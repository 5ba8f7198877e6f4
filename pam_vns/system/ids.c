/*
 * Makes the system calls that set ids, past libc, and gives back after a join
 * those groups that have a number in the user namespace.
 */
#include "system/ids.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The number that the kernel shows for ids that have none. */
#define NOGROUP 65534

/* Where a call has two versions, this is the one for ids of 32 bits. */
#ifdef SYS_setgroups32
#define CALL_SETGROUPS SYS_setgroups32
#define CALL_SETRESGID SYS_setresgid32
#define CALL_SETRESUID SYS_setresuid32
#else
#define CALL_SETGROUPS SYS_setgroups
#define CALL_SETRESGID SYS_setresgid
#define CALL_SETRESUID SYS_setresuid
#endif

int vns_ids_set_groups(const gid_t *groups, size_t count)
{
	return syscall(CALL_SETGROUPS, count, groups) < 0 ? -errno : 0;
}

int vns_ids_set_gid(gid_t gid)
{
	return syscall(CALL_SETRESGID, gid, gid, gid) < 0 ? -errno : 0;
}

int vns_ids_set_uid(uid_t uid)
{
	return syscall(CALL_SETRESUID, uid, uid, uid) < 0 ? -errno : 0;
}

int vns_ids_become_root(struct vns_error *err)
{
	int rc = vns_ids_set_groups(NULL, 0);

	if (rc < 0)
		return vns_error_errno(err, -rc,
				       "setgroups in the user namespace");
	rc = vns_ids_set_gid(0);
	if (rc == 0)
		rc = vns_ids_set_uid(0);
	if (rc < 0)
		return vns_error_errno(err, -rc,
				       "becoming id 0 in the user namespace");
	/*
	 * A change of ids sets the dumpable flag to /proc/sys/fs/suid_dumpable.
	 */
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return vns_error_errno(err, errno, "PR_SET_DUMPABLE");
	return 0;
}

int vns_ids_save_groups(struct vns_ids_groups *groups, struct vns_error *err)
{
	groups->own = getegid();
	groups->count = getgroups(0, NULL);
	if (groups->count <= 0)
		return 0;
	groups->list = calloc((size_t)groups->count, sizeof(gid_t));
	if (!groups->list)
		return vns_error_memory(err);
	groups->count = getgroups(groups->count, groups->list);
	return groups->count < 0 ? vns_error_errno(err, errno, "getgroups") : 0;
}

/*
 * sudo has set the user's group before, and would now leave the user the group
 * of root. Where the user's group has no number inside, it becomes nobody's or
 * else, in a small range, root's.
 */
static int restore_group(gid_t own)
{
	if (own == 0)
		return 0;
	if (vns_ids_set_gid(own) < 0)
		(void)vns_ids_set_gid(NOGROUP);
	return prctl(PR_SET_DUMPABLE, 0) < 0 ? -errno : 0;
}

int vns_ids_restore_groups(const struct vns_ids_groups *groups)
{
	size_t kept = 0;
	int i, rc;

	for (i = 0; i < groups->count; i++)
		if (vns_ids_set_groups(&groups->list[i], 1) == 0)
			groups->list[kept++] = groups->list[i];
	rc = vns_ids_set_groups(groups->list, kept);
	return rc < 0 ? rc : restore_group(groups->own);
}
