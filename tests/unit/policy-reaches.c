/*
 * Tests whom rules can place into a vserver; see vns_policy_reaches in
 * pam_vns/config/policy.h.
 */
#include "policy.h"

static void test_reaches(void)
{
	static const struct {
		const char *what, *config, *own;
		bool reaches;
	} rows[] = {
		{ "names the user", "rule a {users={alice} vserver=acme}", NULL,
		  true },
		{ "names another user", "rule a {users={bob} vserver=acme}",
		  NULL, false },
		{ "has a pattern of the user's name",
		  "rule a {users={\"al*\"} vserver=acme}", NULL, true },
		{ "names a group of the user's",
		  "rule a {groups={staff} vserver=acme}", NULL, true },
		{ "excludes a group of the user's",
		  "rule a {users={alice} groups={\"!staff\"} vserver=acme}",
		  NULL, false },
		{ "leads elsewhere", "rule a {users={alice} vserver=other}",
		  NULL, false },
		{ "leads to the host", "rule a {users={alice} target=host}",
		  NULL, false },
		{ "is for another service, terminal and remote host",
		  "rule a {services={cron} ttys={tty1} rhosts={\"192.0.2.9\"} "
		  "vserver=acme}",
		  NULL, true },
		{ "comes behind one that decides",
		  "rule a {target=deny} rule b {vserver=acme}", NULL, true },
		{ "makes no name of the user's",
		  "rule a {vserver=\"%u@a@b@c@d@e@f@g@h@i@j@k@l@m@n@o@p@q@r@s@"
		  "t@u@v@w@x@y@z@0@1@2@3\"} rule b {vserver=acme}",
		  NULL, true },
		{ "is the user's own", "", "vserver=acme", true },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		VNS_AUTOCONFIG struct vns_config *config =
			parse(rows[i].config, false);
		VNS_AUTOCONFIG struct vns_config *own =
			rows[i].own ? parse(rows[i].own, true) : NULL;
		struct directory directory = { ",staff,", "staff", 0, 0, 0 };
		const struct vns_policy_groups groups = { member, primary_name,
							  &directory };
		struct vns_error err = { "" };
		bool reaches = false;
		int rc = vns_policy_reaches(config, own, "alice", 1000, &groups,
					    "acme", &reaches, &err);

		about("a rule that %s", rows[i].what);
		is_number(rc, 0, "there is an answer");
		ok(reaches == rows[i].reaches, "it can%s place the user",
		   rows[i].reaches ? "" : "not");
	}
}

static void test_reaches_failure(void)
{
	VNS_AUTOCONFIG struct vns_config *config =
		parse("rule a {groups={staff} vserver=acme}", false);
	struct directory directory = { ",staff,", "staff", 0, 0, EIO };
	const struct vns_policy_groups groups = { member, primary_name,
						  &directory };
	struct vns_error err = { "" };
	bool reaches = false;

	about("whether a rule can place the user, while NSS is down");
	is_number(vns_policy_reaches(config, NULL, "alice", 1000, &groups,
				     "acme", &reaches, &err),
		  -EIO, "there is no answer");
	is_string(err.text, "NSS is down", "the error message");
}

int main(void)
{
	test_reaches();
	test_reaches_failure();
	return finish();
}
