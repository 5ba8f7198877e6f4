/* Puts together the record of a session from what is known of its login. */
#include "keeper/begin.h"

#include "config/lifecycle.h"
#include "keeper/limit.h"
#include "system/safefile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A key of a record: see struct vns_ask. */
#define ATTEMPT "attempt"

/* Returns 0 or -ENOMEM. */
static int add_number(struct vns_strings *record, const char *key,
		      unsigned long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", number);
	return vns_fields_add(record, key, text);
}

int vns_leader_read(struct vns_leader *leader, struct vns_error *err)
{
	int rc;

	if (leader->boot)
		return 0;
	rc = vns_process_start_time(&leader->process, &leader->ticks, err);
	return rc < 0 ? rc : vns_process_boot(&leader->boot, err);
}

void vns_leader_free(struct vns_leader *leader)
{
	vns_process_close(&leader->process);
	free(leader->boot);
	*leader = VNS_LEADER_NONE;
}

static int add_leader(struct vns_strings *record, struct vns_leader *leader,
		      struct vns_error *err)
{
	int rc = vns_leader_read(leader, err);

	if (rc < 0)
		return rc;
	if (add_number(record, "pid", (unsigned)leader->process.pid) < 0 ||
	    add_number(record, "ticks", leader->ticks) < 0 ||
	    vns_fields_add(record, "boot", leader->boot) < 0 ||
	    add_number(record, "since", (unsigned long long)time(NULL)) < 0)
		return vns_error_memory(err);
	return 0;
}

static int add_vserver(struct vns_strings *record,
		       const struct vns_vserver *vserver)
{
	if (vns_fields_add(record, "vserver", vserver->name) < 0 ||
	    vns_fields_add(record, "instance", vserver->instance) < 0 ||
	    vns_fields_add(record, "root", vserver->root) < 0)
		return -ENOMEM;
	return vserver->context ?
		       add_number(record, "context", vserver->context) :
		       0;
}

static int make_record(const struct vns_login *login, struct vns_leader *leader,
		       const struct vns_ask *ask, struct vns_strings *record,
		       struct vns_error *err)
{
	const struct vns_vserver *vserver = login->vserver;
	const bool stops = vserver->stop == VNS_STOP_LAST_LOGOUT;
	const struct vns_who who = vns_login_who(login);

	if (vns_record_add_who(record, &who) < 0 ||
	    vns_fields_add(record, "terminal", ask->terminal) < 0 ||
	    vns_fields_add(record, ATTEMPT, ask->attempt) < 0 ||
	    vns_fields_add(record, "rule", login->decision.rule) < 0 ||
	    add_vserver(record, vserver) < 0 ||
	    vns_fields_add(record, "config", login->config_path) < 0 ||
	    vns_fields_add(record, "run_dir", login->config->run_dir) < 0 ||
	    vns_fields_add(record, "stop", stops ? "last-logout" : NULL) < 0 ||
	    vns_record_add_hook(record, &login->config->close) < 0 ||
	    vns_record_add_hook(record, login->decision.close) < 0 ||
	    vns_record_add_hook(record, &vserver->close) < 0)
		return vns_error_memory(err);
	return add_leader(record, leader, err);
}

int vns_begin_record(struct vns_login *login, struct vns_leader *leader,
		     const struct vns_ask *ask, int directory, vns_session name,
		     struct vns_error *err)
{
	VNS_AUTOCLOSE int counting = -1;
	struct vns_strings record = { 0 };
	int rc = vns_limit_claim(login, directory, &counting, err);

	if (rc == -EUSERS)
		return rc;
	if (rc == 0)
		rc = make_record(login, leader, ask, &record, err);
	if (rc == 0)
		rc = vns_sessions_write(directory, &record, name, err);
	vns_strings_free(&record);
	if (rc < 0)
		vns_error_context(err, "recording the session");
	return rc;
}

struct stale {
	unsigned long pid;
	const char *attempt;
	int directory;
};

static bool forget(const vns_session name, const struct vns_strings *record,
		   void *context)
{
	const struct stale *stale = context;
	unsigned long pid;

	if (vns_fields_number(record, "pid", &pid) && pid == stale->pid &&
	    strcmp(vns_fields_get(record, ATTEMPT), stale->attempt) == 0)
		vns_sessions_forget(stale->directory, name);
	return true;
}

void vns_begin_forget(const struct vns_leader *leader,
		      const struct vns_ask *ask, int directory)
{
	struct stale stale = { (unsigned long)leader->process.pid,
			       ask->attempt ? ask->attempt : "", directory };
	struct vns_error ignored;

	/* Only of processes that live: so it is this one. */
	(void)vns_sessions_walk(NULL, false, forget, &stale, &ignored);
}

static unsigned hook_time(const struct vns_hook *hook)
{
	return hook && hook->command.count > 0 ? hook->timeout : 0;
}

unsigned vns_begin_time(const struct vns_login *login)
{
	const struct vns_vserver *vserver = login->vserver;

	return hook_time(&login->config->open) +
	       hook_time(login->decision.open) + hook_time(&vserver->open) +
	       (vserver->root ?
			2 * vns_config_lifecycle_time(login->config, vserver) :
			0);
}

bool vns_begin_is_late(const struct vns_login *login, const struct vns_ask *ask)
{
	return vns_begin_time(login) == 0 && !ask->terminal &&
	       login->vserver->stop != VNS_STOP_LAST_LOGOUT &&
	       !vns_limit_applies(login);
}
