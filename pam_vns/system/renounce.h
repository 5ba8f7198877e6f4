/*
 * Drops what a process must not take along when it goes on for somebody else.
 */
#ifndef VNS_RENOUNCE_H
#define VNS_RENOUNCE_H

#include "lib/error.h"

/*
 * Leaves the session keyring (keyrings(7)) for a new and empty one, where the
 * kernel has keyrings.
 */
int vns_renounce_keyring(struct vns_error *err);

/*
 * The same where only async-signal-safe calls are allowed. Returns 0 or -errno.
 */
int vns_renounce_session_keyring(void);

/*
 * Makes the process write no core dump, unless it raises its soft limit again
 * (core(5)). Whatever pam_limits has set: PR_SET_DUMPABLE is not enough, as a
 * process that changes its ids can be dumpable again (fs.suid_dumpable,
 * proc(5)), and it has the service's memory until it executes something.
 */
void vns_renounce_core_dumps(void);

#endif
