/*
 * Says what each module may return to root, to another user and to a refused
 * one, and has stacks evaluated by that.
 */
#include "pamd/judge.h"

#include <string.h>

/* By Linux-PAM's numbers: the code with which our module refuses. */
#define PERM_DENIED 6
/* And the one by which a user is to change the password first. */
#define NEW_AUTHTOK_REQD 12
#define UNIX_MODULE "pam_unix.so"

const char *vns_judge_refused(const char *service)
{
	static const char common[] = "every service includes it, those too "
				     "that must work on the host; name the "
				     "services that users log in by";
	static const struct {
		const char *name, *why;
	} refused[] = {
		{ "system-auth", common },
		{ "system-auth-ac", common },
		{ "password-auth", common },
		{ "password-auth-ac", common },
		{ "fingerprint-auth", common },
		{ "smartcard-auth", common },
		{ "postlogin", common },
		{ "postlogin-ac", common },
		{ "other", "it is for all services that have no file of their "
			   "own" },
		{ "systemd-user", "it is for systemd's manager of a user's "
				  "services, which runs on the host; its "
				  "users could not log in any more" },
		{ "runuser", "root runs programs of the host's with it, as "
			     "other users" },
		{ "runuser-l", "root runs programs of the host's with it, as "
			       "other users" },
	};
	size_t i;

	if (strncmp(service, "common-", strlen("common-")) == 0)
		return common;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (strcmp(service, refused[i].name) == 0)
			return refused[i].why;
	return NULL;
}

/* Whether the line places users, or in the account phase refuses them. */
static bool places(const struct vns_pamstack_line *line)
{
	return vns_pamstack_places(line, VNS_JUDGE_MODULE);
}

/*
 * What a module may return to a user whose uid is not 0. An unknown module may
 * return anything.
 */
static uint32_t of_user(void *context, const struct vns_pamstack_rule *rule)
{
	(void)context;
	if (vns_pamstack_is(rule->line, "pam_permit.so"))
		return VNS_PAMSTACK_SUCCEEDS;
	if (vns_pamstack_is(rule->line, "pam_deny.so") ||
	    vns_pamstack_tells_root(rule->line))
		return VNS_PAMSTACK_FAILS;
	return UINT32_MAX;
}

/* What a module may return to such a user, if our module refuses the user. */
static uint32_t of_refused(void *context, const struct vns_pamstack_rule *rule)
{
	return places(rule->line) ? VNS_PAMSTACK_FAILS : of_user(context, rule);
}

static struct vns_pamstack_verdict evaluate(const struct vns_pamstack *stack,
					    vns_pamstack_outcome *outcome)
{
	return vns_pamstack_evaluate(stack, VNS_JUDGE_MODULE, outcome, NULL);
}

uint32_t vns_judge_root(const struct vns_pamstack_line *line)
{
	static const char *const choosy[] = {
		"pam_succeed_if.so", "pam_localuser.so", "pam_rootok.so",
		"pam_listfile.so", "pam_wheel.so"
	};
	size_t i;

	if (vns_pamstack_is(line, "pam_deny.so"))
		return VNS_PAMSTACK_FAILS;
	if (vns_pamstack_tells_root(line))
		return VNS_PAMSTACK_SUCCEEDS;
	for (i = 0; i < sizeof(choosy) / sizeof(choosy[0]); i++)
		if (vns_pamstack_is(line, choosy[i]))
			return UINT32_MAX;
	return VNS_PAMSTACK_SUCCEEDS | UINT32_C(1) << VNS_PAMSTACK_IGNORED;
}

/* Finds the first rule that places users; returns count where there is none. */
static size_t find_placing(const struct vns_pamstack *stack)
{
	size_t i;

	for (i = 0; i < stack->count; i++)
		if (!stack->rules[i].wrong && places(stack->rules[i].line))
			break;
	return i;
}

/*
 * Whether a rule can end the stack with success, or jump over our rule at ours.
 */
static bool skips(const struct vns_pamstack *stack, size_t at, size_t ours)
{
	const struct vns_pamstack_rule *rule = &stack->rules[at];
	const unsigned level = ours < stack->count ? stack->rules[ours].level :
						     0;
	const uint32_t outcomes = of_user(NULL, rule);
	unsigned code;
	bool found;

	for (code = 0; code < VNS_PAMSTACK_CODES; code++) {
		int action = rule->line->actions[code];

		if (!(outcomes >> code & 1))
			continue;
		if (action == VNS_PAMSTACK_DO_DONE && rule->level <= level)
			return true;
		if (action > 0 &&
		    vns_pamstack_find_jump(stack, at, action, &found) > ours)
			return true;
	}
	return false;
}

bool vns_judge_passes_by(const struct vns_pamstack *stack,
			 const struct vns_pamstack_rule **by)
{
	const size_t ours = find_placing(stack);
	size_t i;

	*by = NULL;
	if (!evaluate(stack, of_user).without)
		return false;
	for (i = 0; i < ours && !*by; i++)
		if (!stack->rules[i].wrong &&
		    stack->rules[i].line->kind == VNS_PAMSTACK_MODULE &&
		    skips(stack, i, ours))
			*by = &stack->rules[i];
	return true;
}

bool vns_judge_is_weak(const struct vns_pamstack_line *line)
{
	static const int codes[] = { PERM_DENIED, VNS_PAMSTACK_UNKNOWN };
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (line->actions[codes[i]] != VNS_PAMSTACK_DO_DIE &&
		    line->actions[codes[i]] != VNS_PAMSTACK_DO_BAD)
			return true;
	return false;
}

bool vns_judge_passes_refused(const struct vns_pamstack *stack)
{
	return evaluate(stack, of_refused).with;
}

bool vns_judge_expires(const struct vns_pamstack *account)
{
	size_t i;

	for (i = 0; i < account->count; i++) {
		const struct vns_pamstack_rule *rule = &account->rules[i];

		if (!rule->wrong && vns_pamstack_is(rule->line, UNIX_MODULE) &&
		    !vns_pamstack_has(rule->line, "no_pass_expiry") &&
		    rule->line->actions[NEW_AUTHTOK_REQD] !=
			    VNS_PAMSTACK_DO_IGNORE)
			return true;
	}
	return false;
}

static int check_stack(const struct vns_pamstack *stack, const char *type,
		       struct vns_error *err)
{
	const struct vns_pamstack_rule *rule = NULL;

	if (vns_judge_passes_by(stack, &rule) && rule)
		return vns_error_set(err, EINVAL,
				     "%s:%u: with %s here, %s would let users "
				     "onto the host past " VNS_JUDGE_MODULE,
				     rule->file->path, rule->line->first,
				     rule->line->control, rule->line->target);
	if (vns_judge_passes_by(stack, &rule))
		return vns_error_set(err, EINVAL,
				     "there is no %s line of " VNS_JUDGE_MODULE
				     " that everybody must pass",
				     type);
	if (!evaluate(stack, of_user).with)
		return vns_error_set(err, EINVAL,
				     "nobody can pass the %s lines", type);
	if (vns_judge_passes_refused(stack))
		return vns_error_set(err, EINVAL,
				     "users whom " VNS_JUDGE_MODULE " refuses "
				     "can pass the %s lines all the same: it "
				     "must be requisite",
				     type);
	return 0;
}

int vns_judge_check(const struct vns_pamstack *account,
		    const struct vns_pamstack *session, struct vns_error *err)
{
	const struct vns_pamstack_rule *last;
	int rc = check_stack(account, "account", err);

	if (rc == 0)
		rc = check_stack(session, "session", err);
	if (rc < 0)
		return rc;
	last = &session->rules[session->count - 1];
	if (!places(last->line))
		return vns_error_set(err, EINVAL,
				     "%s:%u comes after " VNS_JUDGE_MODULE,
				     last->file->path, last->line->first);
	return 0;
}
