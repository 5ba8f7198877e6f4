/*
 * Drops capabilities from the bounding set one by one, clears the ambient set,
 * and sets the others with capset(2).
 */
#include "system/capability.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Drops what is not in pass from the bounding set. The kernel returns EINVAL
 * for a capability that it does not have, and all those behind it.
 */
static int drop_bounding(vns_capset pass)
{
	unsigned long i;

	for (i = 0; i < 64; i++)
		if (!(pass >> i & 1) && prctl(PR_CAPBSET_DROP, i) < 0)
			return errno == EINVAL ? 0 : -errno;
	return 0;
}

int vns_capability_drop(vns_capset keep, vns_capset pass, struct vns_error *err)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];
	int rc = drop_bounding(pass), i;

	if (rc < 0)
		return vns_error_errno(err, -rc, "PR_CAPBSET_DROP");
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return vns_error_errno(err, errno, "PR_CAP_AMBIENT");
	if (syscall(SYS_capget, &header, data) < 0)
		return vns_error_errno(err, errno, "capget");
	for (i = 0; i < 2; i++) {
		data[i].permitted &= (unsigned)(keep >> (32 * i));
		data[i].effective &= data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data) < 0)
		return vns_error_errno(err, errno, "capset");
	return 0;
}
