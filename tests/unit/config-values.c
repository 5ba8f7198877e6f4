/*
 * Tests what is read from pam_vns.conf and USER.conf, up to the largest file;
 * see pam_vns/config/config.h.
 */
#include "grammars.h"

static void test_main_values(void)
{
	static const char text[] =
		"rule \"a b\" { users = {'x', \"\\\"\\\\*\"} groups = {g}\n"
		"uids = {1, \"2-3\"} services = {s} ttys = {t} rhosts = {h}\n"
		"vserver = \"v-%u\" max_sessions = 2\n"
		"hook open { command = {\"/p\", \"%n\"} timeout = 7\n"
		"on_error = ignore } }\n"
		"rule last { target = deny message = \"Bye.\" }\n"
		"default = deny\nvserver_dir = \"/vd\" user_dir = \"/ud\"\n"
		"run_dir = \"/rd\"\n"
		"hook open { command = {\"/all\"} }\n"
		"hook post-start { command = {\"/started\"} timeout = 3 }";
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	struct vns_error err = { "" };
	const struct vns_rule *rule;

	need(vns_config_parse(text, strlen(text), "f", &config, &err) == 0,
	     err.text);
	about("pam_vns.conf with two rules");
	is_number(config->rule_count, 2, "it has two rules");
	rule = &config->rules[0];
	is_string(rule->name, "a b", "the first rule's name");
	is_list(&rule->users, "x|\"\\*", "the first rule's users");
	is_list(&rule->groups, "g", "the first rule's groups");
	is_list(&rule->uids, "1|2-3", "the first rule's uids");
	is_list(&rule->services, "s", "the first rule's services");
	is_list(&rule->ttys, "t", "the first rule's ttys");
	is_list(&rule->rhosts, "h", "the first rule's rhosts");
	is_number(rule->target, VNS_TARGET_VSERVER,
		  "the first rule's target is a vserver");
	is_string(rule->vserver, "v-%u", "the first rule's vserver");
	is_number(rule->max_sessions, 2, "the first rule's max_sessions");
	is_string(rule->message, NULL, "the first rule has no message");
	is_list(&rule->open.command, "/p|%n",
		"the command of the first rule's hook");
	is_number(rule->open.timeout, 7,
		  "the time limit of the first rule's hook");
	is_number(rule->open.deny, false,
		  "a failure of the first rule's hook is ignored");
	rule = &config->rules[1];
	is_string(rule->name, "last", "the second rule's name");
	is_number(rule->target, VNS_TARGET_DENY,
		  "the second rule's target is deny");
	is_string(rule->vserver, NULL, "the second rule has no vserver");
	is_number(rule->max_sessions, 0, "the second rule has no limit");
	is_string(rule->message, "Bye.", "the second rule's message");
	is_number(rule->users.count + rule->open.command.count, 0,
		  "the second rule has no users and no hook");
	is_number(config->default_target, VNS_TARGET_DENY, "default is deny");
	is_string(config->vserver_dir, "/vd", "vserver_dir");
	is_string(config->user_dir, "/ud", "user_dir");
	is_string(config->run_dir, "/rd", "run_dir");
	is_list(&config->open.command, "/all",
		"the command of the open hook of all logins");
	is_list(&config->lifecycle[VNS_LIFECYCLE_POST_START].command,
		"/started",
		"the command of the post-start hook of all vservers");
}

static void test_main_defaults(void)
{
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	struct vns_error err = { "" };

	/* It is not read past its length, which is 0. */
	need(vns_config_parse("x", 0, "f", &config, &err) == 0, err.text);
	about("pam_vns.conf that is empty, with a byte behind its end");
	is_number(config->rule_count, 0, "it has no rule");
	is_number(config->default_target, VNS_TARGET_HOST, "default is host");
	is_string(config->vserver_dir, "/etc/vns/vservers",
		  "vserver_dir is /etc/vns/vservers");
	is_string(config->user_dir, NULL, "there is no user_dir");
	is_string(config->run_dir, "/run/vns", "run_dir is /run/vns");
}

static void test_user_values(void)
{
	static const char text[] =
		"services = {sshd} groups = {g} ttys = {t} rhosts = {r}\n"
		"target = host";
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	struct vns_error err = { "" };
	const struct vns_rule *rule;

	need(vns_config_parse_user(text, strlen(text), "/u/a.conf", &config,
				   &err) == 0,
	     err.text);
	about("a user's file");
	is_number(config->rule_count, 1, "it is one rule");
	rule = &config->rules[0];
	is_string(rule->name, "/u/a.conf", "the rule is called like the file");
	is_list(&rule->services, "sshd", "services");
	is_list(&rule->groups, "g", "groups");
	is_list(&rule->ttys, "t", "ttys");
	is_list(&rule->rhosts, "r", "rhosts");
	is_number(rule->users.count + rule->uids.count, 0,
		  "it has no users and no uids");
	is_number(rule->target, VNS_TARGET_HOST, "its target is host");
}

/* The environment changes nothing. */
static void test_environment(void)
{
	static const char text[] = "vserver_dir = \"/HOME\"";
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	struct vns_error err = { "" };

	setenv("HOME", "/elsewhere", 1);
	need(vns_config_parse(text, strlen(text), "f", &config, &err) == 0,
	     err.text);
	about("pam_vns.conf");
	is_string(config->vserver_dir, "/HOME",
		  "a path with HOME in it stays so, whatever $HOME is");
}

/* A file can be as long as the limit, with a long list or a long string. */
static void test_big(void)
{
	VNS_AUTOFREE char *text = malloc(VNS_CONFIG_SIZE_MAX + 1);
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	struct vns_error err = { "" };
	size_t used, items = 0, lines = 1;

	need(text, "malloc");
	used = (size_t)sprintf(text, "rule r {target=host users={u");
	/* The items are long, as a sanitizer makes each of them expensive. */
	while (used < VNS_CONFIG_SIZE_MAX - 250) {
		used += (size_t)sprintf(text + used, ",\n%0200d", 0);
		items++;
	}
	used += (size_t)sprintf(text + used, "}}");
	memset(text + used, ' ', VNS_CONFIG_SIZE_MAX - used);
	about("pam_vns.conf of 256 KiB with one long list");
	is_number(vns_config_parse(text, VNS_CONFIG_SIZE_MAX, "f", &config,
				   &err),
		  0, "it is accepted");
	is_number(config ? config->rules[0].users.count : 0, items + 1,
		  "all items of the list are there");
	lines += items;

	memcpy(text + VNS_CONFIG_SIZE_MAX - 6, " x=1  ", 6);
	is_number(parse(MAIN, text, VNS_CONFIG_SIZE_MAX, &err), -EINVAL,
		  "a mistake in its last line is refused");
	sprintf(text, FILE_NAME ":%zu: no such option 'x'", lines);
	is_string(err.text, text,
		  "the message on a mistake in its last line has that line");

	memset(text, 'x', VNS_CONFIG_SIZE_MAX);
	memcpy(text, "default=\"", 9);
	text[VNS_CONFIG_SIZE_MAX - 1] = '"';
	about("pam_vns.conf of 256 KiB with one long string");
	is_number(parse(MAIN, text, VNS_CONFIG_SIZE_MAX, &err), -EINVAL,
		  "it is refused");
	ok(strncmp(err.text, FILE_NAME ":1: default = \"xxx", 32) == 0,
	   "the error message is cut off: %.60s", err.text);
}

int main(void)
{
	test_main_values();
	test_main_defaults();
	test_user_values();
	test_environment();
	test_big();
	return finish();
}
