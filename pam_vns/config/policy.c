/*
 * Tries the rules in their order, those of the user's own file first, and fills
 * in the decision from the first one that matches.
 */
#include "config/policy.h"

#include "config/match.h"
#include "lib/subst.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int match_groups(const struct vns_strings *list,
			const struct vns_policy_groups *groups, bool *matches,
			struct vns_error *err)
{
	bool included = false, any = false;
	size_t i;

	for (i = 0; i < list->count; i++) {
		const char *item = list->items[i];
		bool exclude = item[0] == '!', member = false;
		int rc = groups->member(groups->context, item + exclude,
					&member, err);

		if (rc < 0)
			return rc;
		if (exclude && member) {
			*matches = false;
			return 0;
		}
		any = any || !exclude;
		included = included || (!exclude && member);
	}
	*matches = included || !any;
	return 0;
}

/*
 * A rule that has a pattern, a group or nothing instead of root's name is not
 * meant for root.
 */
static bool match_user(const struct vns_rule *rule, bool own, const char *user,
		       unsigned long uid)
{
	return (uid != 0 || own || vns_match_exact(&rule->users, user)) &&
	       vns_match_glob(&rule->users, user) &&
	       vns_match_uid(&rule->uids, uid);
}

static int match_rule(const struct vns_rule *rule, bool own,
		      const struct vns_who *who, unsigned long uid,
		      const struct vns_policy_groups *groups, bool *matches,
		      struct vns_error *err)
{
	*matches = false;
	if (!match_user(rule, own, who->user, uid) ||
	    !vns_match_glob(&rule->services, who->service) ||
	    !vns_match_tty(&rule->ttys, who->tty) ||
	    !vns_match_rhost(&rule->rhosts, who->rhost))
		return 0;
	return match_groups(&rule->groups, groups, matches, err);
}

static int expand_vserver(const struct vns_rule *rule,
			  const struct vns_who *who, unsigned long uid,
			  const struct vns_policy_groups *groups,
			  vns_name vserver, struct vns_error *err)
{
	const char *group = NULL;
	char number[24];
	int rc = 0;

	if (strstr(rule->vserver, "%g"))
		rc = groups->primary_name(groups->context, &group, err);
	if (rc == 0) {
		const struct vns_subst table[] = {
			{ 'u', who->user, true },
			{ 'U', number, false },
			{ 'g', group, true },
			{ 0, NULL, false },
		};

		snprintf(number, sizeof(number), "%lu", uid);
		rc = vns_subst_expand(rule->vserver, table, vserver,
				      sizeof(vns_name), err);
	}
	if (rc == 0 && !vns_util_name_valid(vserver))
		rc = vns_error_set(err, EINVAL,
				   "\"%s\" is not a valid vserver name",
				   vserver);
	if (rc < 0)
		vns_error_context(err, "rule \"%s\"", rule->name);
	return rc;
}

static int take_rule(const struct vns_rule *rule, const struct vns_who *who,
		     unsigned long uid, const struct vns_policy_groups *groups,
		     struct vns_decision *decision, struct vns_error *err)
{
	decision->rule = rule->name;
	decision->target = rule->target;
	decision->message = rule->message;
	decision->max_sessions = rule->max_sessions;
	decision->open = rule->open.command.count ? &rule->open : NULL;
	decision->close = rule->close.command.count ? &rule->close : NULL;
	if (rule->target != VNS_TARGET_VSERVER)
		return 0;
	return expand_vserver(rule, who, uid, groups, decision->vserver, err);
}

int vns_policy_decide(const struct vns_config *config,
		      const struct vns_config *own, const struct vns_who *who,
		      unsigned long uid, const struct vns_policy_groups *groups,
		      struct vns_decision *decision, struct vns_error *err)
{
	const struct vns_config *tried[] = { own, config };
	size_t from, i;

	memset(decision, 0, sizeof(*decision));
	for (from = own ? 0 : 1; from < 2; from++) {
		for (i = 0; i < tried[from]->rule_count; i++) {
			const struct vns_rule *rule = &tried[from]->rules[i];
			bool matches;
			int rc = match_rule(rule, from == 0, who, uid, groups,
					    &matches, err);

			if (rc < 0) {
				vns_error_context(err, "rule \"%s\"",
						  rule->name);
				return rc;
			}
			if (matches)
				return take_rule(rule, who, uid, groups,
						 decision, err);
		}
	}
	decision->rule = "default";
	decision->target = uid == 0 ? VNS_TARGET_HOST : config->default_target;
	return 0;
}

/* What the rule makes of the user's name may be no vserver's name at all. */
static int rule_reaches(const struct vns_rule *rule, bool own,
			const struct vns_who *who, unsigned long uid,
			const struct vns_policy_groups *groups,
			const char *vserver, bool *reaches,
			struct vns_error *err)
{
	vns_name name;
	int rc;

	*reaches = false;
	if (rule->target != VNS_TARGET_VSERVER ||
	    !match_user(rule, own, who->user, uid))
		return 0;
	rc = expand_vserver(rule, who, uid, groups, name, err);
	if (rc == -EINVAL || rc == -ENAMETOOLONG ||
	    (rc == 0 && strcmp(name, vserver) != 0))
		return 0;
	return rc < 0 ? rc : match_groups(&rule->groups, groups, reaches, err);
}

int vns_policy_reaches(const struct vns_config *config,
		       const struct vns_config *own, const char *user,
		       unsigned long uid,
		       const struct vns_policy_groups *groups,
		       const char *vserver, bool *reaches,
		       struct vns_error *err)
{
	const struct vns_config *tried[] = { own, config };
	const struct vns_who who = { .user = user };
	size_t from, i;
	int rc = 0;

	*reaches = false;
	for (from = own ? 0 : 1; from < 2; from++)
		for (i = 0; rc == 0 && !*reaches && i < tried[from]->rule_count;
		     i++)
			rc = rule_reaches(&tried[from]->rules[i], from == 0,
					  &who, uid, groups, vserver, reaches,
					  err);
	return rc;
}
