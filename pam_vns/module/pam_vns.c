/* The PAM module. This is the only file that knows PAM. See pam_vns(8). */
#include "login/find.h"
#include "login/watch.h"
#include "module/arguments.h"
#include "module/enter.h"
#include "module/life.h"
#include "system/foreground.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

/* The user whose session has entered a vserver with this PAM handle. */
#define DATA_ENTERED "pam_vns_entered"
/* The user whose session stays on the host. */
#define DATA_STAYS "pam_vns_stays"
/* A struct vns_life. A session that has entered lasts while this is open. */
#define DATA_LIFE "pam_vns_life"
/* The answer given to the line with "placed?": &stays or &placed. */
#define DATA_ANSWER "pam_vns_answer"
/* A struct vns_host, only in stacks with a "close" line. */
#define DATA_HOST "pam_vns_host"

struct call {
	pam_handle_t *pamh;
	int flags;
	struct vns_arguments arguments;
	struct vns_log log;
};

static void write_log(void *context, enum vns_log_level level, const char *text)
{
	const struct call *call = context;

	/*
	 * pam_syslog never calls openlog(3), and adds the module and the
	 * service.
	 */
	pam_syslog(call->pamh, LOG_AUTHPRIV | (int)level, "%s", text);
}

/*
 * Every failure is PAM_PERM_DENIED: after PAM_SESSION_ERR sudo would run the
 * command on the host, and PAM_IGNORE would leave the decision to other
 * modules.
 */
static int refuse(const struct call *call, const struct vns_login *login,
		  const char *result, const char *reason)
{
	vns_login_trace(login, VNS_LOG_NOTICE, result, reason);
	if ((unsigned)call->flags & PAM_SILENT)
		return PAM_PERM_DENIED;
	if (login->notice[0])
		pam_error(call->pamh, "%s", login->notice);
	else if (login->vserver)
		pam_error(call->pamh,
			  "Your environment '%s' cannot be entered. Please "
			  "tell the administrator.",
			  login->vserver->name);
	else
		pam_error(call->pamh, "Your login cannot be set up now. Please "
				      "tell the administrator.");
	return PAM_PERM_DENIED;
}

static const char *get_item(pam_handle_t *pamh, int item)
{
	const void *value = NULL;

	if (pam_get_item(pamh, item, &value) != PAM_SUCCESS)
		return NULL;
	return value;
}

static int begin_call(struct call *call, pam_handle_t *pamh, int flags,
		      int argc, const char **argv, struct vns_error *err)
{
	int rc = vns_arguments_parse(&call->arguments, argc, argv, err);

	call->pamh = pamh;
	call->flags = flags;
	call->log.write = write_log;
	call->log.context = call;
	call->log.debug = call->arguments.debug;
	return rc;
}

/* Fills call and login. Returns PAM_SUCCESS, or refuses. */
static int begin(struct call *call, struct vns_login *login, pam_handle_t *pamh,
		 int flags, int argc, const char **argv)
{
	const char *user = NULL;
	struct vns_error err;
	int rc = begin_call(call, pamh, flags, argc, argv, &err);

	if (pam_get_user(pamh, &user, NULL) != PAM_SUCCESS || !user)
		user = "";
	vns_login_init(login, call->arguments.config, user, &call->log);
	login->who.service = get_item(pamh, PAM_SERVICE);
	login->who.tty = get_item(pamh, PAM_TTY);
	login->who.rhost = get_item(pamh, PAM_RHOST);
	login->who.ruser = get_item(pamh, PAM_RUSER);
	if (rc < 0)
		return refuse(call, login, "error", err.text);
	return *user ? PAM_SUCCESS :
		       refuse(call, login, "error", "no user to place");
}

/* Returns PAM_SUCCESS only for users who are to enter or stay outside. */
static int decide(const struct call *call, struct vns_login *login)
{
	struct vns_error err;

	if (vns_login_decide(login, &err) < 0)
		return refuse(call, login, "error", err.text);
	if (login->decision.target == VNS_TARGET_DENY)
		return refuse(call, login, "deny", NULL);
	return PAM_SUCCESS;
}

/*
 * Prepares a login that is decided for a vserver. Returns PAM_SUCCESS or
 * refuses.
 */
static int prepare(const struct call *call, struct vns_login *login, bool open)
{
	struct vns_error err;

	if (vns_identity_check(&err) < 0) {
		vns_util_format(login->notice, sizeof(login->notice),
				"Your login cannot be set up while pam_vns is "
				"being installed. Please try again.");
		return refuse(call, login, "error", err.text);
	}
	if (vns_find_vserver(login, open, &err) < 0 ||
	    (open && vns_find_run_hooks(login, &err) < 0))
		return refuse(call, login, "error", err.text);
	return PAM_SUCCESS;
}

/*
 * The answers to "placed?". Only users who are known to stay on the host get
 * the other answer: a user who will be refused, even because of an error, must
 * not get what placed users do not get. The line that refuses the user logs the
 * reason.
 */
static const int placed = PAM_SUCCESS, stays = PAM_IGNORE;

static const int *answer(const struct call *call, struct vns_login *login)
{
	struct vns_error err;

	/* Inside, nothing may be looked up. */
	if (vns_identity_frozen())
		return &placed;
	if (vns_login_decide(login, &err) < 0) {
		vns_log_write(&call->log, VNS_LOG_DEBUG, "placed?: %s",
			      err.text);
		return &placed;
	}
	return login->decision.target == VNS_TARGET_HOST ? &stays : &placed;
}

static const int *find_answer(pam_handle_t *pamh)
{
	const void *data = NULL;

	return pam_get_data(pamh, DATA_ANSWER, &data) == PAM_SUCCESS ? data :
								       NULL;
}

/* A session that is closed gets the answer that it got when it was opened. */
static int answer_session(const struct call *call, struct vns_login *login,
			  bool opens)
{
	const int *said = opens ? NULL : find_answer(call->pamh);

	if (!said)
		said = answer(call, login);
	if (pam_set_data(call->pamh, DATA_ANSWER, (void *)said, NULL) !=
	    PAM_SUCCESS)
		said = &placed;
	return *said;
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	VNS_AUTOLOGIN struct vns_login login = { .place = VNS_PLACE_NONE };
	struct call call = { 0 };
	int rc;

	rc = begin(&call, &login, pamh, flags, argc, argv);
	if (rc == PAM_SUCCESS && call.arguments.asks)
		return *answer(&call, &login);
	if (rc == PAM_SUCCESS)
		rc = decide(&call, &login);
	if (rc != PAM_SUCCESS)
		return rc;
	if (login.decision.target == VNS_TARGET_HOST)
		return PAM_SUCCESS;
	rc = prepare(&call, &login, false);
	if (rc == PAM_SUCCESS)
		vns_log_write(&call.log, VNS_LOG_DEBUG,
			      "%s may enter vserver %s", login.who.user,
			      login.decision.vserver);
	return rc;
}

/*
 * These variables name sockets and directories of the host, and would mislead
 * programs inside.
 */
static void drop_host_environment(pam_handle_t *pamh)
{
	static const char *const names[] = { "XDG_RUNTIME_DIR",
					     "XDG_SESSION_ID",
					     "DBUS_SESSION_BUS_ADDRESS",
					     "KRB5CCNAME" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (pam_getenv(pamh, names[i]))
			pam_putenv(pamh, names[i]);
}

static bool set_environment(pam_handle_t *pamh, const struct vns_login *login)
{
	char text[128];

	drop_host_environment(pamh);
	snprintf(text, sizeof(text), "VNS_NAME=%s", login->vserver->name);
	if (pam_putenv(pamh, text) != PAM_SUCCESS)
		return false;
	if (login->vserver->context == 0)
		return true;
	snprintf(text, sizeof(text), "VNS_CONTEXT=%lu",
		 login->vserver->context);
	return pam_putenv(pamh, text) == PAM_SUCCESS;
}

static void free_user(pam_handle_t *pamh, void *data, int status)
{
	(void)pamh;
	(void)status;
	free(data);
}

static bool set_user(pam_handle_t *pamh, const char *key, const char *user)
{
	char *copy = strdup(user);

	if (copy && pam_set_data(pamh, key, copy, free_user) == PAM_SUCCESS)
		return true;
	free(copy);
	return false;
}

/* Returns the user that was stored with set_user, or NULL. */
static const char *get_user(pam_handle_t *pamh, const char *key)
{
	const void *data = NULL;

	return pam_get_data(pamh, key, &data) == PAM_SUCCESS ? data : NULL;
}

static void free_life(pam_handle_t *pamh, void *data, int status)
{
	struct vns_life *life = data;

	(void)pamh;
	(void)status;
	vns_life_end(life);
	free(life);
}

/* Moves the session's socket from login to the PAM handle. */
static bool keep_life(pam_handle_t *pamh, struct vns_login *login)
{
	struct vns_life *life = vns_life_take(login);

	if (!life)
		return false;
	if (pam_set_data(pamh, DATA_LIFE, life, free_life) == PAM_SUCCESS)
		return true;
	login->life = life->fd;
	free(life);
	return false;
}

/* Ends the session: its watcher sees this. */
static void end_life(pam_handle_t *pamh)
{
	const void *data = NULL;

	if (pam_get_data(pamh, DATA_LIFE, &data) != PAM_SUCCESS || !data)
		return;
	vns_foreground_return(((const struct vns_life *)data)->foreground);
	vns_life_end((struct vns_life *)data);
	pam_set_data(pamh, DATA_LIFE, NULL, NULL);
}

/* Returns the session's side of its watcher's socket. */
static int get_life(pam_handle_t *pamh)
{
	const void *data = NULL;

	return pam_get_data(pamh, DATA_LIFE, &data) == PAM_SUCCESS && data ?
		       ((const struct vns_life *)data)->fd :
		       -1;
}

/*
 * Everything that still needs the host, and everything that can fail for lack
 * of memory, is done before vns_enter.
 */
static int enter(const struct call *call, struct vns_login *login)
{
	const void *data = NULL;
	struct vns_error err;
	bool shares = vns_foreground_shares();

	if (pam_get_data(call->pamh, DATA_HOST, &data) != PAM_SUCCESS)
		data = NULL;
	if (login->home_missing && !((unsigned)call->flags & PAM_SILENT))
		pam_info(call->pamh,
			 "Your home directory does not exist in your "
			 "environment '%s'.",
			 login->vserver->name);
	if (!set_environment(call->pamh, login) ||
	    !keep_life(call->pamh, login))
		return refuse(call, login, "error", "out of memory");
	if (!set_user(call->pamh, DATA_ENTERED, login->who.user)) {
		end_life(call->pamh);
		return refuse(call, login, "error", "out of memory");
	}
	/* Log this now, from the host; inside there may be no log at all. */
	vns_login_trace(login, VNS_LOG_INFO, "enter",
			login->home_missing ? "home directory missing inside" :
					      NULL);
	if (vns_enter(login, get_life(call->pamh), (struct vns_host *)data,
		      &err) == 0) {
		vns_watch_entered(get_life(call->pamh));
		/*
		 * Only in a PID namespace do the host's process groups have no
		 * number.
		 */
		if (shares && login->place.ns[VNS_NS_PID] >= 0)
			vns_foreground_arm();
		return PAM_SUCCESS;
	}
	end_life(call->pamh);
	pam_set_data(call->pamh, DATA_ENTERED, NULL, NULL);
	return refuse(call, login, "error", err.text);
}

static void free_host(pam_handle_t *pamh, void *data, int status)
{
	struct vns_host *host = data;

	(void)pamh;
	(void)status;
	if (!host)
		return;
	vns_host_free(host);
	free(host);
}

/* For the "close" line, when a session is opened: stores the way back. */
static int remember_host(const struct call *call, const struct vns_login *login)
{
	struct vns_host *host = calloc(1, sizeof(*host));
	struct vns_error err;
	int rc = host ? 0 : vns_error_memory(&err);

	if (host) {
		*host = VNS_HOST_NONE;
		rc = vns_namespace_remember(&host->way, &err);
	}
	if (rc == 0 &&
	    pam_set_data(call->pamh, DATA_HOST, host, free_host) != PAM_SUCCESS)
		rc = vns_error_memory(&err);
	if (rc == 0)
		return PAM_SUCCESS;
	free_host(call->pamh, host, 0);
	vns_error_context(&err, "the way back to the host cannot be kept");
	return refuse(call, login, "error", err.text);
}

/*
 * For the "close" line, when the session is closed: goes back, as the modules
 * after it need the host.
 */
static int return_to_host(const struct call *call)
{
	const void *data = NULL;
	const struct vns_host *host;
	struct vns_error err;
	int rc;

	if (!get_user(call->pamh, DATA_ENTERED) ||
	    pam_get_data(call->pamh, DATA_HOST, &data) != PAM_SUCCESS || !data)
		return PAM_SUCCESS;
	host = data;
	rc = vns_leave(host, &err);
	if (rc < 0) {
		/* The manual documents this case, and nobody made a mistake. */
		bool barred = rc == -EOPNOTSUPP;

		vns_log_write(&call->log, barred ? VNS_LOG_INFO : VNS_LOG_ERR,
			      "%s", err.text);
		return barred ? PAM_SUCCESS : PAM_PERM_DENIED;
	}
	pam_set_data(call->pamh, DATA_ENTERED, NULL, NULL);
	return PAM_SUCCESS;
}

int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc,
			const char **argv)
{
	VNS_AUTOLOGIN struct vns_login login = { .place = VNS_PLACE_NONE };
	struct call call = { 0 };
	const char *inside, *kept;
	int rc;

	rc = begin(&call, &login, pamh, flags, argc, argv);
	if (rc != PAM_SUCCESS)
		return rc;
	if (call.arguments.asks)
		return answer_session(&call, &login, true);
	inside = get_user(pamh, DATA_ENTERED);
	if (!inside && call.arguments.close)
		return remember_host(&call, &login);
	/* A stack may call the module twice; the first decision holds. */
	kept = get_user(pamh, DATA_STAYS);
	if ((inside && strcmp(inside, login.who.user) == 0) ||
	    (kept && strcmp(kept, login.who.user) == 0))
		return PAM_SUCCESS;
	if (vns_identity_frozen()) {
		vns_util_format(login.notice, sizeof(login.notice),
				"Another session is open already.");
		return refuse(&call, &login, "error",
			      "this process is in a vserver already, for "
			      "another session");
	}
	rc = decide(&call, &login);
	if (rc != PAM_SUCCESS)
		return rc;
	if (login.decision.target == VNS_TARGET_HOST) {
		if (!set_user(pamh, DATA_STAYS, login.who.user))
			return refuse(&call, &login, "error", "out of memory");
		vns_login_trace(&login, VNS_LOG_INFO, "host", NULL);
		return PAM_SUCCESS;
	}
	if (find_answer(pamh) == &stays)
		return refuse(
			&call, &login, "error",
			"a moment ago the answer to \"placed?\" was no: the "
			"rules have changed since, or the line with "
			"\"placed?\" reads other rules");
	rc = prepare(&call, &login, true);
	return rc == PAM_SUCCESS ? enter(&call, &login) : rc;
}

static int answer_closing(pam_handle_t *pamh, int flags, int argc,
			  const char **argv)
{
	VNS_AUTOLOGIN struct vns_login login = { .place = VNS_PLACE_NONE };
	struct call call = { 0 };
	int rc = begin(&call, &login, pamh, flags, argc, argv);

	return rc == PAM_SUCCESS ? answer_session(&call, &login, false) : rc;
}

int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc,
			 const char **argv)
{
	struct call call = { 0 };
	struct vns_error err;

	if (begin_call(&call, pamh, flags, argc, argv, &err) < 0) {
		vns_log_write(&call.log, VNS_LOG_ERR, "%s", err.text);
		return PAM_PERM_DENIED;
	}
	if (call.arguments.asks)
		return answer_closing(pamh, flags, argc, argv);
	pam_set_data(pamh, DATA_STAYS, NULL, NULL);
	end_life(pamh);
	/* Without a "close" line the process stays inside. */
	return call.arguments.close ? return_to_host(&call) : PAM_SUCCESS;
}
