/* Which rule decides, and what it says; see pam_vns/config/policy.h. */
#include "config/config.h"
#include "config/policy.h"

#include "tap.h"

#include <errno.h>

/* Stands in for NSS, and counts how often it is asked. */
struct directory {
	const char *member_of; /* "," between and around names */
	const char *primary;
	unsigned asked, named;
	int code; /* what every question is answered with, if not 0 */
};

static int member(void *context, const char *group, bool *is_member,
		  struct vns_error *err)
{
	struct directory *directory = context;
	char name[64];

	directory->asked++;
	if (directory->code)
		return vns_error_set(err, directory->code, "NSS is down");
	snprintf(name, sizeof(name), ",%s,", group);
	*is_member = strstr(directory->member_of, name) != NULL;
	return 0;
}

static int primary_name(void *context, const char **name, struct vns_error *err)
{
	struct directory *directory = context;

	directory->named++;
	if (directory->code)
		return vns_error_set(err, directory->code, "NSS is down");
	*name = directory->primary;
	return 0;
}

static struct vns_config *parse(const char *text, bool user)
{
	struct vns_config *config = NULL;
	struct vns_error err = { "" };
	int rc =
		user ? vns_config_parse_user(text, strlen(text), "own", &config,
					     &err) :
		       vns_config_parse(text, strlen(text), "f", &config, &err);

	if (rc < 0) {
		diag("%s: %s", text, err.text);
		need(false, "a test's own configuration");
	}
	return config;
}

/*
 * Alice, uid 1000, in the groups staff and ops, unless user is given. The
 * result is "host", "deny" or a vserver's name, and "=RULE"; or the error.
 */
static const struct {
	const char *what, *config, *own, *user;
	unsigned long uid;
	const char *result;
} table[] = {
	{ "no rule", "", NULL, NULL, 0, "host=default" },
	{ "no rule, default deny", "default=deny", NULL, NULL, 0,
	  "deny=default" },
	{ "the first that matches",
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
	{ "excluded", "rule b {users={\"!alice\"} vserver=z}", NULL, NULL, 0,
	  "host=default" },
	{ "not excluded", "rule b {users={\"!bob\"} vserver=z}", NULL, NULL, 0,
	  "z=b" },

	/* Each key alone decides, and all together. */
	{ "another user", "rule b {users={bob} vserver=z}", NULL, NULL, 0,
	  "host=default" },
	{ "another uid", "rule b {uids={1001} vserver=z}", NULL, NULL, 0,
	  "host=default" },
	{ "another service", "rule b {services={su} vserver=z}", NULL, NULL, 0,
	  "host=default" },
	{ "another tty", "rule b {ttys={\"tty*\"} vserver=z}", NULL, NULL, 0,
	  "host=default" },
	{ "another rhost", "rule b {rhosts={\"10.0.0.0/8\"} vserver=z}", NULL,
	  NULL, 0, "host=default" },
	{ "another group", "rule b {groups={wheel} vserver=z}", NULL, NULL, 0,
	  "host=default" },
	{ "all of them",
	  "rule b {users={alice} uids={1000} services={sshd} ttys={\"pts/*\"} "
	  "rhosts={\"192.0.2.0/24\"} groups={staff} vserver=z}",
	  NULL, NULL, 0, "z=b" },
	{ "all but one",
	  "rule b {users={alice} uids={1000} services={sshd} ttys={\"pts/*\"} "
	  "rhosts={\"192.0.2.0/25\"} groups={wheel} vserver=z}",
	  NULL, NULL, 0, "host=default" },

	{ "a second group", "rule b {groups={wheel,ops} vserver=z}", NULL, NULL,
	  0, "z=b" },
	{ "an excluded group", "rule b {groups={staff,\"!ops\"} vserver=z}",
	  NULL, NULL, 0, "host=default" },
	{ "an excluded group first",
	  "rule b {groups={\"!ops\",staff} "
	  "vserver=z}",
	  NULL, NULL, 0, "host=default" },
	{ "only excluded groups", "rule b {groups={\"!wheel\"} vserver=z}",
	  NULL, NULL, 0, "z=b" },

	/* uid 0: by its own name only. */
	{ "root, no rule, default deny", "default=deny", NULL, "root", 0,
	  "host=default" },
	{ "root, a rule for all", "rule a {vserver=z}", NULL, "root", 0,
	  "host=default" },
	{ "root, deny for all", "rule a {target=deny}", NULL, "root", 0,
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
	{ "root, by exclusion", "rule a {users={\"!bob\"} vserver=z}", NULL,
	  "root", 0, "host=default" },
	{ "root, by name", "rule a {users={\"*\",root} vserver=z}", NULL,
	  "root", 0, "z=a" },
	{ "root, by name, denied", "rule a {users={root} target=deny}", NULL,
	  "root", 0, "deny=a" },
	{ "root, by name, not this service",
	  "rule a {users={root} services={su} vserver=z}", NULL, "root", 0,
	  "host=default" },
	{ "another uid 0, root's name", "rule a {users={root} vserver=z}", NULL,
	  "toor", 0, "host=default" },
	{ "another uid 0, its name", "rule a {users={toor} vserver=z}", NULL,
	  "toor", 0, "z=a" },
	{ "a user called root", "rule a {vserver=z}", NULL, "root", 5, "z=a" },

	/* The user's own rule. */
	{ "own rule first", "rule a {vserver=x}", "vserver=y", NULL, 0,
	  "y=own" },
	{ "own rule that does not match", "rule a {vserver=x}",
	  "vserver=y services={su}", NULL, 0, "x=a" },
	{ "own rule, host", "rule a {vserver=x}", "target=host", NULL, 0,
	  "host=own" },
	{ "own rule, deny", "", "target=deny", NULL, 0, "deny=own" },
	{ "own rule of root", "", "vserver=y", "root", 0, "y=own" },

	/* The vserver's name. */
	{ "user", "rule a {vserver=\"%u\"}", NULL, NULL, 0, "alice=a" },
	{ "uid", "rule a {vserver=\"%U\"}", NULL, NULL, 0, "1000=a" },
	{ "group", "rule a {vserver=\"%g\"}", NULL, NULL, 0, "staff=a" },
	{ "all three", "rule a {vserver=\"c@%u.%U-%g_\"}", NULL, NULL, 0,
	  "c@alice.1000-staff_=a" },
	{ "twice", "rule a {vserver=\"%u%u\"}", NULL, NULL, 0, "alicealice=a" },
	{ "a path", "rule a {vserver=\"%u\"}", NULL, "../x", 7,
	  "rule \"a\": \"../x\" is not a valid vserver name" },
	{ "a slash", "rule a {vserver=\"%u\"}", NULL, "a/b", 7,
	  "rule \"a\": \"a/b\" is not a valid vserver name" },
	{ "a dot in front", "rule a {vserver=\"%u\"}", NULL, ".a", 7,
	  "rule \"a\": \".a\" is not a valid vserver name" },
	{ "an option", "rule a {vserver=\"%u\"}", NULL, "-a", 7,
	  "rule \"a\": \"-a\" is not a valid vserver name" },
	{ "a machine account", "rule a {vserver=\"%u\"}", NULL, "pc$", 7,
	  "rule \"a\": \"pc$\" is not a valid vserver name" },
	{ "a name with %", "rule a {vserver=\"%u\"}", NULL, "%g", 7,
	  "rule \"a\": \"%g\" is not a valid vserver name" },
	{ "an empty name", "rule a {vserver=\"%u\"}", NULL, "", 7,
	  "rule \"a\": \"\" is not a valid vserver name" },
	{ "64 characters", "rule a {vserver=\"%u\"}", NULL,
	  "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd", 7,
	  "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd"
	  "=a" },
	{ "65 characters", "rule a {vserver=\"%ux\"}", NULL,
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
	is_string(result, table[i].result, "%s", table[i].what);
	if (rc == 0)
		is_string(err.text, "untouched", "%s: no error", table[i].what);
}

/* Decides for alice, and returns how NSS was used. */
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
		{ "no groups", "rule a {vserver=x}", "alice", 0, 0 },
		{ "a rule that fails before",
		  "rule a {users={bob} groups={staff} vserver=x}", "alice", 0,
		  0 },
		{ "a rule behind the decision",
		  "rule a {vserver=x} rule b {groups={staff} vserver=y}",
		  "alice", 0, 0 },
		{ "root", "rule a {groups={staff} vserver=x}", "root", 0, 0 },
		{ "a rule that needs it", "rule a {groups={staff} vserver=x}",
		  "alice", 1, 0 },
		{ "a rule that needs the name", "rule a {vserver=\"%g\"}",
		  "alice", 0, 1 },
	};
	struct vns_error err;
	size_t i;
	int rc;

	for (i = 0; i < LENGTH(lazy); i++) {
		struct directory used = ask(
			lazy[i].text, lazy[i].user,
			strcmp(lazy[i].user, "root") ? 1000 : 0, 0, &rc, &err);

		is_number(used.asked, lazy[i].asked, "groups asked: %s",
			  lazy[i].what);
		is_number(used.named, lazy[i].named, "group named: %s",
			  lazy[i].what);
	}
}

/* A directory that is down refuses; it never means "not a member". */
static void test_failure(void)
{
	struct vns_error err = { "" };
	int rc;

	ask("rule a {groups={wheel} vserver=x} rule b {target=host}", "alice",
	    1000, EIO, &rc, &err);
	is_number(rc, -EIO, "groups cannot be had");
	is_string(err.text, "rule \"a\": NSS is down", "its message");
	ask("rule a {vserver=\"%g\"}", "alice", 1000, EAGAIN, &rc, &err);
	is_number(rc, -EAGAIN, "the group's name cannot be had");
	is_string(err.text, "rule \"a\": NSS is down", "its message");
	ask("rule a {vserver=x}", "alice", 1000, EIO, &rc, &err);
	is_number(rc, 0, "nobody asks");
}

/* What PAM does not know matches only what matches "". */
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
		is_number(decision.target == VNS_TARGET_DENY, rows[i].matches,
			  "nothing known: %s", rows[i].text);
	}
}

static void test_decision(void)
{
	VNS_AUTOCONFIG struct vns_config *config = parse(
		"rule a {users={bob} vserver=x hook open {command={\"/h\"}}}"
		"rule b {target=deny message=\"Moved.\"} ",
		false);
	const struct vns_policy_groups groups = { NULL, NULL, NULL };
	struct vns_who who = { .user = "bob" };
	struct vns_decision decision;
	struct vns_error err;

	need(vns_policy_decide(config, NULL, &who, 1, &groups, &decision,
			       &err) == 0,
	     err.text);
	ok(decision.open == &config->rules[0].open, "the rule's hook");
	is_string(decision.message, NULL, "no message");
	who.user = "alice";
	need(vns_policy_decide(config, NULL, &who, 1, &groups, &decision,
			       &err) == 0,
	     err.text);
	ok(decision.open == NULL, "no hook");
	is_string(decision.message, "Moved.", "the rule's message");
	is_string(decision.vserver, "", "no vserver");
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
