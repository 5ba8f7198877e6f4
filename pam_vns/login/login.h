/*
 * Prepares a login: from "this user logs in by this service" to a checked place
 * to put the session. The PAM module and the tools run the same code.
 */
#ifndef VNS_LOGIN_H
#define VNS_LOGIN_H

#include "system/account.h"
#include "config/config.h"
#include "config/load.h"
#include "login/shell.h"
#include "lib/log.h"
#include "lib/who.h"
#include "system/place.h"
#include "config/policy.h"
#include "vserver/metrics.h"

struct vns_login {
	/* These are filled by the caller, who keeps the strings. */
	const char *config_path;
	struct vns_who who;
	const struct vns_log *log;
	/* See vns_config; or NULL. */
	struct vns_holder *holder;
	/* NULL, or where the configuration and the definition stay. */
	struct vns_load_kept *kept;
	/* The directory that the session should begin in, or NULL. */
	const char *wanted_cwd;
	/*
	 * Called once the definition is loaded, and before the vserver is
	 * looked for or started, so that nobody sees the vserver without a
	 * session; or NULL. On failure the login is refused, and the user is
	 * told what notice then says, if it says something.
	 */
	int (*announce)(struct vns_login *login, struct vns_error *err);

	/* These are filled by the functions below. */
	bool found;		   /* account is there */
	bool decided;		   /* for who, by config and own */
	struct vns_config *config; /* kept's, or the login's own */
	struct vns_config *own;
	struct vns_account account;
	struct vns_decision decision;
	/* What is being done: if that fails, why the login is refused. */
	enum vns_refusal step;
	struct vns_vserver *vserver; /* once prepared; kept's, or its own */
	struct vns_place place;	     /* once prepared */
	bool home_missing;    /* once prepared: the session starts in "/" */
	enum vns_shell shell; /* once prepared, with what it was looked for */
	/*
	 * Once prepared: the directory in the vserver that the session begins
	 * in. It is the directory with the path of the caller's working
	 * directory, or else the home directory; -1: in "/".
	 */
	int cwd;
	/*
	 * Once prepared, if there is a user namespace: the user's ids as seen
	 * from here.
	 */
	uid_t outside_uid;
	gid_t outside_gid;
	/*
	 * What the user may be told about a failure, without paths and errno
	 * values. If a hook refused the login, this is what the hook printed:
	 * lines of printable text.
	 */
	char notice[512];
};

void vns_login_init(struct vns_login *login, const char *config_path,
		    const char *user, const struct vns_log *log);
void vns_login_free(struct vns_login *login);
#define VNS_AUTOLOGIN __attribute__((cleanup(vns_login_free)))

/*
 * Returns login->who, with the user's name as in the account database once the
 * login is decided.
 */
struct vns_who vns_login_who(const struct vns_login *login);

/*
 * Loads the configuration, looks the account up, and makes the decision. With
 * kept it may be called again for the same user: nothing is looked up twice,
 * files are read again only if they have changed, and vns_find_vserver goes on
 * with what it has found before, if that still is so. Who has changed the rest
 * of who clears decided.
 */
int vns_login_decide(struct vns_login *login, struct vns_error *err);

/*
 * Whether there are logins of the user's into the vserver (vns_policy_reaches);
 * reads and looks up as vns_login_decide does. Returns -ENOENT where there is
 * no such user.
 */
int vns_login_reaches(struct vns_login *login, const char *vserver,
		      bool *reaches, struct vns_error *err);

/*
 * Writes the one log line about the decision. result is "enter", "host", "deny"
 * or "error"; reason may be NULL.
 */
void vns_login_trace(const struct vns_login *login, enum vns_log_level level,
		     const char *result, const char *reason);

/* The facts of that line (vns_log_login). */
void vns_login_describe(const struct vns_login *login,
			char facts[VNS_LOG_FACTS]);

#endif
