#include "system/ids.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where there are two of a call, the one for ids of 32 bits. */
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
