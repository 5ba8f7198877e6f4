/*
 * Reads the configuration, looks up the user and applies the rules, and words
 * what the user and the log are told of the result.
 */
#include "login/login.h"

#include "config/definition.h"
#include "system/safefile.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

void vns_login_init(struct vns_login *login, const char *config_path,
		    const char *user, const struct vns_log *log)
{
	memset(login, 0, sizeof(*login));
	login->config_path = config_path;
	login->who.user = user;
	login->log = log;
	login->place = VNS_PLACE_NONE;
	login->cwd = -1;
}

void vns_login_free(struct vns_login *login)
{
	if (!login->kept)
		vns_config_free(login->config);
	vns_config_free(login->own);
	/*
	 * Before vserver is set nothing is open; in a login that was not
	 * initialised, the descriptors are not even -1.
	 */
	if (login->vserver)
		vns_safefile_close(&login->cwd);
	if (!login->kept)
		vns_config_free_vserver(login->vserver);
	vns_account_free(&login->account);
	vns_place_close(&login->place);
}

struct vns_who vns_login_who(const struct vns_login *login)
{
	struct vns_who who = login->who;

	who.user = login->account.pw.pw_name;
	return who;
}

struct group_context {
	struct vns_account *account;
	char *primary;
};

static int ask_member(void *context, const char *group, bool *is_member,
		      struct vns_error *err)
{
	struct group_context *groups = context;

	return vns_account_in_group(groups->account, group, is_member, err);
}

static int ask_primary(void *context, const char **name, struct vns_error *err)
{
	struct group_context *groups = context;
	int rc = 0;

	if (!groups->primary)
		rc = vns_account_group_name(groups->account->pw.pw_gid,
					    &groups->primary, err);
	*name = groups->primary;
	return rc;
}

/*
 * Patterns must match the same whoever calls. In su the locale is the one of
 * the invoking user, and in some locales [a-z] does not contain every letter.
 */
static locale_t use_plain_locale(void)
{
	/* The "C" locale always exists, and needs no memory. */
	return uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
}

static int apply_policy(struct vns_login *login, struct vns_error *err)
{
	struct group_context context = { &login->account, NULL };
	const struct vns_policy_groups groups = { ask_member, ask_primary,
						  &context };
	const struct vns_who who = vns_login_who(login);
	int rc = vns_policy_decide(login->config, login->own, &who,
				   login->account.pw.pw_uid, &groups,
				   &login->decision, err);

	free(context.primary);
	return rc;
}

static int ask_reaches(struct vns_login *login, const char *vserver,
		       bool *reaches, struct vns_error *err)
{
	struct group_context context = { &login->account, NULL };
	const struct vns_policy_groups groups = { ask_member, ask_primary,
						  &context };
	int rc = vns_policy_reaches(login->config, login->own,
				    login->account.pw.pw_name,
				    login->account.pw.pw_uid, &groups, vserver,
				    reaches, err);

	free(context.primary);
	return rc;
}

/* For what the decision points into, before it is freed. */
static void forget_decision(struct vns_login *login)
{
	login->decided = false;
	login->decision = (struct vns_decision){ 0 };
}

static int load(struct vns_login *login, struct vns_error *err)
{
	int rc;

	if (!login->kept)
		return vns_load_config(login->config_path, &login->config, err);
	/* What was read of it a moment ago is still true of its directories. */
	if (login->config && vns_load_same_config(login->kept))
		return 0;
	forget_decision(login);
	/* Other directories may have a vserver of the same name. */
	vns_place_close(&login->place);
	rc = vns_load_config_kept(login->config_path, login->kept, err);
	login->config = login->kept->config;
	return rc;
}

static int load_own(struct vns_login *login, struct vns_error *err)
{
	if (login->own || login->config->user_dir)
		forget_decision(login);
	vns_config_free(login->own);
	login->own = NULL;
	return vns_load_user(login->config, login->account.pw.pw_name,
			     &login->own, err);
}

static int read_all(struct vns_login *login, struct vns_error *err)
{
	int rc;

	login->step = VNS_REFUSAL_CONFIG;
	rc = load(login, err);
	if (rc < 0)
		return rc;
	login->config->holder = login->holder;
	login->step = VNS_REFUSAL_ACCOUNT;
	if (!login->found)
		rc = vns_account_find(login->who.user, &login->account, err);
	if (rc < 0)
		return rc;
	login->found = true;
	login->step = VNS_REFUSAL_CONFIG;
	return load_own(login, err);
}

static int decide(struct vns_login *login, struct vns_error *err)
{
	int rc = read_all(login, err);

	if (rc < 0)
		return rc;
	login->step = VNS_REFUSAL_ACCOUNT;
	if (!login->decided)
		rc = apply_policy(login, err);
	if (rc < 0)
		return rc;
	login->decided = true;
	login->step = VNS_REFUSAL_RULE;
	return 0;
}

int vns_login_decide(struct vns_login *login, struct vns_error *err)
{
	locale_t callers = use_plain_locale();
	int rc;

	login->notice[0] = '\0';
	rc = decide(login, err);
	uselocale(callers);
	if (rc < 0)
		vns_util_format(login->notice, sizeof(login->notice),
				"Your login cannot be set up now. Please tell "
				"the administrator.");
	else if (login->decision.target == VNS_TARGET_DENY)
		vns_util_format(login->notice, sizeof(login->notice), "%s",
				login->decision.message ?
					login->decision.message :
					"This account may not log in here.");
	return rc;
}

int vns_login_reaches(struct vns_login *login, const char *vserver,
		      bool *reaches, struct vns_error *err)
{
	locale_t callers = use_plain_locale();
	int rc = read_all(login, err);

	if (rc == 0)
		rc = ask_reaches(login, vserver, reaches, err);
	uselocale(callers);
	return rc;
}

void vns_login_describe(const struct vns_login *login,
			char facts[VNS_LOG_FACTS])
{
	vns_log_login(facts, &login->who, login->decision.rule,
		      login->decision.vserver, NULL);
}

void vns_login_trace(const struct vns_login *login, enum vns_log_level level,
		     const char *result, const char *reason)
{
	char facts[VNS_LOG_FACTS];

	vns_login_describe(login, facts);
	vns_log_trace(login->log, level, result, facts, reason);
}
