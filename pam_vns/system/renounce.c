/* Drops what belongs to whoever has started the process. */
#include "system/renounce.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A session keyring is inherited, and whoever has it may read the keys in it:
 * those of su's caller, or the user's own on the host. If entering fails after
 * all, the process is left with a new keyring, which nobody has put anything
 * into.
 */
int vns_renounce_session_keyring(void)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 &&
	    errno != ENOSYS)
		return -errno;
	return 0;
}

int vns_renounce_keyring(struct vns_error *err)
{
	int rc = vns_renounce_session_keyring();

	return rc < 0 ? vns_error_errno(err, -rc, "session keyring") : 0;
}

/* A core file of this process would lie within the tenant's reach. */
void vns_renounce_core_dumps(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) < 0)
		return;
	limit.rlim_cur = 0;
	setrlimit(RLIMIT_CORE, &limit);
}
