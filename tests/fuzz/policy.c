/*
 * Fuzzes the decision for a vserver: the first line of the input is a user's
 * name, and the rest is a configuration. Nobody with uid 0 is placed where no
 * rule has their name in full, and no vserver's name leads out of its
 * directory.
 */
#include "config/config.h"
#include "config/match.h"
#include "config/policy.h"

#include "fuzz.h"

static int member(void *context, const char *group, bool *is_member,
		  struct vns_error *err)
{
	(void)context;
	(void)err;
	*is_member = group[0] == 's';
	return 0;
}

static int primary_name(void *context, const char **name, struct vns_error *err)
{
	(void)err;
	*name = context;
	return 0;
}

static void decide(const struct vns_config *config, const char *user,
		   unsigned long uid)
{
	const struct vns_policy_groups groups = { member, primary_name,
						  (char *)user };
	const struct vns_who who = {
		.user = user,
		.service = "sshd",
		.tty = "/dev/pts/1",
		.rhost = uid % 2 ? "192.0.2.1" : "2001:db8::1",
	};
	struct vns_decision decision;
	struct vns_error err = { "" };
	bool named = false;
	size_t i;

	if (vns_policy_decide(config, NULL, &who, uid, &groups, &decision,
			      &err) < 0) {
		HOLDS(err.text[0]);
		return;
	}
	HOLDS(!err.text[0] && decision.rule);
	HOLDS((decision.target == VNS_TARGET_VSERVER) ==
	      (decision.vserver[0] != '\0'));
	HOLDS(!decision.vserver[0] || vns_util_name_valid(decision.vserver));
	for (i = 0; i < config->rule_count; i++)
		named = named || vns_match_exact(&config->rules[i].users, user);
	HOLDS(uid != 0 || named || decision.target == VNS_TARGET_HOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	VNS_AUTOFREE char *text = fuzz_string(data, size);
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	char *end = strchr(text, '\n');
	struct vns_error err;

	if (!end || end - text > 64 ||
	    vns_config_parse(end + 1, size - (size_t)(end + 1 - text), "f",
			     &config, &err) < 0)
		return 0;
	*end = '\0';
	decide(config, text, 0);
	decide(config, text, 1000);
	decide(config, text, 1001);
	return 0;
}
