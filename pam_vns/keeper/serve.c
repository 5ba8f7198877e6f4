/*
 * Reads the question, goes through the login's steps for its phase, and stays
 * until the session has entered, as its vserver may be stopped at that moment.
 */
#include "keeper/serve.h"

#include "config/definition.h"
#include "keeper/begin.h"
#include "keeper/expired.h"
#include "keeper/limit.h"
#include "keeper/question.h"
#include "keeper/reply.h"
#include "keeper/terminal.h"
#include "login/find.h"
#include "system/deadline.h"
#include "system/parcel.h"
#include "wire/words.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

/* From the answer to the session it takes less than a millisecond. */
#define ENTER_MS 2000
/* What a word is taken for if there is none for so long. */
#define SILENCE '-'

struct job {
	struct vns_login login;
	struct vns_question question;
	struct vns_reply_lines lines;
	struct vns_log log;
	struct vns_leader leader;
	struct vns_bindtty terminal;
	int connection;
	int sessions;
	struct vns_serve_kept *kept;
	struct vns_served *served;
};

static void free_job(struct job *job)
{
	vns_login_free(&job->login);
	vns_question_free(&job->question);
	vns_strings_free(&job->lines.list);
	vns_leader_free(&job->leader);
}
#define AUTOJOB __attribute__((cleanup(free_job)))

/* For what the module does not log. */
static void write_log(void *context, enum vns_log_level level, const char *text)
{
	(void)context;
	syslog(LOG_AUTHPRIV | (int)level, "%s", text);
}

static const struct vns_log host_log = { .write = write_log };

/* --- the answers ---------------------------------------------------------- */

static int answer(struct job *job, enum vns_answer_kind kind,
		  struct vns_error *err)
{
	int rc = vns_reply_send(job->connection, kind, &job->login, &job->lines,
				&job->served->placed, err);

	vns_strings_free(&job->lines.list);
	return rc;
}

/* Whether the login may have started a vserver that nobody will log out of. */
static bool must_stop(const struct job *job)
{
	const struct vns_vserver *vserver = job->login.vserver;

	return vserver && vserver->root &&
	       vserver->stop == VNS_STOP_LAST_LOGOUT;
}

/*
 * A session that is refused, or that never enters, leaves nothing. Where the
 * vserver is to be stopped, too, the keeper sees to it all.
 */
static void undo(struct job *job)
{
	struct vns_error err;

	if (!job->served->name[0])
		return;
	if (must_stop(job)) {
		(void)vns_sessions_append(job->sessions, job->served->name,
					  VNS_RECORD_REFUSED, "1", &err);
		return;
	}
	if (vns_terminal_undo(&job->terminal, job->served->name,
			      &job->login.place, &err) < 0)
		vns_log_write(&host_log, VNS_LOG_WARNING, "%s", err.text);
	vns_sessions_forget(job->sessions, job->served->name);
	job->served->name[0] = '\0';
}

/*
 * result is "error" or "deny"; reason may be NULL. The session is undone first:
 * its process may end as soon as it has the answer, and a new keeper, which
 * knows the record alone, would take the session for one that has ended.
 */
static int refuse(struct job *job, const char *result, const char *reason,
		  struct vns_error *err)
{
	job->served->refused = true;
	job->served->refusal = job->login.step;
	vns_login_trace(&job->login, VNS_LOG_NOTICE, result, reason);
	undo(job);
	return answer(job, VNS_ANSWER_REFUSE, err);
}

/* Limits are refusals as rules are, and no errors. */
static int refuse_found(struct job *job, struct vns_error *err)
{
	return refuse(job,
		      job->login.step == VNS_REFUSAL_LIMIT ? "deny" : "error",
		      err->text, err);
}

/* --- the phases ----------------------------------------------------------- */

static void note_login(const struct job *job)
{
	const struct vns_who *who = &job->question.ask.who;
	const struct vns_log_fact facts[] = {
		{ "user", who->user, 128, false },
		{ "service", who->service, 64, false },
	};

	vns_log_facts(job->served->login, sizeof(job->served->login), facts,
		      sizeof(facts) / sizeof(facts[0]));
}

static int decide(struct job *job, struct vns_error *err)
{
	job->served->doing = "looked the user up";
	return vns_login_decide(&job->login, err);
}

static int find_vserver(struct job *job, bool opens, struct vns_error *err)
{
	job->served->doing = "prepared the vserver";
	return vns_find_vserver(&job->login, opens, err);
}

static int serve_placed(struct job *job, struct vns_error *err)
{
	if (decide(job, err) < 0) {
		vns_log_write(&job->log, VNS_LOG_DEBUG, "placed?: %s",
			      err->text);
		return answer(job, VNS_ANSWER_MAY, err);
	}
	return answer(job,
		      job->login.decision.target == VNS_TARGET_HOST ?
			      VNS_ANSWER_STAY :
			      VNS_ANSWER_MAY,
		      err);
}

/*
 * Returns true if the login goes on to a vserver. Otherwise it is answered, and
 * *rc says how that went.
 */
static bool goes_on(struct job *job, int *rc, struct vns_error *err)
{
	struct vns_login *login = &job->login;
	const bool opens = job->question.ask.phase == VNS_ASK_OPEN;

	if (decide(job, err) < 0)
		*rc = refuse(job, "error", err->text, err);
	else if (login->decision.target == VNS_TARGET_DENY)
		*rc = refuse(job, "deny", NULL, err);
	else if (login->decision.target == VNS_TARGET_VSERVER)
		return true;
	else {
		if (opens)
			vns_login_trace(login, VNS_LOG_INFO, "host", NULL);
		*rc = answer(job, VNS_ANSWER_STAY, err);
	}
	return false;
}

static int serve_account(struct job *job, struct vns_error *err)
{
	int rc;

	if (!goes_on(job, &rc, err))
		return rc;
	rc = find_vserver(job, false, err);
	if (rc == 0)
		rc = vns_limit_check(&job->login, err);
	if (rc < 0)
		return refuse_found(job, err);
	if (vns_expired_check(&job->login, &job->leader.process, err) < 0)
		return refuse(job, "deny", err->text, err);
	return answer(job, VNS_ANSWER_MAY, err);
}

/* --- a session ------------------------------------------------------------ */

/* vns_login has no room for a context; the login is a job's first member. */
static struct job *job_of(struct vns_login *login)
{
	return (struct job *)login;
}

static int record(struct job *job, struct vns_error *err)
{
	return vns_begin_record(&job->login, &job->leader, &job->question.ask,
				job->sessions, job->served->name, err);
}

static int announce(struct vns_login *login, struct vns_error *err)
{
	struct job *job = job_of(login);
	unsigned seconds = vns_begin_time(login);
	int rc = vns_begin_is_late(login, &job->question.ask) ?
			 0 :
			 record(job, err);

	if (rc < 0 || seconds == 0)
		return rc;
	(void)alarm(VNS_KEEPER_TIME + seconds);
	rc = vns_parcel_delay(job->connection, VNS_KEEPER_TIME + seconds);
	return rc < 0 ? vns_error_errno(err, -rc, "the login has gone away") :
			0;
}

/* A session's record tells who takes its terminal away. */
static int place_terminal(struct job *job, struct vns_error *err)
{
	int rc;

	if (!job->question.ask.terminal || job->question.extras.count == 0)
		return 0;
	rc = vns_terminal_place(&job->terminal, job->sessions,
				job->served->name, job->question.ask.terminal,
				job->question.extras.fds[0], &job->login.place,
				err);
	if (rc == 0)
		return 0;
	if (job->question.ask.reopens) {
		vns_error_context(err,
				  "the terminal %s, which this login opens "
				  "again by its path, cannot be put at that "
				  "path inside",
				  job->question.ask.terminal);
		return rc;
	}
	vns_log_write(&job->log, VNS_LOG_DEBUG,
		      "the terminal %s is not found by its name: %s",
		      job->question.ask.terminal, err->text);
	return 0;
}

/* Returns 0 where there are no close hooks to be run. */
static int note_placed(const struct job *job, struct vns_error *err)
{
	const struct vns_login *login = &job->login;

	if (login->config->close.command.count == 0 &&
	    (!login->decision.close ||
	     login->decision.close->command.count == 0) &&
	    login->vserver->close.command.count == 0)
		return 0;
	return vns_sessions_append(job->sessions, job->served->name,
				   VNS_RECORD_PLACED, "1", err);
}

/*
 * Sends the place, and then what the session needs to enter it, by when it is
 * recorded. A module that has failed meanwhile, and has gone away, says no word
 * then.
 */
static int send_place(struct job *job, struct vns_error *err)
{
	struct vns_login *login = &job->login;
	int rc;

	login->step = VNS_REFUSAL_ENTER;
	job->served->doing = "answered";
	rc = place_terminal(job, err);
	if (rc == 0) {
		vns_login_trace(login, VNS_LOG_INFO, "enter",
				login->home_missing ?
					"home directory missing inside" :
					NULL);
		rc = answer(job, VNS_ANSWER_PLACE, err);
	}
	if (rc == 0 && !job->served->name[0])
		rc = record(job, err);
	if (rc == 0)
		rc = note_placed(job, err);
	if (rc == 0) {
		rc = answer(job, VNS_ANSWER_IDENTITY, err);
		rc = rc == -EPIPE || rc == -ECONNRESET ? 0 : rc;
	}
	job->served->placed = rc == 0;
	return rc;
}

/*
 * Returns the word that the module says, or 0 if it has gone away. Whatever
 * fails here, the session may have begun all the same.
 */
static char hear_word(const struct job *job)
{
	struct vns_channel_extras extras = { 0 };
	char word = 0;
	ssize_t size = vns_deadline_wait(job->connection,
					 vns_deadline_now() + ENTER_MS);

	if (size == 0)
		size = vns_channel_receive(job->connection, &word, 1, &extras,
					   MSG_DONTWAIT);
	vns_channel_drop(&extras);
	if (size < 0)
		return SILENCE;
	return size == 1 ? word : 0;
}

/* Prepares the place anew while the module finds that it has been stopped. */
static int wait_until_entered(struct job *job, struct vns_error *err)
{
	int rc = 0;
	char word;

	while ((word = hear_word(job)) == VNS_WORD_AGAIN) {
		job->served->placed = false;
		if (vns_find_again(&job->login, err) < 0)
			rc = refuse(job, "error", err->text, err);
		else
			rc = send_place(job, err);
		if (rc < 0 || !job->served->placed)
			return rc;
	}
	job->served->entered = word == VNS_WORD_ENTERED;
	job->served->refused = word == 0;
	job->served->refusal = VNS_REFUSAL_ENTER;
	/* A module that takes its time is waited for by the keeper. */
	job->served->placed = word == VNS_WORD_ENTERED || word == SILENCE;
	return 0;
}

static int serve_session(struct job *job, struct vns_error *err)
{
	int rc;

	if (!goes_on(job, &rc, err))
		return rc;
	if (job->question.ask.stays)
		return refuse(job, "error",
			      "a moment ago the answer to \"placed?\" was no: "
			      "the rules have changed since, or the line with "
			      "\"placed?\" reads other rules",
			      err);
	if (job->question.ask.retry)
		vns_begin_forget(&job->leader, &job->question.ask,
				 job->sessions);
	rc = find_vserver(job, true, err);
	job->served->doing = "ran the open hooks";
	if (rc == 0)
		rc = vns_find_run_hooks(&job->login, err);
	if (rc < 0)
		return refuse_found(job, err);
	rc = send_place(job, err);
	if (rc < 0)
		return refuse(job, "error", err->text, err);
	return wait_until_entered(job, err);
}

static bool are_same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool is_same(const struct vns_who *a, const struct vns_who *b)
{
	return are_same(a->service, b->service) && are_same(a->tty, b->tty) &&
	       are_same(a->rhost, b->rhost) && are_same(a->ruser, b->ruser);
}

/* What was found for an earlier question is kept for the same user. */
static void set_login(struct job *job)
{
	const struct vns_ask *ask = &job->question.ask;
	struct vns_login *login = &job->login;

	job->log = vns_reply_log(&job->lines, ask->debug);
	if (!login->found || strcmp(login->who.user, ask->who.user) != 0 ||
	    strcmp(login->config_path, ask->config) != 0) {
		job->served->spent |= login->account.reconfigured;
		vns_login_free(login);
		vns_login_init(login, ask->config, ask->who.user, &job->log);
	}
	login->decided = login->decided && is_same(&login->who, &ask->who);
	login->config_path = ask->config;
	login->who = ask->who;
	login->wanted_cwd = ask->cwd;
	login->kept = &job->kept->loaded;
	login->holder = &job->kept->holder;
	login->announce = announce;
}

static int serve_question(struct job *job, struct vns_error *err)
{
	static int (*const phases[])(struct job *, struct vns_error *) = {
		[VNS_ASK_ACCOUNT] = serve_account,
		[VNS_ASK_OPEN] = serve_session,
		[VNS_ASK_PLACED] = serve_placed,
	};
	struct vns_question last = job->question;
	int rc;

	(void)alarm(VNS_KEEPER_TIME);
	job->served->doing = "took the question";
	job->question = (struct vns_question){ 0 };
	rc = vns_question_take(job->connection, &job->question,
			       &job->served->replaced, err);
	if (rc == 0)
		set_login(job);
	vns_question_free(&last);
	if (rc < 0)
		return rc;
	note_login(job);
	return phases[job->question.ask.phase](job, err);
}

/* After a session's answer, and after a refusal, nothing more is asked. */
static bool asks_again(struct job *job)
{
	struct vns_error ignored;

	if (job->question.ask.phase == VNS_ASK_OPEN || job->served->refused)
		return false;
	(void)alarm(0);
	job->served->doing = "waited for the session's question";
	(void)vns_leader_read(&job->leader, &ignored);
	return vns_question_follows(job->connection, job->kept->keeper);
}

static int serve(struct job *job, struct vns_error *err)
{
	int rc = vns_question_peer(job->connection, &job->leader.process,
				   &job->served->replaced, err);

	do
		rc = rc < 0 ? rc : serve_question(job, err);
	while (rc == 0 && asks_again(job));
	return rc;
}

void vns_serve(int connection, int sessions, struct vns_serve_kept *kept,
	       struct vns_served *served)
{
	AUTOJOB struct job job = {
		.login = { .place = VNS_PLACE_NONE, .cwd = -1 },
		.leader = VNS_LEADER_NONE,
		.terminal = VNS_BINDTTY_NONE,
		.connection = connection,
		.sessions = sessions,
		.kept = kept,
		.served = served,
	};
	struct vns_error err;
	int rc;

	*served = (struct vns_served){ .doing = "took the question",
				       .master = -1 };
	(void)alarm(VNS_KEEPER_TIME);
	rc = serve(&job, &err);
	if (rc < 0 && rc != -ENODATA)
		vns_log_write(&host_log, VNS_LOG_WARNING,
			      "a login by process %d: %s",
			      job.leader.process.pid, err.text);
	served->spent |= (rc < 0 && rc != -ENODATA) ||
			 job.login.account.reconfigured;
	if (!served->placed)
		undo(&job);
	served->master = job.terminal.master;
	(void)alarm(0);
}
