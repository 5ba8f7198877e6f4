/*
 * Copies what a login has found into an answer, looks up what the process
 * inside will have to know of users and groups, and sends it with descriptors.
 */
#include "keeper/reply.h"

#include "config/environment.h"
#include "login/find.h"
#include "system/cgroup.h"
#include "system/parcel.h"
#include "system/safefile.h"
#include "vserver/cgsession.h"
#include "vserver/confine.h"

#include <stdio.h>

static void add_line(void *context, enum vns_log_level level, const char *text)
{
	struct vns_reply_lines *lines = context;
	char line[VNS_LOG_LINE + 8];

	snprintf(line, sizeof(line), "%d %s", (int)level, text);
	if (vns_strings_add(&lines->list, line) < 0)
		lines->lost = true;
}

struct vns_log vns_reply_log(struct vns_reply_lines *lines, bool debug)
{
	return (struct vns_log){
		.write = add_line,
		.context = lines,
		.debug = debug,
	};
}

/* What the definition says of variables, and what the module tells by them. */
static int add_environment(struct vns_answer *answer,
			   const struct vns_login *login, struct vns_error *err)
{
	const struct vns_vserver *vserver = login->vserver;
	struct vns_strings *list = &answer->environment;
	char context[24];
	int rc = vns_environment_expand(vserver, &login->account.pw, list, err);

	if (rc < 0)
		return rc;
	snprintf(context, sizeof(context), "%lu", vserver->context);
	if (vns_strings_add_variable(list, "VNS_NAME", vserver->name) < 0 ||
	    (vserver->context != 0 &&
	     vns_strings_add_variable(list, "VNS_CONTEXT", context) < 0))
		return vns_error_memory(err);
	return 0;
}

/* What the process inside is to know, and nothing else (frozen.h). */
static int add_identity(struct vns_answer *answer, struct vns_login *login,
			struct vns_account *root, struct vns_error *err)
{
	int rc = vns_account_load_groups(&login->account, err);

	if (rc == 0)
		rc = vns_account_group_id("tty", &answer->tty, &answer->has_tty,
					  err);
	if (rc < 0)
		return rc;
	answer->user = login->account.pw;
	answer->groups = login->account.groups;
	answer->group_count = login->account.group_count;
	if (answer->user.pw_uid == 0)
		return 0;
	rc = vns_account_find("root", root, err);
	if (rc == 0)
		answer->root = root->pw;
	return rc == -ENOENT ? 0 : rc;
}

static int open_cgroup(const struct vns_login *login, int *procs,
		       struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	int rc = vns_cgsession_open(login->vserver, &login->place, &directory,
				    err);

	if (rc < 0 || directory < 0)
		return rc;
	return vns_cgroup_open_procs(directory, procs, err);
}

/* Lists the descriptors that there are, in the order of the answer. */
static size_t list_fds(const struct vns_login *login, int cgroup, unsigned *set,
		       int fds[VNS_ANSWER_FDS])
{
	const int others[VNS_ANSWER_FDS] = {
		[VNS_ANSWER_ROOT] = login->place.root,
		[VNS_ANSWER_GUARD] = login->place.guard,
		[VNS_ANSWER_PROCESS] = login->place.process,
		[VNS_ANSWER_CWD] = login->cwd,
		[VNS_ANSWER_CGROUP] = cgroup,
	};
	size_t count = 0;
	int i;

	*set = 0;
	for (i = 0; i < VNS_ANSWER_FDS; i++) {
		int fd = i < VNS_NS_COUNT ? login->place.ns[i] : others[i];

		if (fd < 0)
			continue;
		*set |= VNS_ANSWER_FDSET(i);
		fds[count++] = fd;
	}
	return count;
}

static int send_answer(int connection, const struct vns_answer *answer,
		       const int *fds, size_t count, struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc = vns_answer_pack(answer, &text, &length, err);

	if (rc < 0)
		return rc;
	rc = vns_parcel_send(connection, text, length, fds, count);
	return rc < 0 ? vns_error_errno(err, -rc, "answering the login") : 0;
}

int vns_reply_refuse(int connection, struct vns_error *err)
{
	const struct vns_answer answer = { .kind = VNS_ANSWER_REFUSE };

	return send_answer(connection, &answer, NULL, 0, err);
}

static int send_identity(int connection, struct vns_answer *answer,
			 struct vns_login *login, bool *placed,
			 struct vns_error *err)
{
	VNS_AUTOACCOUNT struct vns_account root = { 0 };
	int rc = add_identity(answer, login, &root, err);

	if (rc < 0)
		return rc;
	*placed = true;
	return send_answer(connection, answer, NULL, 0, err);
}

static int send_place(int connection, struct vns_answer *answer,
		      struct vns_login *login, struct vns_error *err)
{
	VNS_AUTOCLOSE int cgroup = -1;
	const bool user = login->place.ns[VNS_NS_USER] >= 0;
	struct vns_confinement confinement = { .passed = 0 };
	int fds[VNS_ANSWER_FDS];
	char message[256];
	size_t count;
	int rc = open_cgroup(login, &cgroup, err);

	if (rc == 0)
		rc = vns_confine_find(login->vserver, &login->place,
				      &confinement, err);
	if (rc == 0)
		rc = add_environment(answer, login, err);
	if (rc < 0)
		return rc;
	snprintf(message, sizeof(message),
		 "Your home directory does not exist in your environment '%s'.",
		 login->vserver->name);
	answer->message = login->home_missing ? message : NULL;
	answer->capabilities = confinement.passed;
	answer->kept = confinement.kept;
	answer->no_new_privs = confinement.restriction.no_new_privs;
	answer->seccomp = confinement.restriction.calls;
	answer->restarts = vns_find_restarts(login);
	answer->has_ids = user;
	answer->outside_uid = user ? login->outside_uid : 0;
	answer->outside_gid = user ? login->outside_gid : 0;
	answer->owner = login->place.owner;
	count = list_fds(login, cgroup, &answer->descriptors, fds);
	return send_answer(connection, answer, fds, count, err);
}

/* What a refused user is told; NULL: what the module says without a reason. */
static const char *find_notice(struct vns_login *login)
{
	if (!login->notice[0] && login->vserver)
		vns_util_format(login->notice, sizeof(login->notice),
				"Your environment '%s' cannot be entered. "
				"Please tell the administrator.",
				login->vserver->name);
	return login->notice[0] ? login->notice : NULL;
}

int vns_reply_send(int connection, enum vns_answer_kind kind,
		   struct vns_login *login, const struct vns_reply_lines *lines,
		   bool *placed, struct vns_error *err)
{
	struct vns_answer answer = { .kind = kind, .log = lines->list };
	char facts[VNS_LOG_FACTS];
	int rc;

	/* Nobody goes on of whom the log does not know. */
	if (lines->lost && kind != VNS_ANSWER_REFUSE)
		return vns_error_memory(err);
	vns_login_describe(login, facts);
	answer.trace = facts;
	if (kind == VNS_ANSWER_REFUSE)
		answer.notice = find_notice(login);
	if (kind == VNS_ANSWER_PLACE ||
	    (kind == VNS_ANSWER_MAY && login->vserver))
		answer.vserver = login->vserver->name;
	if (kind == VNS_ANSWER_PLACE)
		rc = send_place(connection, &answer, login, err);
	else if (kind == VNS_ANSWER_IDENTITY)
		rc = send_identity(connection, &answer, login, placed, err);
	else
		rc = send_answer(connection, &answer, NULL, 0, err);
	vns_strings_free(&answer.environment);
	return rc;
}
