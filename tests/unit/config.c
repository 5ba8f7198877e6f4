/*
 * Tests the grammars of pam_vns.conf and USER.conf; see pam_vns/config/config.h
 * and pam_vns.conf(5).
 */
#include "grammars.h"

#define R(body) "rule r {target=deny " body "}"
#define S(body) "rule r {vserver=v " body "}"
#define SESSIONS(value) \
	"max_sessions = " value ": it must be a number from 1 to 1000000"
#define EMPTY "must not be empty"
#define GROUP "must be a group's name or number, not a pattern"
#define NONE "file needs either vserver = or target =, and has neither"

static const struct row table[] = {
	{ MAIN, "", NULL },
	{ MAIN, "# nothing\n", NULL },
	{ MAIN, "default = \"host\"", NULL },
	{ MAIN, "default = deny", NULL },
	{ MAIN, "default = vserver",
	  "1: default = \"vserver\": it must be \"host\" or \"deny\"" },
	{ MAIN, "\ndefault = \"\"",
	  "2: default = \"\": it must be \"host\" or \"deny\"" },
	{ MAIN, "on_error = deny", NULL },
	{ MAIN, "on_error = host",
	  "1: on_error = \"host\": it must be \"deny\": a user whom a rule "
	  "places is placed or refused, never let onto the host" },
	{ MAIN, "vserver_dir = \"/a/b\"", NULL },
	{ MAIN, "vserver_dir = \"a/b\"", "1: vserver_dir = \"a/b\": it " PATH },
	{ MAIN, "user_dir = \"/u\"", NULL },
	{ MAIN, "user_dir = \"/u/\"", "1: user_dir = \"/u/\": it " PATH },
	{ MAIN, "user_dir = \"\"", "1: user_dir = \"\": it " PATH },
	{ MAIN, "run_dir = \"/run/x\"", NULL },
	{ MAIN, "run_dir = \"/run/../x\"",
	  "1: run_dir = \"/run/../x\": it " PATH },
	{ MAIN, "# c\n/* c\nc */ run_dir = \"/a//b\"",
	  "3: run_dir = \"/a//b\": it " PATH },
	{ MAIN, "run_dir = \"/a\tb\"",
	  "1: run_dir = \"/a\tb\": it must not have control characters in "
	  "it" },
	{ MAIN, "root = \"/r\"", "1: no such option 'root'" },
	{ MAIN, "\n\nfoo = bar", "3: no such option 'foo'" },
	{ MAIN, "Default = host", "1: no such option 'Default'" },
	{ MAIN, "users = {a}", "1: no such option 'users'" },

	/* Rules. */
	{ MAIN, R(""), NULL },
	{ MAIN, S(""), NULL },
	{ MAIN, "rule 'a b/c' {target=host}", NULL },
	{ MAIN, "rule {target=host}", "*" },
	{ MAIN, "rule \"\" {target=host}",
	  "1: a rule's name must not be empty or have control characters" },
	{ MAIN, "rule \"a\tb\" {target=host}",
	  "1: a rule's name must not be empty or have control characters" },
	{ MAIN,
	  "rule a {target=host}\nrule b {target=host}\n"
	  "rule a {target=deny}\n",
	  "3: found duplicate title 'a'" },
	{ MAIN, "rule a {}",
	  "1: rule \"a\" needs either vserver = or target =, and has neither" },
	{ MAIN, "rule a {\nusers={b}\n}",
	  "3: rule \"a\" needs either vserver = or target =, and has neither" },
	{ MAIN, "rule a {vserver=v target=host}",
	  "1: rule \"a\" needs either vserver = or target =, not both" },
	{ MAIN, "rule a {target=vserver}",
	  "1: target = \"vserver\": it must be \"host\" or \"deny\"" },
	{ MAIN, "rule a {default=host}", "1: no such option 'default'" },
	{ MAIN, "rule a {rule b {target=host}}", "1: no such option 'rule'" },
	{ MAIN, R("message=\"Go.\""), NULL },
	{ MAIN, R("message=\"\""), "1: message = \"\": it " EMPTY },
	{ MAIN, S("message=x"),
	  "1: rule \"r\": message can only be used with target = \"deny\"" },
	{ MAIN, "rule a {target=host message=x}",
	  "1: rule \"a\": message can only be used with target = \"deny\"" },

	/* Limits of rules. */
	{ MAIN, S("max_sessions = 1"), NULL },
	{ MAIN, S("max_sessions = 1000000"), NULL },
	{ MAIN, S("max_sessions = 0"), "1: " SESSIONS("0") },
	{ MAIN, S("\nmax_sessions = 1000001"), "2: " SESSIONS("1000001") },
	{ MAIN, S("max_sessions = \"-1\""), "1: " SESSIONS("-1") },
	{ MAIN, S("max_sessions = many"), "1: " SESSIONS("many") },
	{ MAIN, S("max_sessions = 1 max_sessions = 2"),
	  "1: \"max_sessions\" is set twice; keep one" },
	{ MAIN, R("max_sessions = 1"),
	  "1: rule \"r\": max_sessions can only be used with vserver =" },
	{ MAIN, "max_sessions = 1", "1: no such option 'max_sessions'" },
	{ USER, "vserver = v max_sessions = 3", NULL },
	{ USER, "target = host max_sessions = 3",
	  "1: the file: max_sessions can only be used with vserver =" },

	/* Lists of rules. */
	{ MAIN, R("users={alice,\"web-*\",\"!web-1\",'[a-c]?'}"), NULL },
	{ MAIN, R("users=alice"), NULL },
	{ MAIN, R("users={}"),
	  "1: an empty list matches nothing; remove the key or fill it" },
	{ MAIN, R("users={,}"), "*" },
	{ MAIN, R("users={,alice}"), "*" },
	{ MAIN, R("users={alice,,bob}"), "*" },
	{ MAIN, R("users={\"\"}"), "1: users = \"\": it " EMPTY },
	{ MAIN, R("users={a,\n\"!\"}"), "2: users = \"!\": it " EMPTY },
	{ MAIN, R("groups={sudo,\"!1000\"}"), NULL },
	{ MAIN, R("groups={\"\"}"), "1: groups = \"\": it " GROUP },
	{ MAIN, R("groups={\"web-*\"}"), "1: groups = \"web-*\": it " GROUP },
	{ MAIN, R("services={sshd,\"su*\"}"), NULL },
	{ MAIN, R("services={\"!\"}"), "1: services = \"!\": it " EMPTY },
	{ MAIN, R("ttys={\"tty*\",\"pts/*\"}"), NULL },
	{ MAIN, R("ttys={\"\"}"), "1: ttys = \"\": it " EMPTY },
	{ MAIN, R("uids={1000,\"1-2\",\"!0-4294967294\"}"), NULL },
	{ MAIN, R("uids={\n1000,\n# c\n4294967295\n}"),
	  "4: uids = \"4294967295\": it must be a user id or a range "
	  "MIN-MAX" },
	{ MAIN, R("uids={\"9-8\"}"),
	  "1: uids = \"9-8\": it must be a user id or a range MIN-MAX" },
	{ MAIN, R("uids={alice}"),
	  "1: uids = \"alice\": it must be a user id or a range MIN-MAX" },
	{ MAIN, R("uids={\"-5\"}"),
	  "1: uids = \"-5\": it must be a user id or a range MIN-MAX" },
	{ MAIN,
	  R("rhosts={\"10.0.0.0/8\",\"*.x.org\",\"!::1\","
	    "\"fe80::/10\"}"),
	  NULL },
	{ MAIN, R("rhosts={\"10.0.0.0/33\"}"),
	  "1: rhosts = \"10.0.0.0/33\": it must be a host name, an address "
	  "or ADDRESS/BITS" },
	{ MAIN, R("rhosts={\"!a.org/8\"}"),
	  "1: rhosts = \"!a.org/8\": it must be a host name, an address or "
	  "ADDRESS/BITS" },

	/* Names of vservers. */
	{ MAIN, "rule a {vserver=\"c@%u-%U.%g_\"}", NULL },
	{ MAIN, "rule a {vserver=\"a b\"}",
	  "1: vserver = \"a b\": it may have letters, digits, \"_.@-\" and "
	  "%u, %U, %g, %%" },
	{ MAIN, "rule a {vserver=\"../a\"}",
	  "1: vserver = \"../a\": it may have letters, digits, \"_.@-\" and "
	  "%u, %U, %g, %%" },
	{ MAIN, "rule a {vserver=\"%n\"}",
	  "1: vserver = \"%n\": it can have %u, %U, %g and %% only" },
	{ MAIN, "rule a {vserver=\"AD%%5Ccarl\"}", NULL },
	{ MAIN, "rule a {vserver=\"x%\"}",
	  "1: vserver = \"x%\": it can have %u, %U, %g and %% only" },
	{ MAIN, "rule a {vserver=\"\"}",
	  "1: vserver = \"\": it must be a vserver's name" },

	/* Hooks. */
	{ MAIN, S("hook open {command={\"/bin/x\"}}"), NULL },
	{ MAIN, R("hook open {command={\"/bin/x\"}}"),
	  "1: rule \"r\": a hook can only be used with vserver =" },
	{ MAIN, S("\n hook opens {command={\"/bin/x\"}}"),
	  "2: there is no hook \"opens\" of a rule, only \"open\", \"close\"" },
	{ MAIN, S("hook pre-start {command={\"/bin/x\"}}"),
	  "1: there is no hook \"pre-start\" of a rule, only \"open\", "
	  "\"close\"" },
	{ USER, "vserver = a hook post-stop {command={\"/bin/x\"}}",
	  "1: there is no hook \"post-stop\" of a rule, only \"open\", "
	  "\"close\"" },
	{ MAIN, "hook open {command={\"/bin/x\", \"%u\"}}", NULL },
	{ MAIN, "hook pre-start {command={\"/bin/x\", \"%n\"}}", NULL },
	{ MAIN, "hook pre-start {command={\"/bin/x\", \"%u\"}}",
	  "1: command = \"%u\": hook \"pre-start\" has no user" },
	{ MAIN, "hook starting {command={\"/bin/x\"}}",
	  "1: there is no hook \"starting\", only \"open\", \"close\", "
	  "\"pre-start\", "
	  "\"post-start\", \"pre-stop\", \"post-stop\"" },
	{ MAIN, S("hook close {command={\"/bin/x\"} timeout = 3}"), NULL },
	{ MAIN, S("hook close {command={\"/bin/x\"} on_error = ignore}"),
	  "1: hook \"close\" has no on_error: there is nothing left to "
	  "refuse" },
	{ MAIN, S("hook open {}"),
	  "1: hook \"open\" needs command = {\"/PROGRAM\"}" },
	{ MAIN, S("hook open {command={\"/a\"}}\nhook open {command={\"/b\"}}"),
	  "2: found duplicate title 'open'" },

	/* USER.conf. */
	{ USER, "vserver = v", NULL },
	{ USER, "target = host", NULL },
	{ USER, "target = deny message = \"No.\"", NULL },
	{ USER,
	  "vserver = \"%u\" groups = {a} services = {b} ttys = {c} "
	  "rhosts = {d} hook open {command = {\"/e\"}}",
	  NULL },
	{ USER, "", "1: the " NONE },
	{ USER, "# c\n\n", "3: the " NONE },
	{ USER, "vserver = v target = host",
	  "1: the file needs either vserver = or target =, not both" },
	{ USER, "vserver = v users = {a}", "1: no such option 'users'" },
	{ USER, "vserver = v uids = {1}", "1: no such option 'uids'" },
	{ USER, "rule a {vserver = v}", "1: no such option 'rule'" },
	{ USER, "vserver = v\nmessage = x",
	  "2: the file: message can only be used with target = \"deny\"" },
	{ USER, "target = host hook open {command = {\"/e\"}}",
	  "1: the file: a hook can only be used with vserver =" },
	{ USER, "vserver = v\nservices = {}",
	  "2: an empty list matches nothing; remove the key or fill it" },

	/* The line in the message is right, whatever stands above it. */
	{ MAIN,
	  "/*\n\n*/\n# c\n// c\nrule a {\n users = {\n  b,\n  c # d\n"
	  " }\n target = host\n}\n\nwhat = 1\n",
	  "14: no such option 'what'" },
	{ MAIN, "rule a { users = {b,\n/* c\n */ d}\n\n what = 1 }",
	  "5: no such option 'what'" },
	{ MAIN, "rule a { target=host }\n\nrule b {\n\n\ntarget=what }",
	  "6: target = \"what\": it must be \"host\" or \"deny\"" },
	{ MAIN, "default = host\r\n\r\nwhat = 1\r\n",
	  "3: no such option 'what'" },
	{ MAIN, "default = host\ndefault = deny",
	  "2: \"default\" is set twice; keep one" },
	{ MAIN, "\ndefault = \"${HOME}\"",
	  "2: \"$\" is not allowed (nothing is taken from the environment)" },
	{ MAIN, "default\n\n", "*" },
	{ MAIN, "default =\n\n", "*" },
	{ MAIN, "default = {host}", "*" },
	{ MAIN, "default host", "*" },
	{ MAIN, "default \"host\" {}", "*" },
	{ MAIN, "rule", "*" },
	{ MAIN, "rule a", "*" },
	{ MAIN, "rule a b {}", "*" },
	{ MAIN, "rule = a", "*" },
	{ MAIN, "rule a {target=host",
	  "1: the section that begins here is "
	  "never closed" },
	{ MAIN, "include(\"/etc/passwd\")",
	  "1: unexpected \"(\"; values with other than letters, digits, "
	  "\"_\", \".\" and \"-\" go in double quotes" },
	{ MAIN, "include \"/etc/passwd\"", "1: no such option 'include'" },
	{ MAIN, "__unknown = x", "*" },
};

static void test_nul(void)
{
	static const char inside[] = "default = host\n\0default = deny";
	static const char behind[] = "target = deny\0";
	struct vns_error err = { "" };

	about("a NUL in the middle of pam_vns.conf");
	is_number(parse(MAIN, inside, sizeof(inside) - 1, &err), -EINVAL,
		  "the text is refused");
	is_string(err.text, FILE_NAME ":2: control character 0x00",
		  "error message");
	about("a NUL at the end of a user's file");
	is_number(parse(USER, behind, sizeof(behind) - 1, &err), -EINVAL,
		  "the text is refused");
	is_string(err.text, FILE_NAME ":1: control character 0x00",
		  "error message");
}

int main(void)
{
	test_table(table, LENGTH(table));
	test_nul();
	return finish();
}
