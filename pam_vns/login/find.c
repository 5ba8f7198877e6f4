/*
 * Finds the vserver of a login, starts it if necessary, and checks whether the
 * user can live there.
 */
#include "login/find.h"

#include "config/definition.h"
#include "config/lifecycle.h"
#include "config/load.h"
#include "login/login.h"
#include "login/preflight.h"
#include "system/safefile.h"
#include "system/spawn.h"
#include "vserver/cgsession.h"
#include "vserver/hook.h"
#include "vserver/open.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <string.h>

/*
 * Starting takes milliseconds. This limit, in seconds, is for a host in
 * trouble.
 */
#define START_TIMEOUT 30
/* A vserver that was just started may be stopped again by others. */
#define START_TRIES 5
/* useradd(8) takes names of up to 256 bytes. */
#define NAME_SIZE 256

static int set_notice(struct vns_login *login, int rc, const char *text)
{
	if (!vns_util_format(login->notice, sizeof(login->notice), text,
			     login->decision.vserver))
		vns_util_format(login->notice, sizeof(login->notice),
				"Login refused.");
	return rc;
}

/*
 * Runs vns VERB [--user=USER] NAME, which may wait for the vserver's lock. user
 * is NULL or that option.
 */
static int run_vns(const struct vns_login *login, const char *verb,
		   const char *user, struct vns_spawn_said *said,
		   struct vns_error *err)
{
	char *const argv[] = { (char *)VNS_SBINDIR "/vns",
			       (char *)"--config",
			       (char *)login->config_path,
			       (char *)verb,
			       (char *)(user ? user : "--"),
			       user ? (char *)"--" : login->vserver->name,
			       user ? login->vserver->name : NULL,
			       NULL };
	char *const envp[] = { (char *)VNS_SPAWN_PATH, NULL };
	/* Another start or stop may run its hooks before ours are run. */
	unsigned hooks =
		vns_config_lifecycle_time(login->config, login->vserver);

	return vns_spawn_run_apart(argv, envp, START_TIMEOUT + 2 * hooks, 0,
				   said, err);
}

static int start_vserver(struct vns_login *login, struct vns_error *err)
{
	struct vns_spawn_said said;
	char user[sizeof("--user=") + NAME_SIZE];
	bool maps = login->vserver->map_users;
	int rc;

	login->step = VNS_REFUSAL_START;
	if (maps && !vns_util_format(user, sizeof(user), "--user=%s",
				     login->account.pw.pw_name))
		return vns_error_set(err, ENAMETOOLONG, "the user's name");
	rc = run_vns(login, "start", maps ? user : NULL, &said, err);
	said.errors[strcspn(said.errors, "\n")] = '\0';
	/* It has escaped its words, and so will whoever logs them. */
	vns_log_unescape(said.errors);
	if (rc < 0 && said.errors[0])
		vns_error_set(err, -rc, "starting it failed: %s", said.errors);
	else if (rc < 0)
		vns_error_context(err, "starting it failed");
	else if (said.errors[0])
		vns_log_write(login->log, VNS_LOG_WARNING, "%s", said.errors);
	return rc;
}

/*
 * Opens the vserver. A vserver that is still running its post-start hooks
 * counts as not running.
 */
static int open_started(const struct vns_login *login, struct vns_place *place,
			struct vns_error *err)
{
	int rc = vns_open_vserver(login->config, login->vserver,
				  login->account.pw.pw_uid, place, err);

	if (rc < 0 || !login->vserver->root ||
	    !vns_rundir_starting(place->guard))
		return rc;
	vns_place_close(place);
	return vns_error_set(err, ESRCH, "it is still being started");
}

static bool may_start(const struct vns_vserver *vserver)
{
	return vns_config_startable(vserver) &&
	       vserver->start == VNS_START_ON_LOGIN;
}

/*
 * Whether the vserver may be hidden while the keeper checks if anybody is
 * inside.
 */
static bool may_hide(const struct vns_vserver *vserver)
{
	return vserver->root && vserver->stop == VNS_STOP_LAST_LOGOUT;
}

/*
 * Waits until the vserver is not hidden any more; for vservers that are only
 * started by the administrator.
 */
static int wait_shown(struct vns_login *login, struct vns_error *err)
{
	struct vns_spawn_said said;

	/*
	 * The result of the command does not matter, only what is found
	 * afterwards.
	 */
	(void)run_vns(login, "status", NULL, &said, err);
	return open_started(login, &login->place, err);
}

/*
 * Whether the vserver that was found before is there still. Only by a guard it
 * is known whether another one has taken its place.
 */
static bool has_place(const struct vns_login *login)
{
	return login->place.guard >= 0 && vns_place_remains(&login->place);
}

/* Finds the vserver. Without start, only checks whether it could be started. */
static int find_place(struct vns_login *login, bool start,
		      struct vns_error *err)
{
	const struct vns_vserver *vserver = login->vserver;
	unsigned tries;
	int rc;

	login->step = VNS_REFUSAL_NOT_RUNNING;
	if (has_place(login))
		return 0;
	vns_place_close(&login->place);
	rc = open_started(login, &login->place, err);
	if (rc == -ESRCH && !may_start(vserver) && may_hide(vserver))
		rc = wait_shown(login, err);
	if (rc != -ESRCH || !may_start(vserver))
		return rc;
	if (!start) {
		VNS_AUTOCLOSE int root = -1;

		login->step = VNS_REFUSAL_START;
		/* A pre-start hook may be what mounts the root directory. */
		if (!vserver->root ||
		    vns_config_has_hook(login->config, vserver,
					VNS_LIFECYCLE_PRE_START))
			return 0;
		return vns_safefile_open(vserver->root, VNS_SAFEFILE_ROOT,
					 &root, err);
	}
	for (tries = 0; rc == -ESRCH && tries < START_TRIES; tries++) {
		rc = start_vserver(login, err);
		if (rc == 0)
			rc = open_started(login, &login->place, err);
	}
	return rc;
}

static void log_silence(const struct vns_login *login, const char *path)
{
	const struct vns_log_fact facts[] = {
		{ "user", login->who.user, 128, false },
		{ "path", path, 255, false },
	};
	char text[VNS_LOG_FACTS];

	vns_log_facts(text, sizeof(text), facts,
		      sizeof(facts) / sizeof(facts[0]));
	vns_log_trace(login->log, VNS_LOG_WARNING, "elsewhere", text,
		      "the session does not begin there, as it does not "
		      "answer");
}

/* Who came to be a user after the start is the usual case. */
static void tell_of_map(const struct vns_vserver *vserver,
			struct vns_error *err)
{
	const struct vns_error found = *err;

	vns_error_set(err, EINVAL,
		      "%s: map has those whom rules and groups named when the "
		      "vserver started; \"vns restart %s\"",
		      found.text, vserver->name);
}

static int look_inside(struct vns_login *login, const char *shell,
		       const char *cwd, struct vns_preflight_view *view,
		       struct vns_error *err)
{
	/* Without a user namespace there are no ids to be tried. */
	int rc = login->place.ns[VNS_NS_USER] < 0 ?
			 0 :
			 vns_account_load_groups(&login->account, err);

	if (rc < 0)
		return set_notice(login, rc,
				  "Your login cannot be set up now. Please "
				  "tell the administrator.");
	rc = vns_preflight_look(&login->place, &login->account, shell, cwd,
				view, err);
	if (rc == -EINVAL && login->vserver->map_users)
		tell_of_map(login->vserver, err);
	if (rc == -EINVAL)
		return set_notice(login, rc,
				  "Your account does not fit your environment "
				  "'%s'. Please tell the administrator.");
	if (rc < 0)
		return set_notice(login, rc,
				  rc == -ETIMEDOUT ?
					  "Your environment '%s' does not "
					  "answer. Please tell the "
					  "administrator." :
					  "Your environment '%s' cannot be "
					  "entered. Please tell the "
					  "administrator.");
	if (view->cwd_silent)
		log_silence(login, cwd);
	return 0;
}

static int check_place(struct vns_login *login, bool start,
		       struct vns_error *err)
{
	struct vns_preflight_view view;
	const char *shell, *cwd = start ? login->wanted_cwd : NULL;
	int rc;

	login->step = VNS_REFUSAL_LOOK;
	if (login->place.root < 0)
		return 0;
	shell = vns_shell_sought(login->vserver, login->account.pw.pw_shell);
	rc = look_inside(login, shell, cwd, &view, err);
	if (rc < 0)
		return rc;
	login->home_missing = !view.found.home;
	login->cwd = view.directory;
	login->outside_uid = view.uid;
	login->outside_gid = view.gid;
	login->shell = vns_shell_judge(login->vserver, login->who.service,
				       shell, view.found.shell,
				       view.found.programs);
	if (login->shell != VNS_SHELL_MISSING)
		return 0;
	vns_error_set(err, ENOENT,
		      "the user's shell %s is missing or not executable "
		      "inside: install it there, or change the user's shell, "
		      "or shell_check",
		      shell);
	return set_notice(login, -ENOENT,
			  "Your shell is not available in your environment "
			  "'%s'. Please tell the administrator.");
}

/*
 * Checks the cgroup, so that the account phase reports what is wrong. The
 * session is moved into it later.
 */
static int check_cgroup(struct vns_login *login, struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;

	login->step = VNS_REFUSAL_ENTER;
	if (login->place.root < 0)
		return 0;
	return vns_cgsession_open(login->vserver, &login->place, &directory,
				  err);
}

static void close_cwd(struct vns_login *login)
{
	vns_safefile_close(&login->cwd);
	login->cwd = -1;
}

static int say_unfound(struct vns_login *login, int rc)
{
	if (rc == -ESRCH)
		return set_notice(login, rc,
				  "Your environment '%s' is not running. "
				  "Please tell the administrator.");
	if (rc == -EBUSY)
		return set_notice(login, rc,
				  "Your environment '%s' is paused. Please try "
				  "again later, or tell the administrator.");
	return set_notice(login, rc,
			  "Your environment '%s' cannot be entered. Please "
			  "tell the administrator.");
}

static int find_and_check(struct vns_login *login, bool start,
			  struct vns_error *err)
{
	int rc;

	close_cwd(login);
	rc = find_place(login, start, err);
	if (rc == 0)
		rc = check_cgroup(login, err);
	if (rc == 0)
		return check_place(login, start, err);
	vns_error_context(err, "vserver \"%s\"", login->vserver->name);
	return say_unfound(login, rc);
}

static int load(struct vns_login *login, struct vns_error *err)
{
	const char *name = login->decision.vserver;
	int rc;

	if (login->kept && login->vserver &&
	    strcmp(login->vserver->name, name) == 0 && has_place(login) &&
	    vns_load_same_vserver(login->kept))
		return 0;
	vns_place_close(&login->place);
	if (login->vserver)
		close_cwd(login);
	if (!login->kept)
		vns_config_free_vserver(login->vserver);
	login->vserver = NULL;
	if (!login->kept)
		return vns_load_vserver(login->config, name, &login->vserver,
					err);
	rc = vns_load_vserver_kept(login->config, name, login->kept, err);
	login->vserver = login->kept->vserver;
	return rc;
}

int vns_find_vserver(struct vns_login *login, bool start, struct vns_error *err)
{
	int rc;

	login->step = VNS_REFUSAL_CONFIG;
	rc = load(login, err);
	if (rc < 0)
		return set_notice(login, rc,
				  "Your environment '%s' is not set up. Please "
				  "tell the administrator.");
	login->step = VNS_REFUSAL_OTHER;
	if (start && login->announce)
		rc = login->announce(login, err);
	if (rc < 0 && !login->notice[0])
		set_notice(login, rc,
			   "Your login cannot be set up now. Please tell the "
			   "administrator.");
	if (rc < 0)
		return rc;
	return find_and_check(login, start, err);
}

bool vns_find_restarts(const struct vns_login *login)
{
	return may_start(login->vserver) || may_hide(login->vserver) ||
	       login->vserver->cgroup_container;
}

int vns_find_again(struct vns_login *login, struct vns_error *err)
{
	vns_place_close(&login->place);
	return find_and_check(login, true, err);
}

/*
 * Sets what the user is told: the message of the hook that refused the login,
 * or a general one if there is none. The output of a hook that ran into its
 * time limit is incomplete and not used; said is NULL where none has run.
 */
static int set_refusal(struct vns_login *login, int rc,
		       const struct vns_spawn_said *said)
{
	if (said && rc != -ETIMEDOUT)
		vns_hook_message(said, login->notice, sizeof(login->notice));
	return login->notice[0] ?
		       rc :
		       set_notice(login, rc,
				  "Your environment '%s' refused the login. "
				  "Please tell the administrator.");
}

static struct vns_hook_facts facts_of(const struct vns_login *login,
				      const char *hook, const char *type)
{
	return (struct vns_hook_facts){
		.hook = hook,
		.type = type,
		.who = vns_login_who(login),
		.vserver = login->vserver->name,
		.instance = login->vserver->instance,
		.context = login->vserver->context,
		.root = login->vserver->root,
	};
}

static int run_hook(struct vns_login *login, const struct vns_hook *hook,
		    struct vns_error *err)
{
	const struct vns_hook_facts facts =
		facts_of(login, "open", "open_session");
	struct vns_spawn_said said;
	int rc;

	if (!hook || hook->command.count == 0)
		return 0;
	rc = vns_hook_run(hook, &facts, &said, err);
	if (rc == 0)
		return 0;
	if (hook->deny) {
		vns_hook_explain(&said, err);
		return set_refusal(login, rc, &said);
	}
	vns_util_format(err->text + strlen(err->text),
			sizeof(err->text) - strlen(err->text), " (ignored)");
	vns_hook_explain(&said, err);
	vns_log_write(login->log, VNS_LOG_WARNING, "%s", err->text);
	return 0;
}

/* Refuses a session of whose end a hook would not hear. */
static int check_close_hooks(struct vns_login *login, struct vns_error *err)
{
	const struct vns_hook *const hooks[] = { &login->config->close,
						 login->decision.close,
						 &login->vserver->close };
	const struct vns_hook_facts facts =
		facts_of(login, "close", "close_session");
	size_t i;

	for (i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		int rc = hooks[i] ? vns_hook_check(hooks[i], &facts, err) : 0;

		if (rc < 0)
			return set_refusal(login, rc, NULL);
	}
	return 0;
}

int vns_find_run_hooks(struct vns_login *login, struct vns_error *err)
{
	int rc;

	login->step = VNS_REFUSAL_HOOK;
	rc = check_close_hooks(login, err);
	if (rc == 0)
		rc = run_hook(login, &login->config->open, err);
	if (rc == 0)
		rc = run_hook(login, login->decision.open, err);
	if (rc == 0)
		rc = run_hook(login, &login->vserver->open, err);
	if (rc < 0 || !login->home_missing)
		return rc;
	/* One of the hooks may have made the home directory. */
	close_cwd(login);
	return check_place(login, true, err);
}
