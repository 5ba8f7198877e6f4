/*
 * Runs the close hooks of a session that has ended by its record, and stops a
 * vserver that nobody is in any more.
 */
#include "keeper/close.h"

#include "config/definition.h"
#include "config/load.h"
#include "keeper/terminal.h"
#include "native/idle.h"
#include "system/channel.h"
#include "system/deadline.h"
#include "system/hostlog.h"
#include "system/safefile.h"
#include "vserver/hook.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>

/* A key of a record that was claimed: see note(). */
#define NOTED "noted"
/* The close hooks of all sessions, of the rule, and of the vserver. */
#define HOOKS 3

/*
 * How long to wait for a process. If there are no pidfds, its end is not
 * noticed at once.
 */
#define LOOK_MS 60000
/* For something that follows at once, but is done by another process. */
#define SOON_MS 100
#define LOG_MS 10000
/* After an error that may pass. */
#define AGAIN_MS 5000

/* Hooks and stops do not wait for a log that nobody reads. */
static void write_log(void *context, enum vns_log_level level, const char *text)
{
	(void)context;
	(void)vns_hostlog_write((int)level, text, LOG_MS);
}

static const struct vns_log host_log = { .write = write_log };

/* All lines about a session have the same facts. */
static void log_session(const struct vns_strings *record,
			enum vns_log_level level, const char *word,
			const char *reason)
{
	const struct vns_who who = vns_record_who(record);
	char facts[VNS_LOG_FACTS];

	vns_log_login(facts, &who, vns_fields_get(record, "rule"),
		      vns_fields_get(record, "vserver"),
		      vns_fields_get(record, "pid"));
	vns_log_trace(&host_log, level, word, facts, reason);
}

static void run_hook(const struct vns_strings *record,
		     const struct vns_hook *hook)
{
	struct vns_hook_facts facts = {
		.hook = "close",
		.who = vns_record_who(record),
		.type = "close_session",
		.vserver = vns_fields_get(record, "vserver"),
		.instance = vns_fields_get(record, "instance"),
		.root = vns_fields_get(record, "root"),
	};
	struct vns_spawn_said said;
	struct vns_error err;

	vns_fields_number(record, "context", &facts.context);
	if (vns_hook_run(hook, &facts, &said, &err) == 0)
		return;
	vns_hook_explain(&said, &err);
	log_session(record, VNS_LOG_WARNING, "failed", err.text);
}

/*
 * Notes what is about to be done: whoever goes on with the record after this
 * process was killed does not do it again.
 */
static void note(int sessions, const vns_session claimed)
{
	struct vns_error err;

	if (vns_sessions_append(sessions, claimed, NOTED, "1", &err) < 0)
		vns_log_write(&host_log, VNS_LOG_WARNING, "%s", err.text);
}

static size_t count_notes(const struct vns_strings *record)
{
	size_t i, count = 0;

	for (i = 0; i < record->count; i++)
		if (vns_fields_value(record->items[i], NOTED))
			count++;
	return count;
}

/*
 * Runs the vserver's hook first and that of all sessions last, in the reverse
 * order of the open hooks, but for so many that have been run already.
 */
static void run_hooks(const struct vns_strings *record, int sessions,
		      const vns_session claimed, size_t run)
{
	struct vns_hook hooks[HOOKS] = { 0 };
	size_t at = 0, count = 0;

	while (count < HOOKS &&
	       vns_record_next_hook(record, &at, &hooks[count]) > 0)
		count++;
	while (count > 0) {
		count--;
		if (run == 0) {
			note(sessions, claimed);
			run_hook(record, &hooks[count]);
		} else {
			run--;
		}
		vns_strings_free(&hooks[count].command);
	}
}

/* Waits until the process ends, but with a limit: pidfds may be used up. */
static void wait_for_process(int pid)
{
	VNS_AUTOCLOSE int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd fds = { .fd = pidfd, .events = POLLIN };

	poll(&fds, 1,
	     pidfd < 0 && errno != ESRCH ? AGAIN_MS :
	     pidfd < 0			 ? 0 :
					   LOOK_MS);
}

/* Loads the vserver's definition as it is now. */
static int load(const struct vns_strings *record, struct vns_config **config,
		struct vns_vserver **vserver, struct vns_error *err)
{
	int rc = vns_load_config(vns_fields_get(record, "config"), config, err);

	return rc < 0 ? rc :
			vns_load_vserver(*config,
					 vns_fields_get(record, "vserver"),
					 vserver, err);
}

/*
 * Stops the vserver once no process is inside. due is NULL where the stop was
 * not put off; a later session puts it off anew.
 */
static int stop_idle(const struct vns_config *config,
		     const struct vns_vserver *vserver,
		     const struct vns_due *due, bool *stopped,
		     struct vns_error *err)
{
	struct vns_idle idle = VNS_IDLE;
	int rc = 0;

	while (rc == 0 && !(due && vns_due_replaced(due))) {
		rc = vns_idle_stop(config, vserver, &host_log, &idle, err);
		if (rc == -EBUSY) {
			poll(NULL, 0, AGAIN_MS);
			rc = 0;
			continue;
		}
		if (rc < 0 || idle.process == 0)
			break;
		wait_for_process(idle.process);
	}
	*stopped = idle.stopped;
	return rc;
}

/*
 * Stops the vserver of a record or of a note, or, without due, notes when that
 * is to be done: *when, which stays 0 otherwise.
 */
static void end_vserver(const struct vns_strings *record,
			const struct vns_due *due, int64_t *when)
{
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err;
	bool stopped = false;
	int rc = load(record, &config, &vserver, &err);

	if (rc == 0 &&
	    (vserver->stop != VNS_STOP_LAST_LOGOUT || !vserver->root))
		return;
	if (rc == 0 && !due && vserver->stop_delay > 0)
		rc = vns_due_note(record, vserver->stop_delay, when, &err);
	else if (rc == 0)
		rc = stop_idle(config, vserver, due, &stopped, &err);
	if (rc < 0)
		vns_log_write(&host_log, VNS_LOG_WARNING,
			      "stopping vserver %s after the last logout: %s",
			      vns_fields_get(record, "vserver"), err.text);
	else if (stopped)
		vns_log_write(&host_log, VNS_LOG_INFO,
			      "stopped vserver=%s after the last logout",
			      vserver->name);
}

void vns_close_due(const struct vns_due *due)
{
	int64_t ignored = 0;

	end_vserver(&due->fields, due, &ignored);
	vns_due_remove(due);
}

static void see_to(const struct vns_due *due, void *context)
{
	(void)context;
	vns_close_due(due);
}

/*
 * Tells the keeper when a vserver is to be stopped. If it has ended, the next
 * one may have looked for notes already.
 */
static void tell_keeper(const struct vns_office *office, int64_t when)
{
	const struct vns_office_note note = { .word = VNS_OFFICE_STOP,
					      .when = when };
	int64_t now;

	if (vns_channel_send(office->door, &note, sizeof(note), NULL, 0, 0) ==
	    0)
		return;
	while ((now = vns_deadline_now()) < when)
		poll(NULL, 0, (int)(when - now));
	(void)vns_due_walk(now, see_to, NULL);
}

/*
 * Removes the terminal. If another session is still on it, returns a process of
 * that session, else 0.
 */
static unsigned long release(const struct vns_strings *record,
			     struct vns_bindtty *terminal)
{
	unsigned long process;
	struct vns_error err;

	if (vns_terminal_release(record, terminal, &process, &err) < 0)
		vns_log_write(&host_log, VNS_LOG_WARNING, "%s", err.text);
	return process;
}

static void release_last(const struct vns_strings *record,
			 struct vns_bindtty *terminal)
{
	unsigned long process;

	while ((process = release(record, terminal)) > 0) {
		wait_for_process((int)process);
		/* The keeper is to notice the end of that session, too. */
		poll(NULL, 0, SOON_MS);
	}
}

/* What the keeper does not know that has only found the record. */
static bool may_have_begun(const struct vns_strings *record)
{
	if (*vns_fields_get(record, VNS_RECORD_REFUSED))
		return false;
	return !*vns_fields_get(record, "close") ||
	       *vns_fields_get(record, VNS_RECORD_PLACED);
}

/* The first thing that is noted is the line for the log. */
static void see_out(const struct vns_strings *record, int sessions,
		    const vns_session claimed)
{
	size_t noted = count_notes(record);

	if (noted == 0) {
		note(sessions, claimed);
		log_session(record, VNS_LOG_INFO, "closed", NULL);
		noted = 1;
	}
	run_hooks(record, sessions, claimed, noted - 1);
}

void vns_close_session(const struct vns_office *office, const vns_session name,
		       bool entered, int master)
{
	const int sessions = office->sessions;
	int64_t when = 0;
	struct vns_sessions_claim claim;
	struct vns_bindtty terminal;
	struct vns_strings record;
	struct vns_error err;
	int rc = vns_sessions_claim(sessions, name, &claim, &err);

	if (rc < 0) {
		if (rc != -ENOENT)
			vns_log_write(&host_log, VNS_LOG_WARNING,
				      "a session's record: %s", err.text);
		return;
	}
	record = claim.record;
	claim.record = (struct vns_strings){ 0 };
	entered = entered && may_have_begun(&record);
	terminal = vns_terminal_recorded(&record, master);
	if (!entered)
		/* Nobody is to go on with it. */
		vns_sessions_forget(sessions, claim.name);
	(void)release(&record, &terminal);
	if (entered)
		see_out(&record, sessions, claim.name);
	vns_sessions_remove(sessions, &claim);
	release_last(&record, &terminal);
	vns_bindtty_close(&terminal);
	if (strcmp(vns_fields_get(&record, "stop"), "last-logout") == 0)
		end_vserver(&record, NULL, &when);
	if (when > 0)
		tell_keeper(office, when);
	vns_strings_free(&record);
}
