/*
 * The use case: from "this user logs in by this service" to a checked place
 * to put the session. PAM module and tools run the same code.
 */
#ifndef VNS_LOGIN_H
#define VNS_LOGIN_H

#include "system/account.h"
#include "config/config.h"
#include "lib/log.h"
#include "lib/who.h"
#include "system/place.h"
#include "config/policy.h"

struct vns_login {
	/* Filled by the caller, who keeps the strings. */
	const char *config_path;
	struct vns_who who;
	const struct vns_log *log;

	/* Filled here. */
	struct vns_config *config;
	struct vns_config *own;
	struct vns_account account;
	struct vns_decision decision;
	struct vns_vserver *vserver; /* once prepared */
	struct vns_place place;	     /* once prepared */
	bool home_missing; /* once prepared: the session starts in "/" */
	/*
	 * Once prepared: where in the vserver the session begins, which is
	 * where the caller is by path, or the home; -1: in "/".
	 */
	int cwd;
	/* Once prepared for a start: the session's side of its watcher. */
	int life;
	/* Once prepared, with a user namespace: its ids as seen from here. */
	uid_t outside_uid;
	gid_t outside_gid;
	/*
	 * What the user may be told of a failure: no path, no errno. Of a hook
	 * that refused, what it said: lines of printable text.
	 */
	char notice[512];
};

void vns_login_init(struct vns_login *login, const char *config_path,
		    const char *user, const struct vns_log *log);
void vns_login_free(struct vns_login *login);
#define VNS_AUTOLOGIN __attribute__((cleanup(vns_login_free)))

/* The same, with the user as the account database calls them; once decided. */
struct vns_who vns_login_who(const struct vns_login *login);

/* Loads the configuration, looks the account up, and decides. */
int vns_login_decide(struct vns_login *login, struct vns_error *err);

/*
 * The one line that says what was decided: result is "enter", "host",
 * "deny" or "error"; reason may be NULL.
 */
void vns_login_trace(const struct vns_login *login, enum vns_log_level level,
		     const char *result, const char *reason);

#endif
