/*
 * Holds logins to max_sessions (pam_vns.conf(5)): a rule's is for the sessions
 * of one user by this rule, a definition's for all sessions of the vserver.
 */
#ifndef VNS_LIMIT_H
#define VNS_LIMIT_H

#include "login/login.h"

#include <stdbool.h>

/* Whether a login that is decided, and whose definition is loaded, has one. */
bool vns_limit_applies(const struct vns_login *login);

/*
 * Checks a login that is decided and whose definition is loaded. If there is a
 * limit, the sessions that live are counted. Returns -EUSERS, and tells the
 * user by login->notice, if there is no place for one more. Sessions that are
 * just ending are waited for, for half a second.
 */
int vns_limit_check(struct vns_login *login, struct vns_error *err);

/*
 * Does the same, and keeps other logins from counting until the caller closes
 * *lock, by when the caller has recorded the session. Without a limit *lock is
 * left alone. directory is that of vns_sessions_open.
 */
int vns_limit_claim(struct vns_login *login, int directory, int *lock,
		    struct vns_error *err);

#endif
