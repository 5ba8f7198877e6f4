/* Counts the records of sessions, where a rule or a definition has a limit. */
#include "keeper/limit.h"

#include "system/deadline.h"
#include "system/lock.h"
#include "system/safefile.h"
#include "vserver/sessions.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* In the sessions' directory; held while sessions are counted and recorded. */
#define LOCK ".limits"
#define LOCK_MS 10000
/*
 * The service that a user has left a moment ago may not have ended its session
 * yet.
 */
#define LEAVING_MS 500
#define STEP_MS 50

struct count {
	const struct vns_login *login;
	const char *user;
	unsigned long all; /* in the vserver */
	unsigned long own; /* of the user, by the rule */
};

bool vns_limit_applies(const struct vns_login *login)
{
	return login->decision.max_sessions > 0 ||
	       login->vserver->max_sessions > 0;
}

/* Two configurations may have rules of the same name. */
static bool add(const vns_session name, const struct vns_strings *record,
		void *context)
{
	struct count *count = context;
	const struct vns_login *login = count->login;

	(void)name;
	/* Its process may have been stopped, and not heard that. */
	if (*vns_fields_get(record, VNS_RECORD_REFUSED))
		return true;
	count->all++;
	if (strcmp(vns_fields_get(record, "user"), count->user) == 0 &&
	    strcmp(vns_fields_get(record, "rule"), login->decision.rule) == 0 &&
	    strcmp(vns_fields_get(record, "config"), login->config_path) == 0)
		count->own++;
	return true;
}

static int compare(struct vns_login *login, const struct count *count,
		   struct vns_error *err)
{
	const unsigned long rules = login->decision.max_sessions;
	const unsigned long vservers = login->vserver->max_sessions;

	login->step = VNS_REFUSAL_LIMIT;
	if (rules > 0 && count->own >= rules) {
		vns_util_format(login->notice, sizeof(login->notice),
				"You have %lu open sessions, and may not have "
				"more. Please end one of them first.",
				count->own);
		return vns_error_set(err, EUSERS,
				     "max_sessions = %lu of the rule: the user "
				     "has %lu sessions",
				     rules, count->own);
	}
	if (vservers > 0 && count->all >= vservers) {
		vns_util_format(login->notice, sizeof(login->notice),
				"Your environment '%s' has %lu open sessions, "
				"and may not have more. Please try again "
				"later.",
				login->vserver->name, count->all);
		return vns_error_set(err, EUSERS,
				     "max_sessions = %lu of vserver \"%s\": it "
				     "has %lu sessions",
				     vservers, login->vserver->name,
				     count->all);
	}
	return 0;
}

static int count_and_compare(struct vns_login *login, bool kept,
			     struct vns_error *err)
{
	struct count count = { .login = login,
			       .user = vns_login_who(login).user };
	int rc = vns_sessions_walk_in(login->config->run_dir,
				      login->vserver->name, kept, add, &count,
				      err);

	return rc < 0 ? rc : compare(login, &count, err);
}

/*
 * Whether the sessions really live, which takes longer to find out, is asked
 * only if there are too many records.
 */
static int check_once(struct vns_login *login, struct vns_error *err)
{
	int rc = count_and_compare(login, true, err);

	return rc == -EUSERS ? count_and_compare(login, false, err) : rc;
}

/* Without a directory there is no lock. */
static int try(struct vns_login *login, int directory, int *lock,
	       struct vns_error *err)
{
	int rc = 0;

	if (directory >= 0)
		rc = vns_lock_take(directory, LOCK, "counting sessions",
				   LOCK_MS, lock, err);
	if (rc == 0)
		rc = check_once(login, err);
	if (rc < 0 && *lock >= 0) {
		vns_safefile_close(lock);
		*lock = -1;
	}
	return rc;
}

int vns_limit_claim(struct vns_login *login, int directory, int *lock,
		    struct vns_error *err)
{
	const int64_t end = vns_deadline_now() + LEAVING_MS;
	int rc;

	if (!vns_limit_applies(login))
		return 0;
	while ((rc = try(login, directory, lock, err)) == -EUSERS &&
	       vns_deadline_now() < end)
		poll(NULL, 0, STEP_MS);
	/*
	 * What is said of a login that waited is not said of one that got in.
	 */
	if (rc == 0)
		login->notice[0] = '\0';
	return rc;
}

int vns_limit_check(struct vns_login *login, struct vns_error *err)
{
	int lock = -1;

	return vns_limit_claim(login, -1, &lock, err);
}
