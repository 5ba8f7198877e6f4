/*
 * Tests what is read from definitions of vservers and from templates; see
 * pam_vns/config/definition.h.
 */
#include "config/lifecycle.h"
#include "grammars.h"

#define V "root = \"/r\" "

static void test_vserver_values(void)
{
	static const char text[] =
		"context = 123 root = \"/srv/a\" namespaces = {mnt}\n"
		"max_sessions = 50 stop_delay = 70 start = manual log = none "
		"shell_check = no seccomp = none no_new_privs = true nosuid = "
		"true "
		"devices = {\"/dev/fuse\", \"/dev/dri/*\"} "
		"run_dirs = {\"lock 1777\", \"tmpfiles.d\"} capabilities = "
		"{cap_kill, chown}\n"
		"environment = {\"drop A*\", \"B=%n\"}\n"
		"mount \"/home\" { source = \"/srv/%n\" options = {ro, nodev} "
		"}\n"
		"mount \"/t\" { type = tmpfs }\n"
		"cgroup = \"vns/%n\"\n"
		"limits { pids.max = 100\n"
		"	io.max = {\"8:0 wiops=1\", \"8:16 wiops=2\"} }\n"
		"hook open { command = {\"/p\"} }\n"
		"hook pre-start { command = {\"/a\"} on_error = ignore }\n"
		"hook post-stop { command = {\"/b\"} timeout = 7 }";
	static const struct vns_config nothing;
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err = { "" };

	need(vns_config_parse_vserver(text, strlen(text), "f", "acme", false,
				      &vserver, &err) == 0,
	     err.text);
	about("a definition with all keys");
	is_string(vserver->name, "acme", "the vserver's name");
	is_number(vserver->context, 123, "context");
	is_string(vserver->root, "/srv/a", "root");
	is_string(vserver->source, NULL, "there is no source");
	is_number(vserver->start, VNS_START_MANUAL, "start is manual");
	is_number(vserver->max_sessions, 50, "max_sessions is 50");
	is_number(vserver->stop_delay, 70, "stop_delay is 70");
	is_number(vserver->host_log, false, "log is not host");
	is_number(vserver->shell_check, VNS_SHELL_CHECK_NO,
		  "shell_check is no");
	is_number(vserver->capabilities, 1 << 5 | 1,
		  "capabilities are kill and chown");
	is_number(vserver->seccomp, VNS_SECCOMP_NONE, "seccomp is none");
	ok(vserver->no_new_privs && vserver->nosuid,
	   "no_new_privs and nosuid are true");
	is_list(&vserver->devices, "/dev/fuse|/dev/dri/*", "devices");
	is_list(&vserver->run_dirs, "lock 1777|tmpfiles.d", "run_dirs");
	is_list(&vserver->environment, "drop A*|B=%n",
		"environment is not expanded yet");
	is_number(vserver->mount_count, 2, "there are two mounts");
	is_string(vserver->mounts[0].target, "/home",
		  "the first mount's target");
	is_string(vserver->mounts[0].source, "/srv/%n",
		  "the first mount's source is not expanded yet");
	is_string(vserver->mounts[0].type, "bind",
		  "the first mount's type is bind by default");
	is_list(&vserver->mounts[0].options, "ro|nodev",
		"the first mount's options");
	is_string(vserver->mounts[1].target, "/t", "the second mount's target");
	is_string(vserver->mounts[1].source, NULL,
		  "the second mount has no source");
	is_string(vserver->mounts[1].type, "tmpfs", "the second mount's type");
	is_string(vserver->cgroup, "vns/acme",
		  "cgroup has the vserver's name for %%n");
	is_number(vserver->limit_count, 2, "there are two limits");
	is_string(vserver->limits[0].file, "io.max", "the first limit's file");
	is_list(&vserver->limits[0].values, "8:0 wiops=1|8:16 wiops=2",
		"the first limit's values");
	is_string(vserver->limits[1].file, "pids.max",
		  "the second limit's file");
	is_list(&vserver->limits[1].values, "100", "the second limit's value");
	is_list(&vserver->open.command, "/p", "the open hook's command");
	is_number(vserver->open.timeout, 10,
		  "the open hook's time limit is 10 s by default");
	is_number(vserver->open.deny, true,
		  "a failure of the open hook denies by default");
	is_list(&vserver->lifecycle[VNS_LIFECYCLE_PRE_START].command, "/a",
		"the pre-start hook's command");
	is_number(vserver->lifecycle[VNS_LIFECYCLE_PRE_START].timeout, 30,
		  "the pre-start hook's time limit is 30 s by default");
	is_number(vserver->lifecycle[VNS_LIFECYCLE_PRE_START].deny, false,
		  "a failure of the pre-start hook is ignored");
	is_list(&vserver->lifecycle[VNS_LIFECYCLE_POST_STOP].command, "/b",
		"the post-stop hook's command");
	is_number(vns_config_lifecycle_time(&nothing, vserver), 37,
		  "its hooks may take 37 s together");
	is_number(vns_config_has_hook(&nothing, vserver,
				      VNS_LIFECYCLE_PRE_START),
		  true, "it has a pre-start hook");
	is_number(vns_config_has_hook(&nothing, vserver,
				      VNS_LIFECYCLE_PRE_STOP),
		  false, "it has no pre-stop hook");
}

static void test_vserver_defaults(void)
{
	static const char text[] = "source = \"pidfile:/p\"";
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err = { "" };

	need(vns_config_parse_vserver(text, strlen(text), "f", "a", false,
				      &vserver, &err) == 0,
	     err.text);
	about("a definition with nothing but source");
	is_number(vserver->context, 0, "there is no context");
	is_string(vserver->root, NULL, "there is no root");
	is_string(vserver->source, "pidfile:/p", "source");
	is_number(vserver->start, VNS_START_ON_LOGIN, "start is on-login");
	is_number(vserver->max_sessions, 0, "there is no limit of sessions");
	is_number(vserver->stop_delay, 0, "a stop is not put off");
	is_number(vserver->shell_check, VNS_SHELL_CHECK_AUTO,
		  "shell_check is auto");
	is_number(vserver->host_log, true, "log is host");
	is_number(vserver->capabilities, vns_capname_tenant(),
		  "capabilities are those of a tenant");
	is_string(vserver->cgroup, NULL, "there is no cgroup");
	is_number(vserver->mount_count + vserver->limit_count +
			  vserver->devices.count + vserver->run_dirs.count +
			  vserver->environment.count +
			  vserver->open.command.count,
		  0,
		  "there are no mounts, limits, devices, variables or open "
		  "hook, and directories in /run are the usual ones");
}

static void test_vserver_namespaces(void)
{
	static const struct {
		const char *text;
		vns_nsset set;
	} rows[] = {
		{ V, VNS_NSSET(VNS_NS_MNT) | VNS_NSSET(VNS_NS_PID) },
		{ V "namespaces = {mnt}", VNS_NSSET(VNS_NS_MNT) },
		{ V "user_namespace = auto", VNS_NSSET_ALL &
						     ~VNS_NSSET(VNS_NS_NET) &
						     ~VNS_NSSET(VNS_NS_TIME) },
		{ "source = \"ns:/n\"", VNS_NSSET_ALL },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
		struct vns_error err = { "" };

		need(vns_config_parse_vserver(rows[i].text,
					      strlen(rows[i].text), "f", "a",
					      false, &vserver, &err) == 0,
		     err.text);
		about("a definition with \"%s\"", rows[i].text);
		is_number(vserver->namespaces, rows[i].set, "its namespaces");
	}
}

static void test_vserver_cgroup(void)
{
	static const struct {
		const char *text, *cgroup;
		bool usual, apart;
	} rows[] = {
		{ V, "vns/a", true, false },
		{ V "cgroup = \"b/%n\"", "b/a", false, false },
		{ V "cgroup = none", "vns/a", true, true },
		{ V "limits { pids.max = 1 }", "vns/a", false, false },
		{ "source = \"ns:/n\"", NULL, false, false },
		{ "source = \"ns:/n\" cgroup = none", NULL, false, true },
		{ "source = \"ns:/n\" cgroup = b", "b", false, false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
		struct vns_error err = { "" };

		need(vns_config_parse_vserver(rows[i].text,
					      strlen(rows[i].text), "f", "a",
					      false, &vserver, &err) == 0,
		     err.text);
		about("a definition with \"%s\"", rows[i].text);
		is_string(vserver->cgroup, rows[i].cgroup, "cgroup");
		is_number(vserver->cgroup_usual, rows[i].usual,
			  "the cgroup %s the usual one",
			  rows[i].usual ? "is" : "is not");
		is_number(vserver->cgroup_apart, rows[i].apart, "sessions %s",
			  rows[i].apart ? "stay out of the cgroup" :
					  "are moved into the cgroup");
	}
}

static void test_instance_values(void)
{
	static const char text[] =
		"root = \"/srv/%i/%n%%\" hostname = \"h-%i\" "
		"user_namespace = auto template = \"/%n\"\n"
		"mount \"/m\" {source = \"/s/%i\"}";
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err = { "" };

	need(vns_config_parse_vserver(text, strlen(text), "f", "c@b_b@b", true,
				      &vserver, &err) == 0,
	     err.text);
	about("a template of c@b_b@b");
	is_string(vserver->name, "c@b_b@b", "the vserver's name");
	is_string(vserver->instance, "b_b@b",
		  "the instance is what is behind the first @");
	is_string(vserver->root, "/srv/b_b@b/c@b_b@b%", "root is expanded");
	is_string(vserver->template, "/c@b_b@b", "template is expanded");
	is_string(vserver->hostname, "h-b-b-b",
		  "hostname is expanded, with - for characters that it may not "
		  "have");
	is_string(vserver->mounts[0].source, "/s/%i",
		  "a mount's source is not expanded yet");
}

static void test_instance_encoded(void)
{
	static const char text[] = "root = \"/srv/%i\" hostname = \"%i.org\" "
				   "cgroup = \"v/%n/%i\" user_namespace = auto";
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err = { "" };

	need(vns_config_parse_vserver(text, strlen(text), "f", "c@%5Fa%5Cb",
				      true, &vserver, &err) == 0,
	     err.text);
	about("a template of c@%%5Fa%%5Cb");
	is_string(vserver->instance, "%5Fa%5Cb", "the instance");
	is_string(vserver->root, "/srv/%5Fa%5Cb", "root has it as it is");
	is_string(vserver->cgroup, "v/c@%5Fa%5Cb/%5Fa%5Cb",
		  "cgroup has it as it is");
	is_string(vserver->hostname, "x5Fa-5Cb.org",
		  "hostname begins with x, and has - for other %%");
}

int main(void)
{
	test_vserver_values();
	test_vserver_defaults();
	test_vserver_namespaces();
	test_vserver_cgroup();
	test_instance_values();
	test_instance_encoded();
	return finish();
}
