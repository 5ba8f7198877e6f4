/* The PAM module. This is the only file that knows PAM. See pam_vns(8). */
#include "module/arguments.h"
#include "module/caller.h"
#include "module/enter.h"
#include "module/inquire.h"
#include "module/life.h"
#include "module/variables.h"
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
/* Each is a struct vns_life: a session's, and for the next question. */
#define DATA_LIFE "pam_vns_life"
#define DATA_TALK "pam_vns_talk"
/* The answer given to the line with "placed?": &stays or &placed. */
#define DATA_ANSWER "pam_vns_answer"
/* A struct vns_host, only in stacks with a "close" line. */
#define DATA_HOST "pam_vns_host"

struct call {
	pam_handle_t *pamh;
	int flags;
	struct vns_arguments arguments;
	struct vns_log log;
	struct vns_caller caller;
	struct vns_inquiry inquiry;
};

static void free_call(struct call *call)
{
	vns_inquire_end(&call->inquiry);
}
#define AUTOCALL __attribute__((cleanup(free_call)))
#define CALL_NONE                                  \
	((struct call){ .caller = VNS_CALLER_NONE, \
			.inquiry = VNS_INQUIRY_NONE })

static void write_log(void *context, enum vns_log_level level, const char *text)
{
	const struct call *call = context;

	/*
	 * pam_syslog never calls openlog(3), and adds the module and the
	 * service.
	 */
	pam_syslog(call->pamh, LOG_AUTHPRIV | (int)level, "%s", text);
}

/* What was decided is logged by the same words wherever the login fails. */
static void trace(const struct call *call, enum vns_log_level level,
		  const char *word, const char *reason)
{
	const char *known = call->inquiry.answer.trace;
	char facts[VNS_LOG_FACTS];

	if (!known)
		vns_log_login(facts, &call->caller.ask.who, "", "", NULL);
	vns_log_trace(&call->log, level, word, known ? known : facts, reason);
}

static void trace_error(const struct call *call, const char *reason)
{
	trace(call, VNS_LOG_NOTICE, "error", reason);
}

/*
 * Every failure is PAM_PERM_DENIED: after PAM_SESSION_ERR sudo would run the
 * command on the host, and PAM_IGNORE would leave the decision to other
 * modules.
 */
static int deny(const struct call *call, const char *notice)
{
	const char *vserver = call->inquiry.answer.vserver;

	if ((unsigned)call->flags & PAM_SILENT)
		return PAM_PERM_DENIED;
	if (notice)
		pam_error(call->pamh, "%s", notice);
	else if (vserver)
		pam_error(call->pamh,
			  "Your environment '%s' cannot be entered. Please "
			  "tell the administrator.",
			  vserver);
	else
		pam_error(call->pamh, "Your login cannot be set up now. Please "
				      "tell the administrator.");
	return PAM_PERM_DENIED;
}

static int refuse(const struct call *call, const char *reason)
{
	trace_error(call, reason);
	return deny(call, NULL);
}

static const char *get_item(pam_handle_t *pamh, int item)
{
	const void *value = NULL;

	return pam_get_item(pamh, item, &value) == PAM_SUCCESS ? value : NULL;
}

/* Returns what the PAM handle keeps by this key, or NULL. */
static void *find_data(pam_handle_t *pamh, const char *key)
{
	const void *data = NULL;

	return pam_get_data(pamh, key, &data) == PAM_SUCCESS ? (void *)data :
							       NULL;
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

/* Fills call. Returns PAM_SUCCESS, or refuses. */
static int begin(struct call *call, pam_handle_t *pamh, int flags, int argc,
		 const char **argv)
{
	struct vns_who *who = &call->caller.ask.who;
	const char *user = NULL;
	struct vns_error err;
	int rc = begin_call(call, pamh, flags, argc, argv, &err);

	if (pam_get_user(pamh, &user, NULL) != PAM_SUCCESS || !user)
		user = "";
	who->user = user;
	who->service = get_item(pamh, PAM_SERVICE);
	who->tty = get_item(pamh, PAM_TTY);
	who->rhost = get_item(pamh, PAM_RHOST);
	who->ruser = get_item(pamh, PAM_RUSER);
	if (rc < 0)
		return refuse(call, err.text);
	return *user ? PAM_SUCCESS : refuse(call, "no user to place");
}

static void free_life(pam_handle_t *pamh, void *data, int status)
{
	struct vns_life *life = data;

	(void)pamh;
	(void)status;
	vns_life_end(life);
	free(life);
}

/* Has the PAM handle hold what will hold the connection; NULL: no memory. */
static struct vns_life *make_life(pam_handle_t *pamh, const char *key)
{
	struct vns_life *life = vns_life_new();

	if (life && pam_set_data(pamh, key, life, free_life) == PAM_SUCCESS)
		return life;
	free(life);
	return NULL;
}

/* Keeps the connection for the next question, if there may be one. */
static void keep_talking(struct call *call)
{
	struct vns_life *talk = find_data(call->pamh, DATA_TALK);

	if (call->caller.ask.phase == VNS_ASK_OPEN ||
	    call->inquiry.connection < 0)
		return;
	if (!talk)
		talk = make_life(call->pamh, DATA_TALK);
	if (talk) {
		vns_life_begin(talk, call->inquiry.connection);
		call->inquiry.connection = -1;
	}
}

/*
 * Inside, the path of the keeper's socket is the tenant's. And a session of
 * another user is not to be opened from there.
 */
static int ask(struct call *call, enum vns_ask_phase phase,
	       struct vns_error *err)
{
	struct vns_ask *ask = &call->caller.ask;
	int kept, rc;

	if (vns_identity_frozen())
		return vns_error_set(err, EBUSY,
				     "this process is in a vserver already, "
				     "for another session");
	ask->phase = phase;
	ask->debug = call->arguments.debug;
	ask->config = call->arguments.config;
	if (phase == VNS_ASK_OPEN)
		vns_caller_look(&call->caller);
	kept = vns_life_take(find_data(call->pamh, DATA_TALK));
	rc = vns_inquire(ask, call->caller.terminal, kept, &call->inquiry, err);
	keep_talking(call);
	return rc;
}

/*
 * Asks about the login and logs the answer. Returns PAM_SUCCESS only for users
 * who are to enter or stay outside.
 */
static int decide(struct call *call, enum vns_ask_phase phase)
{
	struct vns_error err;
	int rc = ask(call, phase, &err);

	if (rc == -EBUSY && vns_identity_frozen()) {
		trace_error(call, err.text);
		return deny(call, "Another session is open already.");
	}
	if (rc < 0)
		return refuse(call, err.text);
	vns_inquire_log(&call->inquiry, &call->log);
	if (call->inquiry.answer.kind == VNS_ANSWER_REFUSE)
		return deny(call, call->inquiry.answer.notice);
	if (call->inquiry.answer.kind == VNS_ANSWER_STAY ||
	    vns_identity_check(&err) == 0)
		return PAM_SUCCESS;
	trace_error(call, err.text);
	return deny(call, "Your login cannot be set up while pam_vns is being "
			  "installed. Please try again.");
}

/*
 * The answers to "placed?". Only users who are known to stay on the host get
 * the other answer: a user who will be refused, even because of an error, must
 * not get what placed users do not get. The line that refuses the user logs the
 * reason.
 */
static const int placed = PAM_SUCCESS, stays = PAM_IGNORE;

static const int *answer(struct call *call)
{
	struct vns_error err;

	/* Inside, nothing may be looked up. */
	if (vns_identity_frozen())
		return &placed;
	if (ask(call, VNS_ASK_PLACED, &err) < 0) {
		vns_log_write(&call->log, VNS_LOG_DEBUG, "placed?: %s",
			      err.text);
		return &placed;
	}
	vns_inquire_log(&call->inquiry, &call->log);
	return call->inquiry.answer.kind == VNS_ANSWER_STAY ? &stays : &placed;
}

/* A session that is closed gets the answer that it got when it was opened. */
static int answer_session(struct call *call, bool opens)
{
	const int *said = opens ? NULL : find_data(call->pamh, DATA_ANSWER);
	int rc;

	if (!said)
		said = answer(call);
	rc = pam_set_data(call->pamh, DATA_ANSWER, (void *)said, NULL);
	return rc == PAM_SUCCESS ? *said : placed;
}

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	AUTOCALL struct call call = CALL_NONE;
	int rc = begin(&call, pamh, flags, argc, argv);

	if (rc == PAM_SUCCESS && call.arguments.asks)
		return *answer(&call);
	if (rc == PAM_SUCCESS)
		rc = decide(&call, VNS_ASK_ACCOUNT);
	if (rc == PAM_SUCCESS && call.inquiry.answer.kind == VNS_ANSWER_MAY)
		trace(&call, VNS_LOG_DEBUG, "may", NULL);
	return rc;
}

static bool set_environment(const struct call *call)
{
	struct vns_strings list = { 0 };
	int rc = vns_variables_change(&call->inquiry.answer,
				      pam_getenvlist(call->pamh), &list);
	size_t i;

	for (i = 0; rc == 0 && i < list.count; i++)
		rc = pam_putenv(call->pamh, list.items[i]);
	vns_strings_free(&list);
	return rc == 0;
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

/* Ends the session: the keeper sees this. */
static void end_life(pam_handle_t *pamh)
{
	const struct vns_life *life = find_data(pamh, DATA_LIFE);

	if (life)
		vns_foreground_return(life->foreground);
	/* It is freed by this, and so closed. */
	pam_set_data(pamh, DATA_LIFE, NULL, NULL);
}

/*
 * Everything that still needs the host, and everything that can fail for lack
 * of memory, is done before the process is moved.
 */
static int enter(struct call *call)
{
	pam_handle_t *pamh = call->pamh;
	struct vns_life *life;
	struct vns_error err;
	bool shares = vns_foreground_shares();
	int rc;

	if (call->inquiry.answer.message &&
	    !((unsigned)call->flags & PAM_SILENT))
		pam_info(pamh, "%s", call->inquiry.answer.message);
	life = set_environment(call) ? make_life(pamh, DATA_LIFE) : NULL;
	if (!life || !set_user(pamh, DATA_ENTERED, call->caller.ask.who.user))
		return refuse(call, "out of memory");
	life->foreground = vns_foreground_look();
	rc = vns_enter(&call->inquiry, find_data(pamh, DATA_HOST), &call->log,
		       &err);
	if (rc < 0)
		pam_set_data(pamh, DATA_ENTERED, NULL, NULL);
	if (rc == -EACCES && call->inquiry.answer.kind == VNS_ANSWER_REFUSE)
		return deny(call, call->inquiry.answer.notice);
	if (rc < 0)
		return refuse(call, err.text);
	vns_inquire_entered(&call->inquiry);
	vns_life_begin(life, call->inquiry.connection);
	call->inquiry.connection = -1;
	/*
	 * Only in a PID namespace do the host's process groups have no number.
	 */
	if (shares && call->inquiry.place.ns[VNS_NS_PID] >= 0)
		vns_foreground_arm();
	return PAM_SUCCESS;
}

static void free_host(pam_handle_t *pamh, void *data, int status)
{
	struct vns_host *host = data;

	(void)pamh;
	(void)status;
	if (host)
		vns_host_free(host);
	free(host);
}

/* For the "close" line, when a session is opened: stores the way back. */
static int remember_host(const struct call *call)
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
	return refuse(call, err.text);
}

/*
 * For the "close" line, when the session is closed: goes back, as the modules
 * after it need the host.
 */
static int return_to_host(const struct call *call)
{
	const struct vns_host *host = find_data(call->pamh, DATA_HOST);
	struct vns_error err;
	int rc;

	if (!find_data(call->pamh, DATA_ENTERED) || !host)
		return PAM_SUCCESS;
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

/* Whether the session of the user is open already with this PAM handle. */
static bool is_open(const struct call *call)
{
	const char *user = call->caller.ask.who.user;
	const char *inside = find_data(call->pamh, DATA_ENTERED);
	const char *kept = find_data(call->pamh, DATA_STAYS);

	return (inside && strcmp(inside, user) == 0) ||
	       (kept && strcmp(kept, user) == 0);
}

int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc,
			const char **argv)
{
	AUTOCALL struct call call = CALL_NONE;
	int rc = begin(&call, pamh, flags, argc, argv);

	if (rc != PAM_SUCCESS)
		return rc;
	if (call.arguments.asks)
		return answer_session(&call, true);
	if (call.arguments.close && !find_data(pamh, DATA_ENTERED))
		return remember_host(&call);
	/* A stack may call the module twice; the first decision holds. */
	if (is_open(&call))
		return PAM_SUCCESS;
	call.caller.ask.stays = find_data(pamh, DATA_ANSWER) == &stays;
	rc = decide(&call, VNS_ASK_OPEN);
	if (rc != PAM_SUCCESS)
		return rc;
	if (call.inquiry.answer.kind == VNS_ANSWER_PLACE)
		return enter(&call);
	if (call.inquiry.answer.kind != VNS_ANSWER_STAY)
		return refuse(&call, "the keeper's answer is none for a "
				     "session");
	return set_user(pamh, DATA_STAYS, call.caller.ask.who.user) ?
		       PAM_SUCCESS :
		       refuse(&call, "out of memory");
}

static int answer_closing(pam_handle_t *pamh, int flags, int argc,
			  const char **argv)
{
	AUTOCALL struct call call = CALL_NONE;
	int rc = begin(&call, pamh, flags, argc, argv);

	return rc == PAM_SUCCESS ? answer_session(&call, false) : rc;
}

int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc,
			 const char **argv)
{
	AUTOCALL struct call call = CALL_NONE;
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
