/*
 * Collects the names of all who may be users of the vserver, and looks each of
 * them up.
 */
#include "login/roster.h"

#include "config/definition.h"
#include "config/load.h"
#include "lib/username.h"

#include <errno.h>
#include <string.h>

struct roster {
	const char *config_path;
	const struct vns_vserver *vserver;
	const struct vns_log *log;
	struct vns_load_kept kept;
	struct vns_idrange range;
	struct vns_strings names;
	struct vns_idmap_more *more;
};

static int add_name(struct roster *roster, const char *name,
		    struct vns_error *err)
{
	return vns_strings_add(&roster->names, name) < 0 ?
		       vns_error_memory(err) :
		       0;
}

/* A pattern, or somebody who is left out, names nobody. */
static bool is_name(const char *item)
{
	return item[0] != '!' && !strpbrk(item, "*?[");
}

static int add_rule(struct roster *roster, const struct vns_rule *rule,
		    struct vns_error *err)
{
	size_t i;
	int rc = 0;

	if (rule->target != VNS_TARGET_VSERVER)
		return 0;
	for (i = 0; rc == 0 && i < rule->users.count; i++)
		if (is_name(rule->users.items[i]))
			rc = add_name(roster, rule->users.items[i], err);
	for (i = 0; rc == 0 && i < rule->groups.count; i++)
		if (is_name(rule->groups.items[i]))
			rc = vns_account_members(rule->groups.items[i],
						 &roster->names, err);
	return rc;
}

static int add_names(struct roster *roster, struct vns_error *err)
{
	const struct vns_config *config = roster->kept.config;
	const char *instance = roster->vserver->instance;
	vns_username user;
	size_t i;
	int rc = 0;

	if (instance && vns_username_decode(instance, user, sizeof(user)))
		rc = add_name(roster, user, err);
	if (rc == 0)
		rc = vns_load_users(config, &roster->names, err);
	for (i = 0; rc == 0 && i < config->rule_count; i++)
		rc = add_rule(roster, &config->rules[i], err);
	vns_strings_unique(&roster->names);
	return rc;
}

static int add_ids(struct roster *roster, struct vns_account *account,
		   struct vns_error *err)
{
	struct vns_idmap_more *more = roster->more;
	size_t i;
	int rc = vns_account_load_groups(account, err);

	if (rc < 0)
		return rc;
	vns_idmap_add(&more->users, &roster->range, account->pw.pw_uid);
	vns_idmap_add(&more->groups, &roster->range, account->pw.pw_gid);
	for (i = 0; i < account->group_count; i++)
		vns_idmap_add(&more->groups, &roster->range,
			      account->groups[i]);
	return 0;
}

/* With asked the user counts wherever the rules place them. */
static int add_user(struct roster *roster, const char *name, bool asked,
		    struct vns_error *err)
{
	struct vns_login login;
	bool reaches = false;
	int rc;

	vns_login_init(&login, roster->config_path, name, roster->log);
	login.kept = &roster->kept;
	rc = vns_login_reaches(&login, roster->vserver->name, &reaches, err);
	if (rc == 0 && (reaches || asked))
		rc = add_ids(roster, &login.account, err);
	else if (rc == -ENOENT && !asked)
		rc = 0;
	vns_login_free(&login);
	if (rc < 0)
		vns_error_context(err, "map: the ids of user \"%s\"", name);
	return rc;
}

static int add_all(struct roster *roster, const char *first,
		   struct vns_error *err)
{
	const struct vns_idmap_more *more = roster->more;
	size_t i;
	int rc = vns_load_config_kept(roster->config_path, &roster->kept, err);

	if (rc == 0)
		rc = add_names(roster, err);
	if (rc == 0 && first)
		rc = add_user(roster, first, true, err);
	for (i = 0; rc == 0 && i < roster->names.count; i++)
		rc = add_user(roster, roster->names.items[i], false, err);
	if (rc == 0 && more->users.missed + more->groups.missed > 0)
		vns_log_write(roster->log, VNS_LOG_WARNING,
			      "vserver \"%s\": map has room for %lu users and "
			      "%lu groups beyond user_namespace; %zu of its "
			      "users' and groups' ids are left out",
			      roster->vserver->name, VNS_IDMAP_SINGLES_MAX,
			      VNS_IDMAP_SINGLES_MAX,
			      more->users.missed + more->groups.missed);
	return rc;
}

int vns_roster_find(const char *config_path, const struct vns_vserver *vserver,
		    const char *first, const struct vns_log *log,
		    struct vns_idmap_more *more, struct vns_error *err)
{
	struct roster roster = {
		.config_path = config_path,
		.vserver = vserver,
		.log = log,
		.range.count = VNS_IDRANGE_AUTO_COUNT,
		.more = more,
	};
	int rc;

	/* This fails for "auto". */
	if (vserver->user_namespace)
		(void)vns_idrange_parse(vserver->user_namespace, &roster.range);
	rc = add_all(&roster, first, err);
	vns_strings_free(&roster.names);
	vns_load_forget(&roster.kept);
	return rc;
}
