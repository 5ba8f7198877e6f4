/* Tests which rule decides, and what it says; see pam_vns/config/policy.h. */
#include "policy.h"

/*
 * Unless user is given, alice logs in, with uid 1000 and the groups staff and
 * ops. The result is "host", "deny" or a vserver's name, and "=RULE"; or it is
 * the error message.
 */
static const struct {
	const char *what, *config, *own, *user;
	unsigned long uid;
	const char *result;
} table[] = {
	{ "no rule", "", NULL, NULL, 0, "host=default" },
	{ "no rule and default = deny", "default=deny", NULL, NULL, 0,
	  "deny=default" },
	{ "three rules, of which two match",
	  "rule a {users={bob} vserver=x} rule b {users={alice} vserver=y} "
	  "rule c {vserver=z}",
	  NULL, NULL, 0, "y=b" },
	{ "a host rule in front",
	  "rule a {users={\"a*\"} target=host} "
	  "rule b {vserver=z}",
	  NULL, NULL, 0, "host=a" },
	{ "a deny rule in front",
	  "rule a {uids={\"1-1000\"} target=deny} "
	  "rule b {vserver=z}",
	  NULL, NULL, 0, "deny=a" },
	{ "a rule that names nothing", "rule b {vserver=z}", NULL, NULL, 0,
	  "z=b" },
	{ "a rule that excludes the user",
	  "rule b {users={\"!alice\"} vserver=z}", NULL, NULL, 0,
	  "host=default" },
	{ "a rule that excludes another user",
	  "rule b {users={\"!bob\"} vserver=z}", NULL, NULL, 0, "z=b" },

	/* A rule matches if all its keys do. */
	{ "a rule for another user", "rule b {users={bob} vserver=z}", NULL,
	  NULL, 0, "host=default" },
	{ "a rule for another uid", "rule b {uids={1001} vserver=z}", NULL,
	  NULL, 0, "host=default" },
	{ "a rule for another service", "rule b {services={su} vserver=z}",
	  NULL, NULL, 0, "host=default" },
	{ "a rule for another tty", "rule b {ttys={\"tty*\"} vserver=z}", NULL,
	  NULL, 0, "host=default" },
	{ "a rule for another rhost",
	  "rule b {rhosts={\"10.0.0.0/8\"} vserver=z}", NULL, NULL, 0,
	  "host=default" },
	{ "a rule for another group", "rule b {groups={wheel} vserver=z}", NULL,
	  NULL, 0, "host=default" },
	{ "a rule of which all keys match",
	  "rule b {users={alice} uids={1000} services={sshd} ttys={\"pts/*\"} "
	  "rhosts={\"192.0.2.0/24\"} groups={staff} vserver=z}",
	  NULL, NULL, 0, "z=b" },
	{ "a rule of which a group and the rhost do not match",
	  "rule b {users={alice} uids={1000} services={sshd} ttys={\"pts/*\"} "
	  "rhosts={\"192.0.2.0/25\"} groups={wheel} vserver=z}",
	  NULL, NULL, 0, "host=default" },

	{ "a rule for the user's second group",
	  "rule b {groups={wheel,ops} vserver=z}", NULL, NULL, 0, "z=b" },
	{ "a rule that excludes the user's second group",
	  "rule b {groups={staff,\"!ops\"} vserver=z}", NULL, NULL, 0,
	  "host=default" },
	{ "a rule that first excludes the user's group",
	  "rule b {groups={\"!ops\",staff} "
	  "vserver=z}",
	  NULL, NULL, 0, "host=default" },
	{ "a rule that excludes another group",
	  "rule b {groups={\"!wheel\"} vserver=z}", NULL, NULL, 0, "z=b" },

	/* Rules place uid 0 only by the name of the account. */
	{ "root, no rule and default = deny", "default=deny", NULL, "root", 0,
	  "host=default" },
	{ "root, a rule for all", "rule a {vserver=z}", NULL, "root", 0,
	  "host=default" },
	{ "root, a deny rule for all", "rule a {target=deny}", NULL, "root", 0,
	  "host=default" },
	{ "root, a pattern", "rule a {users={\"*\"} vserver=z}", NULL, "root",
	  0, "host=default" },
	{ "root, a pattern that is nearly its name",
	  "rule a {users={\"roo[t]\"} vserver=z}", NULL, "root", 0,
	  "host=default" },
	{ "root, by uid", "rule a {uids={0} vserver=z}", NULL, "root", 0,
	  "host=default" },
	{ "root, by group", "rule a {groups={staff} vserver=z}", NULL, "root",
	  0, "host=default" },
	{ "root, a rule that excludes another user",
	  "rule a {users={\"!bob\"} vserver=z}", NULL, "root", 0,
	  "host=default" },
	{ "root, by name", "rule a {users={\"*\",root} vserver=z}", NULL,
	  "root", 0, "z=a" },
	{ "root, by name, denied", "rule a {users={root} target=deny}", NULL,
	  "root", 0, "deny=a" },
	{ "root, by name for another service",
	  "rule a {users={root} services={su} vserver=z}", NULL, "root", 0,
	  "host=default" },
	{ "another uid 0, a rule for root's name",
	  "rule a {users={root} vserver=z}", NULL, "toor", 0, "host=default" },
	{ "another uid 0, a rule for its name",
	  "rule a {users={toor} vserver=z}", NULL, "toor", 0, "z=a" },
	{ "a user with uid 5 called root", "rule a {vserver=z}", NULL, "root",
	  5, "z=a" },

	/* The user's own rule. */
	{ "a rule of the user's own", "rule a {vserver=x}", "vserver=y", NULL,
	  0, "y=own" },
	{ "a rule of the user's own for another service", "rule a {vserver=x}",
	  "vserver=y services={su}", NULL, 0, "x=a" },
	{ "a rule of the user's own, to the host", "rule a {vserver=x}",
	  "target=host", NULL, 0, "host=own" },
	{ "a rule of the user's own that denies", "", "target=deny", NULL, 0,
	  "deny=own" },
	{ "a rule of root's own", "", "vserver=y", "root", 0, "y=own" },

	/* The vserver's name. */
	{ "%u in the vserver's name", "rule a {vserver=\"%u\"}", NULL, NULL, 0,
	  "alice=a" },
	{ "%U in the vserver's name", "rule a {vserver=\"%U\"}", NULL, NULL, 0,
	  "1000=a" },
	{ "%g in the vserver's name", "rule a {vserver=\"%g\"}", NULL, NULL, 0,
	  "staff=a" },
	{ "%u, %U and %g in the vserver's name",
	  "rule a {vserver=\"c@%u.%U-%g_\"}", NULL, NULL, 0,
	  "c@alice.1000-staff_=a" },
	{ "%u twice in the vserver's name", "rule a {vserver=\"%u%u\"}", NULL,
	  NULL, 0, "alicealice=a" },
	{ "a user whose name is a path", "rule a {vserver=\"%u\"}", NULL,
	  "../x", 7, "%2E.%2Fx=a" },
	{ "a user whose name looks like an option", "rule a {vserver=\"%u\"}",
	  NULL, "-a", 7, "%2Da=a" },
	{ "a user whose name ends in $", "rule a {vserver=\"%u\"}", NULL, "pc$",
	  7, "pc%24=a" },
	{ "a user with a backslash", "rule a {vserver=\"c@%u\"}", NULL,
	  "AD\\carl", 7, "c@AD%5Ccarl=a" },
	{ "a rule that has a vserver's name written out",
	  "rule a {vserver=\"c@AD%%5Ccarl\"}", NULL, NULL, 0, "c@AD%5Ccarl=a" },
	{ "a user whose name is empty", "rule a {vserver=\"%u\"}", NULL, "", 7,
	  "rule \"a\": \"%u\" in \"%u\" is \"\" here, which is not valid as a "
	  "part of a name" },
	{ "a vserver's name of 64 characters", "rule a {vserver=\"%u\"}", NULL,
	  "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd", 7,
	  "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd"
	  "=a" },
	{ "a vserver's name of 65 characters", "rule a {vserver=\"%ux\"}", NULL,
	  "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd", 7,
	  "rule \"a\": \"%ux\" becomes too long" },
};

static void test_row(size_t i)
{
	VNS_AUTOCONFIG struct vns_config *config =
		parse(table[i].config, false);
	VNS_AUTOCONFIG struct vns_config *own =
		table[i].own ? parse(table[i].own, true) : NULL;
	struct directory directory = { ",staff,ops,", "staff", 0, 0, 0 };
	const struct vns_policy_groups groups = { member, primary_name,
						  &directory };
	const unsigned long uid = table[i].user ? table[i].uid : 1000;
	const struct vns_who who = {
		.user = table[i].user ? table[i].user : "alice",
		.service = "sshd",
		.tty = "/dev/pts/1",
		.rhost = "192.0.2.7",
	};
	struct vns_error err = { "untouched" };
	struct vns_decision decision;
	char result[VNS_ERROR_MAX + 80];
	int rc = vns_policy_decide(config, own, &who, uid, &groups, &decision,
				   &err);

	if (rc < 0)
		snprintf(result, sizeof(result), "%s", err.text);
	else
		snprintf(result, sizeof(result), "%s=%s",
			 decision.target == VNS_TARGET_HOST ? "host" :
			 decision.target == VNS_TARGET_DENY ? "deny" :
							      decision.vserver,
			 decision.rule);
	about("login: %s", table[i].what);
	is_string(result, table[i].result,
		  "the decision and its rule, or the error message");
	if (rc == 0)
		is_string(err.text, "untouched",
			  "the decision sets no error message");
}

/* Decides for the user, and returns how NSS was used. */
static struct directory ask(const char *text, const char *user,
			    unsigned long uid, int code, int *rc,
			    struct vns_error *err)
{
	VNS_AUTOCONFIG struct vns_config *config = parse(text, false);
	struct directory directory = { ",staff,", "staff", 0, 0, code };
	const struct vns_policy_groups groups = { member, primary_name,
						  &directory };
	const struct vns_who who = { .user = user };
	struct vns_decision decision;

	*rc = vns_policy_decide(config, NULL, &who, uid, &groups, &decision,
				err);
	return directory;
}

/* NSS may be a slow server: it is asked only where the answer decides. */
static void test_lazy(void)
{
	static const struct {
		const char *what, *text, *user;
		unsigned asked, named;
	} lazy[] = {
		{ "a rule without groups", "rule a {vserver=x}", "alice", 0,
		  0 },
		{ "a rule for another user and for a group",
		  "rule a {users={bob} groups={staff} vserver=x}", "alice", 0,
		  0 },
		{ "a rule for a group behind one that decides",
		  "rule a {vserver=x} rule b {groups={staff} vserver=y}",
		  "alice", 0, 0 },
		{ "root and a rule for a group",
		  "rule a {groups={staff} vserver=x}", "root", 0, 0 },
		{ "a rule for a group", "rule a {groups={staff} vserver=x}",
		  "alice", 1, 0 },
		{ "a vserver's name with %g", "rule a {vserver=\"%g\"}",
		  "alice", 0, 1 },
	};
	struct vns_error err;
	size_t i;
	int rc;

	for (i = 0; i < LENGTH(lazy); i++) {
		struct directory used = ask(
			lazy[i].text, lazy[i].user,
			strcmp(lazy[i].user, "root") ? 1000 : 0, 0, &rc, &err);

		about("NSS with %s", lazy[i].what);
		is_number(used.asked, lazy[i].asked,
			  "it is asked for groups %u times", lazy[i].asked);
		is_number(used.named, lazy[i].named,
			  "it is asked for the name of the group %u times",
			  lazy[i].named);
	}
}

/* NSS that is down makes an error; it never means "not a member". */
static void test_failure(void)
{
	struct vns_error err = { "" };
	int rc;

	ask("rule a {groups={wheel} vserver=x} rule b {target=host}", "alice",
	    1000, EIO, &rc, &err);
	about("NSS is down, and a rule names groups");
	is_number(rc, -EIO, "the decision is an error");
	is_string(err.text, "rule \"a\": NSS is down",
		  "the error message names the rule");
	ask("rule a {vserver=\"%g\"}", "alice", 1000, EAGAIN, &rc, &err);
	about("NSS is down, and a rule needs the group's name");
	is_number(rc, -EAGAIN, "the decision is an error");
	is_string(err.text, "rule \"a\": NSS is down",
		  "the error message names the rule");
	ask("rule a {vserver=x}", "alice", 1000, EIO, &rc, &err);
	about("NSS is down, and no rule needs it");
	is_number(rc, 0, "the decision is no error");
}

/* What PAM does not know is matched only by what matches "". */
static void test_unknown(void)
{
	static const struct {
		const char *text;
		bool matches;
	} rows[] = {
		{ "rule a {target=deny}", true },
		{ "rule a {services={\"*\"} ttys={\"*\"} rhosts={\"*\"} "
		  "target=deny}",
		  true },
		{ "rule a {services={\"?*\"} target=deny}", false },
		{ "rule a {ttys={\"pts/*\"} target=deny}", false },
		{ "rule a {rhosts={\"0.0.0.0/0\"} target=deny}", false },
		{ "rule a {rhosts={\"!10.0.0.0/8\"} target=deny}", true },
	};
	const struct vns_policy_groups groups = { NULL, NULL, NULL };
	const struct vns_who who = { .user = "alice" };
	struct vns_decision decision;
	struct vns_error err;
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		VNS_AUTOCONFIG struct vns_config *config =
			parse(rows[i].text, false);

		need(vns_policy_decide(config, NULL, &who, 1000, &groups,
				       &decision, &err) == 0,
		     err.text);
		about("user whose service, tty and rhost are not known");
		is_number(decision.target == VNS_TARGET_DENY, rows[i].matches,
			  "\"%s\" %s them", rows[i].text,
			  rows[i].matches ? "matches" : "does not match");
	}
}

static void test_decision(void)
{
	VNS_AUTOCONFIG struct vns_config *config =
		parse("rule a {users={bob} vserver=x max_sessions=3 hook open "
		      "{command={\"/h\"}}}"
		      "rule b {target=deny message=\"Moved.\"} ",
		      false);
	const struct vns_policy_groups groups = { NULL, NULL, NULL };
	struct vns_who who = { .user = "bob" };
	struct vns_decision decision;
	struct vns_error err;

	need(vns_policy_decide(config, NULL, &who, 1, &groups, &decision,
			       &err) == 0,
	     err.text);
	about("a rule with a hook that matches");
	ok(decision.open == &config->rules[0].open,
	   "the decision has the rule's hook");
	is_number(decision.max_sessions, 3, "it has the rule's max_sessions");
	is_string(decision.message, NULL, "the decision has no message");
	who.user = "alice";
	need(vns_policy_decide(config, NULL, &who, 1, &groups, &decision,
			       &err) == 0,
	     err.text);
	about("a rule with target deny and a message that matches");
	ok(decision.open == NULL, "the decision has no hook");
	is_string(decision.message, "Moved.",
		  "the decision has the rule's message");
	is_string(decision.vserver, "", "the decision has no vserver");
}

int main(void)
{
	size_t i;

	for (i = 0; i < LENGTH(table); i++)
		test_row(i);
	test_lazy();
	test_failure();
	test_unknown();
	test_decision();
	return finish();
}
