/*
 * Tests the grammar of vservers/NAME.conf and of templates; see
 * pam_vns/config/definition.h and pam_vns.conf(5).
 */
#include "grammars.h"

#define V "root = \"/r\" "
#define HOSTNAME                                                            \
	"must be a host name of letters, digits, \"-\" and \".\", at most " \
	"64"
#define M(body) V "mount \"/m\" {" body "}"
#define H(body) V "hook open {command={\"/bin/x\"}" body "}"
#define NUMBER(key, max) key ": it must be a number from 1 to " max
#define NOT_A_SOURCE(value)                                         \
	"1: source = \"" value "\": it must be \"pidfile:/PATH\", " \
	"\"ns:/PATH\", \"exec:/PROGRAM ARGUMENT...\" or \"adopted\""

static const struct row table[] = {
	/* Hooks. */
	{ VSERVER, V "hook post-stop {command={\"/bin/x\", \"%n\"}}", NULL },
	{ VSERVER, V "hook pre-stop {command={\"/bin/x\", \"a%u\"}}",
	  "1: command = \"a%u\": hook \"pre-stop\" has no user" },
	{ VSERVER, "source = \"ns:/n\" hook pre-stop {command={\"/bin/x\"}}",
	  "1: pre-stop can only be used with root =: another engine makes "
	  "this vserver" },
	{ VSERVER, "source = \"ns:/n\" start = boot",
	  "1: start = \"boot\" can only be used with root =: another engine "
	  "makes this vserver" },
	{ TEMPLATE,
	  "root = \"/r\" hook pre-stop {command={\"/bin/x\", \"%i\"}}", NULL },
	{ TEMPLATE, "root = \"/r\" start = boot",
	  "1: start = \"boot\" is for a single vserver; at boot it is not "
	  "known which vservers are made of a template" },
	{ VSERVER, V "stop = \"last-logout\"", NULL },
	{ VSERVER, V "stop = never", NULL },
	{ VSERVER, V "stop = sometimes", "*" },
	{ VSERVER, "source = \"pidfile:/a\" stop = never", NULL },
	{ VSERVER, "source = \"pidfile:/a\" stop = \"last-logout\"",
	  "1: stop = can only be used with root =: another engine ends this "
	  "vserver" },
	{ VSERVER, V "stop = \"last-logout\" stop_delay = 604800", NULL },
	{ TEMPLATE, V "stop = \"last-logout\" stop_delay = 1", NULL },
	{ VSERVER, V "stop_delay = 60", NULL },
	{ VSERVER, V "stop_delay = 0",
	  "1: " NUMBER("stop_delay = 0", "604800") },
	{ VSERVER, V "stop_delay = 604801",
	  "1: " NUMBER("stop_delay = 604801", "604800") },
	{ VSERVER, V "stop_delay = 5m",
	  "1: " NUMBER("stop_delay = 5m", "604800") },
	{ VSERVER, "source = \"ns:/n\" stop_delay = 60",
	  "1: stop_delay = can only be used with root =: another engine ends "
	  "this vserver" },
	{ VSERVER, V "max_sessions = 50", NULL },
	{ VSERVER, "source = \"ns:/n\" max_sessions = 50", NULL },
	{ TEMPLATE, V "max_sessions = 50", NULL },
	{ VSERVER, V "max_sessions = 0",
	  "1: " NUMBER("max_sessions = 0", "1000000") },
	{ VSERVER, H(""), NULL },
	{ VSERVER, H("timeout = 1 on_error = ignore"), NULL },
	{ VSERVER, H("timeout = 300 on_error = deny"), NULL },
	{ VSERVER, H("timeout = 301"), "1: " NUMBER("timeout = 301", "300") },
	{ VSERVER, H("timeout = 0"), "1: " NUMBER("timeout = 0", "300") },
	{ VSERVER, H("timeout = 5s"), "1: " NUMBER("timeout = 5s", "300") },
	{ VSERVER, H("on_error = host"),
	  "1: on_error = \"host\": it must be "
	  "\"deny\" or \"ignore\"" },
	{ VSERVER, H("user = root"), "1: no such option 'user'" },
	{ VSERVER, V "hook open {command={\"/a\",\"%n\",\"%u\",\"100%%\"}}",
	  NULL },
	{ VSERVER, V "hook open {command={\"/a\",\"%U\"}}",
	  "1: command = \"%U\": it must not be empty, and can have %n, %u and "
	  "%% only" },
	{ VSERVER, V "hook open {command={\"/a\",\"\"}}",
	  "1: command = \"\": it must not be empty, and can have %n, %u and "
	  "%% only" },
	{ VSERVER, V "hook open {command={greet}}",
	  "1: command = \"greet\": it must begin with the program's absolute "
	  "path" },
	{ VSERVER, V "hook {command={\"/a\"}}", "*" },

	/* vservers/NAME.conf. */
	{ VSERVER, V, NULL },
	{ VSERVER, "root = \"r\"", "1: root = \"r\": it " PATH },
	{ VSERVER, "root = \"/\"", "1: root = \"/\" is the host itself" },
	{ VSERVER, "",
	  "1: a vserver needs either root = or source =, and has neither" },
	{ VSERVER, V "\nsource = \"ns:/x\"",
	  "2: a vserver needs either root = or source =, not both" },
	{ VSERVER, "source = \"ns:/x\"", NULL },
	{ VSERVER, "source = \"pidfile:/x/y.pid\"", NULL },
	{ VSERVER, "source = \"exec:/x\"", NULL },
	{ VSERVER, "source = \"exec:/usr/bin/which-one -q  web\"", NULL },
	{ VSERVER, "source = \"adopted\"", NULL },
	{ VSERVER, "source = \"adopted:/x\"", NOT_A_SOURCE("adopted:/x") },
	{ VSERVER, "source = \"exec:\"", NOT_A_SOURCE("exec:") },
	{ VSERVER, "source = \"exec:/\"", NOT_A_SOURCE("exec:/") },
	{ VSERVER, "source = \"exec: /x\"", NOT_A_SOURCE("exec: /x") },
	{ VSERVER, "source = \"exec:x y\"", NOT_A_SOURCE("exec:x y") },
	{ VSERVER, "source = \"exec:/a/../b\"", NOT_A_SOURCE("exec:/a/../b") },
	{ VSERVER, "source = \"ns:x\"", NOT_A_SOURCE("ns:x") },
	{ VSERVER, "source = \"lxc:/x\"", NOT_A_SOURCE("lxc:/x") },
	{ VSERVER, "source = \"/x\"", NOT_A_SOURCE("/x") },
	{ VSERVER,
	  "source = adopted start_command = {\"/x\", \"%n\", \"100%%\"}",
	  NULL },
	{ VSERVER, "source = adopted start = boot start_command = {\"/x\"}",
	  NULL },
	{ VSERVER, "source = adopted start = boot",
	  "1: start = \"boot\" can only be used with root =: another engine "
	  "makes this vserver" },
	{ VSERVER, "source = adopted start_command = {\"x\"}",
	  "1: start_command = \"x\": it must begin with the program's absolute "
	  "path" },
	{ VSERVER, "source = adopted start_command = {\"/x\", \"%u\"}",
	  "1: start_command = \"%u\": it must not be empty, and can have %n "
	  "and %% only" },
	{ VSERVER, V "start_command = {\"/x\"}",
	  "1: start_command = can only be used with source =: it is about the "
	  "container of another engine" },
	{ VSERVER, "source = \"ns:/x\" mount \"/m\" {type=tmpfs}",
	  "1: mount can only be used with root =: another engine makes this "
	  "vserver" },
	{ VSERVER, V "context = 1", NULL },
	{ VSERVER, V "context = 2147483647", NULL },
	{ VSERVER, V "context = 2147483648",
	  "1: " NUMBER("context = 2147483648", "2147483647") },
	{ VSERVER, V "context = 0", "1: " NUMBER("context = 0", "2147483647") },
	{ VSERVER, V "context = -1",
	  "1: " NUMBER("context = -1", "2147483647") },
	{ VSERVER, V "\ncontext = 0x10",
	  "2: " NUMBER("context = 0x10", "2147483647") },
	{ VSERVER, V "context = \"\"",
	  "1: " NUMBER("context = ", "2147483647") },
	{ VSERVER, V "namespaces = {mnt}", NULL },
	{ VSERVER, V "namespaces = {mnt,\npid}", NULL },
	{ VSERVER, V "namespaces = {mnt,\nfs}",
	  "2: namespaces = \"fs\": it must be one of \"mnt\", \"uts\", "
	  "\"ipc\", \"pid\", \"net\", \"cgroup\", \"user\", \"time\"" },
	{ VSERVER, V "namespaces = {\"pid\", \"uts\"}",
	  "1: namespaces must contain \"mnt\": a session enters the mount "
	  "namespace" },
	{ VSERVER, "source = \"ns:/n\" namespaces = {pid}",
	  "1: namespaces must contain \"mnt\": a session enters the mount "
	  "namespace" },
	{ VSERVER, V "user_namespace = auto", NULL },
	{ VSERVER, V "user_namespace = \"100000:65536\"", NULL },
	{ VSERVER, V "user_namespace = auto namespaces = {mnt, user}", NULL },
	{ VSERVER, V "namespaces = {mnt, user}", NULL },
	{ VSERVER, V "user_namespace = auto namespaces = {mnt, pid}",
	  "1: user_namespace = needs \"user\" in namespaces" },
	{ VSERVER, V "\nuser_namespace = \"0:65536\"",
	  "2: user_namespace = \"0:65536\": it must be \"auto\" or "
	  "BASE:COUNT, a range of user and group ids from 65536 up" },
	{ VSERVER, V "\nuser_namespace = \"x\"",
	  "2: user_namespace = \"x\": it must be \"auto\" or "
	  "BASE:COUNT, a range of user and group ids from 65536 up" },
	{ VSERVER, V "hostname = \"a-b.c9\" namespaces = {mnt, uts}", NULL },
	{ VSERVER, V "user_namespace = auto map = {users}", NULL },
	{ VSERVER, V "namespaces = {mnt, user} map = {users}", NULL },
	{ VSERVER, V "user_namespace = \"100000:65536\" map = {users}", NULL },
	{ VSERVER, V "user_namespace = \"100000:65535\" map = {users}",
	  "1: map needs a user_namespace of 65536 ids or more" },
	{ VSERVER, V "map = {users}",
	  "1: map needs a user namespace, in which ids are mapped" },
	{ VSERVER, V "\nuser_namespace = auto map = {alice}",
	  "2: map = \"alice\": it must be \"users\"" },
	{ VSERVER, "source = \"ns:/n\" map = {users}",
	  "1: map can only be used with root =: another engine makes this "
	  "vserver" },
	{ VSERVER, V "hostname = a user_namespace = auto", NULL },
	{ VSERVER, V "hostname = a",
	  "1: hostname = needs \"uts\" in namespaces" },
	{ VSERVER,
	  V "hostname = a user_namespace = auto namespaces = {mnt, "
	    "user}",
	  "1: hostname = needs \"uts\" in namespaces" },
	{ VSERVER, V "hostname = \"-a\"",
	  "1: hostname = \"-a\": it " HOSTNAME },
	{ VSERVER, V "hostname = \"a b\"",
	  "1: hostname = \"a b\": it " HOSTNAME },
	{ VSERVER, V "hostname = \"\"", "1: hostname = \"\": it " HOSTNAME },
	{ VSERVER, V "template = \"/srv/t\"", NULL },
	{ VSERVER, V "template = \"t\"", "1: template = \"t\": it " PATH },
	{ VSERVER, "source = \"ns:/n\" template = \"/t\"",
	  "1: template can only be used with root =: another engine makes "
	  "this vserver" },
	{ VSERVER, "source = \"ns:/n\" user_namespace = auto",
	  "1: user_namespace can only be used with root =: another engine "
	  "makes this vserver" },
	{ VSERVER, V "start = on-login", NULL },
	{ VSERVER, V "start = manual", NULL },
	{ VSERVER, V "start = boot", NULL },
	{ VSERVER, V "start = always",
	  "1: start = \"always\": it must be \"on-login\", \"boot\" or "
	  "\"manual\"" },
	{ VSERVER, V "log = host", NULL },
	{ VSERVER, V "log = none", NULL },
	{ VSERVER, V "log = yes",
	  "1: log = \"yes\": it must be \"host\" or \"none\"" },
	{ VSERVER, V "capabilities = {all}", NULL },
	{ VSERVER, V "capabilities = {tenant, chown}", NULL },
	{ VSERVER, V "capabilities = {chown,\nchwon}",
	  "2: capabilities = \"chwon\": it must be \"tenant\", \"all\" or a "
	  "list of capabilities' names" },
	{ VSERVER, V "capabilities = {}",
	  "1: an empty list matches nothing; remove the key or fill it" },
	{ VSERVER, V "users = {a}", "1: no such option 'users'" },

	/* Mounts. */
	{ VSERVER, M("source=\"/s/%n\" options={ro,nodev}"), NULL },
	{ VSERVER, M("source=\"/s\" type=rbind"), NULL },
	{ VSERVER, M("type=tmpfs options={\"size=1M\"}"), NULL },
	{ VSERVER, M("type=ext4 source=\"LABEL=a\""), NULL },
	{ VSERVER, M(""), "1: mount \"/m\" needs source = an absolute path" },
	{ VSERVER, M("source=s"),
	  "1: mount \"/m\" needs source = an absolute path" },
	{ VSERVER, M("source=\"/%u\""),
	  "1: source = \"/%u\": it must not be empty, and can have %n and %% "
	  "only" },
	{ VSERVER, M("source=\"\""),
	  "1: source = \"\": it must not be empty, and can have %n and %% "
	  "only" },
	{ VSERVER, M("type=\"Ext4\""),
	  "1: type = \"Ext4\": it must be \"bind\", \"rbind\", \"none\" or a "
	  "filesystem's name" },
	{ VSERVER, M("type=\"\""),
	  "1: type = \"\": it must be \"bind\", \"rbind\", \"none\" or a "
	  "filesystem's name" },
	{ VSERVER, M("source=\"/s\" options={rbind, slave, nofail}"), NULL },
	{ VSERVER, M("source=\"/s\" type=none options={bind}"), NULL },
	{ VSERVER, M("source=\"/s\" options={move}"), NULL },
	{ VSERVER, M("source=\"/s\" type=none"),
	  "1: mount \"/m\" with type none needs one of the options bind, "
	  "rbind and move" },
	{ VSERVER, M("source=\"/s\" type=ext4 options={bind}"),
	  "1: mount \"/m\" cannot have the type of a filesystem and be a "
	  "bind or moved" },
	{ VSERVER, M("source=\"/s\" options={bind, move}"),
	  "1: mount \"/m\" can be a bind or can be moved, but not both" },
	{ VSERVER, M("source=s options={move}"),
	  "1: mount \"/m\" needs source = an absolute path" },
	{ VSERVER, M("type=proc"),
	  "1: mount \"/m\" cannot be of type proc: a vserver has a /proc of "
	  "its own" },
	{ VSERVER, V "fstab = \"/etc/f\" propagation = slave", NULL },
	{ VSERVER, V "propagation = shared", NULL },
	{ VSERVER, V "fstab = \"f\"", "1: fstab = \"f\": it " PATH },
	{ VSERVER, V "propagation = rslave",
	  "1: propagation = \"rslave\": it must be \"private\", \"slave\" or "
	  "\"shared\"" },
	{ VSERVER, V "propagation = shared\nuser_namespace = auto",
	  "2: propagation = \"shared\" is not possible with a user "
	  "namespace, but \"slave\" is" },
	{ VSERVER, V "propagation = shared namespaces = {mnt, user}",
	  "1: propagation = \"shared\" is not possible with a user "
	  "namespace, but \"slave\" is" },
	{ VSERVER, "source = \"ns:/x\" fstab = \"/f\"",
	  "1: fstab can only be used with root =: another engine makes this "
	  "vserver" },
	{ VSERVER, "source = \"ns:/x\" propagation = slave",
	  "1: propagation can only be used with root =: another engine makes "
	  "this vserver" },
	{ VSERVER, M("source=\"/s\" options={\"ro,nodev\"}"),
	  "1: options = \"ro,nodev\": it must be one option each: {\"ro\", "
	  "\"nodev\"}" },
	{ VSERVER, M("source=\"/s\" options={\"\"}"),
	  "1: options = \"\": it must be one option each: {\"ro\", "
	  "\"nodev\"}" },
	{ VSERVER, M("source=\"/s\" options={}"),
	  "1: an empty list matches nothing; remove the key or fill it" },
	{ VSERVER, V "\nmount m {type=tmpfs}",
	  "2: mount \"m\": it must be an absolute path below \"/\"" },
	{ VSERVER, V "mount \"/\" {type=tmpfs}",
	  "1: mount \"/\": it must be an absolute path below \"/\"" },
	{ VSERVER, V "mount \"/a/../b\" {type=tmpfs}",
	  "1: mount \"/a/../b\": it must be an absolute path below \"/\"" },
	{ VSERVER, M("type=tmpfs") "\nmount \"/m\" {type=tmpfs}",
	  "2: found duplicate title '/m'" },

	/* What a login's shell is asked for. */
	{ VSERVER, V "shell_check = yes", NULL },
	{ TEMPLATE, V "shell_check = auto", NULL },
	{ VSERVER, "source = \"ns:/x\" shell_check = no", NULL },
	{ VSERVER, V "shell_check = false",
	  "1: shell_check = \"false\": it must be \"yes\", \"no\" or "
	  "\"auto\"" },
	{ VSERVER, V "shell_check = \"\"",
	  "1: shell_check = \"\": it must be \"yes\", \"no\" or \"auto\"" },

	/* What everything inside is to lose. */
	{ VSERVER, V "seccomp = tenant no_new_privs = true nosuid = true",
	  NULL },
	{ VSERVER, V "seccomp = none no_new_privs = false nosuid = false",
	  NULL },
	{ VSERVER, V "seccomp = strict",
	  "1: seccomp = \"strict\": it must be \"tenant\" or \"none\"" },
	{ VSERVER, V "no_new_privs = maybe", "*" },
	{ VSERVER, "source = \"ns:/x\" seccomp = tenant no_new_privs = true",
	  NULL },
	{ VSERVER, "source = \"ns:/x\" nosuid = true",
	  "1: nosuid can only be used with root =: another engine makes this "
	  "vserver" },
};

#define BEHIND(name)                                             \
	"vserver \"" name                                        \
	"\": what is behind the \"@\" must begin with a letter " \
	"or a digit"

/* These are texts of a template, NAME@.conf. */
static const struct {
	const char *name, *text, *error;
} instances[] = {
	{ "c@bob", "root = \"/srv/%i\"", NULL },
	{ "c@bob",
	  "root = \"/srv/%n/%%\" hostname = \"%i.x\" namespaces = {mnt, uts}",
	  NULL },
	{ "c@-b", "root = \"/r\"", BEHIND("c@-b") },
	{ "c@..", "root = \"/srv/%i\"", BEHIND("c@..") },
	{ "c@.b", "root = \"/r\" template = \"/srv/%i/b\"", BEHIND("c@.b") },
	{ "c@@b", "source = \"ns:/run/%i/x\"", BEHIND("c@@b") },
	{ "c@_b", "root = \"/r\" mount \"/m\" {source = \"/s/%i\"}",
	  BEHIND("c@_b") },
	{ "c@b_", "root = \"/r\" hostname = \"%i_\" namespaces = {mnt, uts}",
	  "f: hostname = \"b-_\": it " HOSTNAME },
	{ "c@b", "root = \"/r\" mount \"/m\" {source = \"/s/../%i\"}",
	  "f:1: mount \"/m\" must have no \".\" and no \"..\" in its source" },
	{ "c@bob", "root = \"/srv/%u\"",
	  "f:1: root = \"/srv/%u\": it can have %n, %i and %% only" },
	{ "c@bob", "root = \"/r\" context = 7",
	  "f:1: context = is the number of a single vserver; vservers made "
	  "of a template cannot have one" },
	{ "c@bob", "root = \"/r\" cgroup = \"vns/%i\"", NULL },
	{ "c@bob", "root = \"/r\" cgroup = \"vns/%u\"",
	  "f:1: cgroup = \"vns/%u\": it must be a path below the cgroup v2 "
	  "mount like \"vns/%n\": names of letters, digits and \"_.@-\", "
	  "without a \"/\" before or behind, %n and %i" },
	{ "c@bob", "root = \"/r\" mount \"/m\" {source = \"/s/%i/%n\"}", NULL },
	{ "c@bob", "root = \"/r\" hook open {command = {\"/p\", \"%i%u\"}}",
	  NULL },
	{ "c@bob", "root = \"/r\" hook open {command = {\"/p\", \"%x\"}}",
	  "f:1: command = \"%x\": it must not be empty, and can have %n, %i, "
	  "%u and %% only" },
};

static void test_instance(size_t i)
{
	const char *text = instances[i].text, *error = instances[i].error;
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err = { "" };
	int rc = vns_config_parse_vserver(text, strlen(text), "f",
					  instances[i].name, true, &vserver,
					  &err);

	about("[%zu] template of %s with \"%s\"", i, instances[i].name, text);
	is_number(rc, error ? -EINVAL : 0, "it is %s",
		  error ? "refused" : "accepted");
	is_string(err.text, error ? error : "", "%s",
		  error ? "error message" : "no error message is set");
	is_number(vserver != NULL, !error, "there is %s vserver",
		  error ? "no" : "a");
}

static void test_vserver_name(void)
{
	struct vns_vserver *vserver = NULL;
	struct vns_error err = { "" };

	about("a definition of \"../a\"");
	is_number(vns_config_parse_vserver(V, strlen(V), "f", "../a", false,
					   &vserver, &err),
		  -EINVAL, "it is refused");
	is_string(err.text, "\"../a\" is not a valid vserver name",
		  "error message");
	is_number(vserver != NULL, false, "there is no vserver");
}

int main(void)
{
	size_t i;

	test_table(table, LENGTH(table));
	for (i = 0; i < LENGTH(instances); i++)
		test_instance(i);
	test_vserver_name();
	return finish();
}
