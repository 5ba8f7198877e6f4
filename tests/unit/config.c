/* The three grammars; see pam_vns/config/config.h and pam_vns.conf(5). */
#include "config/config.h"
#include "config/definition.h"
#include "config/lifecycle.h"

#include "tap.h"

#include <errno.h>

#define FILE_NAME "/etc/vns/x.conf"

enum grammar { MAIN, USER, VSERVER, TEMPLATE };

/* One text for one grammar; the object is freed. */
static int parse(enum grammar grammar, const char *text, size_t length,
		 struct vns_error *err)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	int rc;

	switch (grammar) {
	case MAIN:
		rc = vns_config_parse(text, length, FILE_NAME, &config, err);
		break;
	case USER:
		rc = vns_config_parse_user(text, length, FILE_NAME, &config,
					   err);
		break;
	default:
		rc = vns_config_parse_vserver(
			text, length, FILE_NAME,
			grammar == TEMPLATE ? "acme@i" : "acme",
			grammar == TEMPLATE, &vserver, err);
	}
	if ((rc == 0) != (config || vserver))
		diag("%d, but %san object", rc, rc ? "" : "not ");
	return rc;
}

#define L(limits) "cgroup = \"vns/a\" limits { " limits " }"
#define CGROUP                                                                 \
	"must be a path below the cgroup v2 mount like \"vns/%n\": names of "  \
	"letters, digits and \"_.@-\", without a \"/\" before or behind, and " \
	"%n"
#define V "root = \"/r\" "
#define HOSTNAME                                                            \
	"must be a host name of letters, digits, \"-\" and \".\", at most " \
	"64"
#define R(body) "rule r {target=deny " body "}"
#define S(body) "rule r {vserver=v " body "}"
#define M(body) V "mount \"/m\" {" body "}"
#define H(body) V "hook open {command={\"/bin/x\"}" body "}"

#define NUMBER(key, max) key ": it must be a number from 1 to " max
#define PATH                                                           \
	"must be an absolute path without \".\", \"..\", \"//\" or a " \
	"\"/\" at the end"
#define EMPTY "must not be empty"
#define GROUP "must be a group's name or number, not a pattern"
#define NONE "file needs either vserver = or target =, and has neither"

/* With error NULL the text is good. */
static const struct {
	enum grammar grammar;
	const char *text, *error;
} table[] = {
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

	/* Their lists. */
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
	  "%u, %U, %g" },
	{ MAIN, "rule a {vserver=\"../a\"}",
	  "1: vserver = \"../a\": it may have letters, digits, \"_.@-\" and "
	  "%u, %U, %g" },
	{ MAIN, "rule a {vserver=\"%n\"}",
	  "1: vserver = \"%n\": it can have %u, %U and %g only" },
	{ MAIN, "rule a {vserver=\"x%%\"}",
	  "1: vserver = \"x%%\": it can have %u, %U and %g only" },
	{ MAIN, "rule a {vserver=\"x%\"}",
	  "1: vserver = \"x%\": it can have %u, %U and %g only" },
	{ MAIN, "rule a {vserver=\"\"}",
	  "1: vserver = \"\": it must be a vserver's name" },

	/* Hooks; the same for a vserver. */
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
	{ MAIN, S("hook close {command={\"/bin/x\"} timeout = 3}"), NULL },
	{ MAIN, S("hook close {command={\"/bin/x\"} on_error = ignore}"),
	  "1: hook \"close\" has no on_error: there is nothing left to "
	  "refuse" },
	{ VSERVER, V "stop = \"last-logout\"", NULL },
	{ VSERVER, V "stop = never", NULL },
	{ VSERVER, V "stop = sometimes", "*" },
	{ VSERVER, "source = \"pidfile:/a\" stop = never", NULL },
	{ VSERVER, "source = \"pidfile:/a\" stop = \"last-logout\"",
	  "1: stop = can only be used with root =: another engine ends this "
	  "vserver" },
	{ MAIN, S("hook open {}"),
	  "1: hook \"open\" needs command = {\"/PROGRAM\"}" },
	{ MAIN, S("hook open {command={\"/a\"}}\nhook open {command={\"/b\"}}"),
	  "2: found duplicate title 'open'" },
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
	{ VSERVER, "source = \"ns:x\"",
	  "1: source = \"ns:x\": it must be \"pidfile:/PATH\" or "
	  "\"ns:/PATH\"" },
	{ VSERVER, "source = \"lxc:/x\"",
	  "1: source = \"lxc:/x\": it must be \"pidfile:/PATH\" or "
	  "\"ns:/PATH\"" },
	{ VSERVER, "source = \"/x\"",
	  "1: source = \"/x\": it must be \"pidfile:/PATH\" or \"ns:/PATH\"" },
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

	/* Cgroups. */
	{ VSERVER, V "cgroup = vns", NULL },
	{ VSERVER, V "cgroup = \"vns/%n\"", NULL },
	{ VSERVER, "source = \"ns:/n\" cgroup = \"machine.slice/a\"", NULL },
	{ VSERVER, V "cgroup = \"/vns\"", "1: cgroup = \"/vns\": it " CGROUP },
	{ VSERVER, V "cgroup = \"\"", "1: cgroup = \"\": it " CGROUP },
	{ VSERVER, V "cgroup = \"a/../b\"",
	  "1: cgroup = \"a/../b\": it " CGROUP },
	{ VSERVER, V "cgroup = \"a/%i\"", "1: cgroup = \"a/%i\": it " CGROUP },
	{ VSERVER, V "cgroup = \"a/%%\"", "1: cgroup = \"a/%%\": it " CGROUP },
	{ VSERVER, V "cgroup = \"a/%\"", "1: cgroup = \"a/%\": it " CGROUP },
	{ VSERVER, V L("memory.max = \"512M\" pids.max = 100"), NULL },
	{ VSERVER, V L("memory.max = 512M\npids.max = max"), NULL },
	{ VSERVER, V L("io.max = {\"8:0 wiops=1\", \"8:16 wiops=2\"}"), NULL },
	{ VSERVER, V L("\npids.max = 1\npids.max = 2"),
	  "3: \"pids.max\" is set twice; keep one" },
	{ VSERVER, V L("\npids.maxi = 1"), "2: no such option 'pids.maxi'" },
	{ VSERVER, V L("cgroup.procs = 1"),
	  "1: no such option 'cgroup.procs'" },
	{ VSERVER, V L("\npids.max = few"),
	  "2: pids.max = \"few\": it must be a number or \"max\"" },
	{ VSERVER, V L("memory.max = {1, 2}"), "*" },
	{ VSERVER, V L("pids.max = 1") "\nlimits { cpu.idle = 1 }",
	  "2: there is more than one limits section; keep one" },
	{ VSERVER, V "limits { pids.max = 1 }", NULL },
	{ VSERVER, V "cgroup = none", NULL },
	{ VSERVER, V "cgroup = none limits { pids.max = 1 }",
	  "1: limits cannot be used with cgroup = \"none\": they are set on "
	  "the cgroup that sessions are moved into" },
	{ VSERVER, V "cgroup = a limits \"a\" { pids.max = 1 }", "*" },
	{ VSERVER, "source = \"ns:/n\" " L("pids.max = 1"),
	  "1: limits can only be used with root =: another engine makes this "
	  "vserver" },

	/* The line, whatever stands above. */
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

static void test_row(size_t i)
{
	const char *text = table[i].text, *error = table[i].error;
	struct vns_error err = { "untouched" };
	char expected[VNS_ERROR_MAX] = "untouched";
	int rc = parse(table[i].grammar, text, strlen(text), &err);

	is_number(rc, error ? -EINVAL : 0, "[%zu] %s", i, text);
	if (error && strcmp(error, "*") == 0) {
		/* libconfuse's own words; they say where. */
		ok(strncmp(err.text, FILE_NAME ":", strlen(FILE_NAME ":")) ==
				   0 &&
			   strtoul(err.text + strlen(FILE_NAME ":"), NULL, 10) >
				   0,
		   "[%zu] its message: %s", i, err.text);
		return;
	}
	if (error)
		snprintf(expected, sizeof(expected), FILE_NAME ":%s", error);
	is_string(err.text, expected, "[%zu] its message", i);
}

static void is_list(const struct vns_strings *list, const char *expected,
		    const char *what)
{
	char joined[256] = "";
	size_t i;

	for (i = 0; i < list->count; i++)
		sprintf(joined + strlen(joined), "%s%s", i ? "|" : "",
			list->items[i]);
	is_string(joined, expected, "%s", what);
}

static void test_main_values(void)
{
	static const char text[] =
		"rule \"a b\" { users = {'x', \"\\\"\\\\*\"} groups = {g}\n"
		"uids = {1, \"2-3\"} services = {s} ttys = {t} rhosts = {h}\n"
		"vserver = \"v-%u\"\n"
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
	is_number(config->rule_count, 2, "two rules");
	rule = &config->rules[0];
	is_string(rule->name, "a b", "its name");
	is_list(&rule->users, "x|\"\\*", "its users");
	is_list(&rule->groups, "g", "its groups");
	is_list(&rule->uids, "1|2-3", "its uids");
	is_list(&rule->services, "s", "its services");
	is_list(&rule->ttys, "t", "its ttys");
	is_list(&rule->rhosts, "h", "its rhosts");
	is_number(rule->target, VNS_TARGET_VSERVER, "its target");
	is_string(rule->vserver, "v-%u", "its vserver");
	is_string(rule->message, NULL, "no message");
	is_list(&rule->open.command, "/p|%n", "its hook");
	is_number(rule->open.timeout, 7, "the hook's time");
	is_number(rule->open.deny, false, "the hook's failure");
	rule = &config->rules[1];
	is_string(rule->name, "last", "the second rule's name");
	is_number(rule->target, VNS_TARGET_DENY, "its target");
	is_string(rule->vserver, NULL, "no vserver");
	is_string(rule->message, "Bye.", "its message");
	is_number(rule->users.count + rule->open.command.count, 0,
		  "nothing else");
	is_number(config->default_target, VNS_TARGET_DENY, "default");
	is_string(config->vserver_dir, "/vd", "vserver_dir");
	is_string(config->user_dir, "/ud", "user_dir");
	is_string(config->run_dir, "/rd", "run_dir");
	is_list(&config->open.command, "/all", "the hook of all logins");
	is_list(&config->lifecycle[VNS_LIFECYCLE_POST_START].command,
		"/started", "the hook of all vservers");
}

static void test_main_defaults(void)
{
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	struct vns_error err = { "" };

	/* Not read past its length, which is 0. */
	need(vns_config_parse("x", 0, "f", &config, &err) == 0, err.text);
	is_number(config->rule_count, 0, "no rule");
	is_number(config->default_target, VNS_TARGET_HOST, "default's default");
	is_string(config->vserver_dir, "/etc/vns/vservers",
		  "vserver_dir's default");
	is_string(config->user_dir, NULL, "user_dir's default");
	is_string(config->run_dir, "/run/vns", "run_dir's default");
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
	is_number(config->rule_count, 1, "a user's file is one rule");
	rule = &config->rules[0];
	is_string(rule->name, "/u/a.conf", "named after the file");
	is_list(&rule->services, "sshd", "its services");
	is_list(&rule->groups, "g", "its groups");
	is_list(&rule->ttys, "t", "its ttys");
	is_list(&rule->rhosts, "r", "its rhosts");
	is_number(rule->users.count + rule->uids.count, 0, "nothing else");
	is_number(rule->target, VNS_TARGET_HOST, "its target");
}

static void test_vserver_values(void)
{
	static const char text[] =
		"context = 123 root = \"/srv/a\" namespaces = {mnt}\n"
		"start = manual log = none capabilities = {cap_kill, chown}\n"
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
	is_string(vserver->name, "acme", "a vserver's name");
	is_number(vserver->context, 123, "context");
	is_string(vserver->root, "/srv/a", "root");
	is_string(vserver->source, NULL, "no source");
	is_number(vserver->start, VNS_START_MANUAL, "start");
	is_number(vserver->host_log, false, "log");
	is_number(vserver->capabilities, 1 << 5 | 1, "capabilities");
	is_number(vserver->mount_count, 2, "two mounts, in order");
	is_string(vserver->mounts[0].target, "/home", "target");
	is_string(vserver->mounts[0].source, "/srv/%n", "source");
	is_string(vserver->mounts[0].type, "bind", "type's default");
	is_list(&vserver->mounts[0].options, "ro|nodev", "options");
	is_string(vserver->mounts[1].target, "/t", "the other's target");
	is_string(vserver->mounts[1].source, NULL, "no source");
	is_string(vserver->mounts[1].type, "tmpfs", "its type");
	is_string(vserver->cgroup, "vns/acme", "cgroup, expanded");
	is_number(vserver->limit_count, 2, "two limits");
	is_string(vserver->limits[0].file, "io.max", "a limit's file");
	is_list(&vserver->limits[0].values, "8:0 wiops=1|8:16 wiops=2",
		"its values");
	is_string(vserver->limits[1].file, "pids.max", "the other's");
	is_list(&vserver->limits[1].values, "100", "its value");
	is_list(&vserver->open.command, "/p", "hook");
	is_number(vserver->open.timeout, 10, "timeout's default");
	is_number(vserver->open.deny, true, "a hook's failure denies");
	is_list(&vserver->lifecycle[VNS_LIFECYCLE_PRE_START].command, "/a",
		"pre-start");
	is_number(vserver->lifecycle[VNS_LIFECYCLE_PRE_START].timeout, 30,
		  "its timeout's default");
	is_number(vserver->lifecycle[VNS_LIFECYCLE_PRE_START].deny, false,
		  "its failure is ignored");
	is_list(&vserver->lifecycle[VNS_LIFECYCLE_POST_STOP].command, "/b",
		"post-stop");
	is_number(vns_config_lifecycle_time(&nothing, vserver), 37,
		  "what they may take together");
	is_number(vns_config_has_hook(&nothing, vserver,
				      VNS_LIFECYCLE_PRE_START),
		  true, "there is one");
	is_number(vns_config_has_hook(&nothing, vserver,
				      VNS_LIFECYCLE_PRE_STOP),
		  false, "and there is not");
}

static void test_vserver_defaults(void)
{
	static const char text[] = "source = \"pidfile:/p\"";
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err = { "" };

	need(vns_config_parse_vserver(text, strlen(text), "f", "a", false,
				      &vserver, &err) == 0,
	     err.text);
	is_number(vserver->context, 0, "no context");
	is_string(vserver->root, NULL, "no root");
	is_string(vserver->source, "pidfile:/p", "source");
	is_number(vserver->start, VNS_START_ON_LOGIN, "start's default");
	is_number(vserver->host_log, true, "log's default");
	is_number(vserver->capabilities, vns_capname_tenant(),
		  "capabilities' default");
	is_string(vserver->cgroup, NULL, "no cgroup");
	is_number(vserver->mount_count + vserver->limit_count +
			  vserver->open.command.count,
		  0, "nothing else");
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

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
		struct vns_error err = { "" };

		need(vns_config_parse_vserver(rows[i].text,
					      strlen(rows[i].text), "f", "a",
					      false, &vserver, &err) == 0,
		     err.text);
		is_number(vserver->namespaces, rows[i].set, rows[i].text);
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

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
		struct vns_error err = { "" };

		need(vns_config_parse_vserver(rows[i].text,
					      strlen(rows[i].text), "f", "a",
					      false, &vserver, &err) == 0,
		     err.text);
		is_string(vserver->cgroup, rows[i].cgroup, "cgroup: %s",
			  rows[i].text);
		is_number(vserver->cgroup_usual, rows[i].usual, "may be none");
		is_number(vserver->cgroup_apart, rows[i].apart, "not sessions");
	}
}

static void test_vserver_name(void)
{
	struct vns_vserver *vserver = NULL;
	struct vns_error err = { "" };

	is_number(vns_config_parse_vserver(V, strlen(V), "f", "../a", false,
					   &vserver, &err),
		  -EINVAL, "a bad name");
	is_string(err.text, "\"../a\" is not a valid vserver name",
		  "its message");
	is_number(vserver != NULL, false, "and no vserver");
}

/* Of a template, NAME@.conf. */
static const struct {
	const char *name, *text, *error;
} instances[] = {
	{ "c@bob", "root = \"/srv/%i\"", NULL },
	{ "c@bob",
	  "root = \"/srv/%n/%%\" hostname = \"%i.x\" namespaces = {mnt, uts}",
	  NULL },
	{ "c@-b", "root = \"/r\" hostname = \"%i\" namespaces = {mnt, uts}",
	  "f: hostname = \"-b\": it " HOSTNAME },
	{ "c@..", "root = \"/srv/%i\"", "f: root = \"/srv/..\": it " PATH },
	{ "c@.", "root = \"/r\" template = \"/srv/%i/b\"",
	  "f: template = \"/srv/./b\": it " PATH },
	{ "c@..", "source = \"ns:/run/%i/x\"",
	  "f: source = \"ns:/run/../x\": it must be \"pidfile:/PATH\" or "
	  "\"ns:/PATH\"" },
	{ "c@bob", "root = \"/srv/%u\"",
	  "f:1: root = \"/srv/%u\": it can have %n, %i and %% only" },
	{ "c@bob", "root = \"/r\" context = 7",
	  "f:1: context = is the number of a single vserver; vservers made "
	  "of a template cannot have one" },
	{ "c@bob", "root = \"/r\" cgroup = \"vns/%i\"", NULL },
	{ "c@..", "root = \"/r\" cgroup = \"vns/%i/%n\"",
	  "f: cgroup = \"vns/../c@..\": it " CGROUP },
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

	is_number(rc, error ? -EINVAL : 0, "template [%zu] %s", i, text);
	is_string(err.text, error ? error : "", "its message");
	is_number(vserver != NULL, !error, "and its vserver");
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
	is_string(vserver->name, "c@b_b@b", "an instance's name");
	is_string(vserver->instance, "b_b@b", "what is behind the first @");
	is_string(vserver->root, "/srv/b_b@b/c@b_b@b%", "root, expanded");
	is_string(vserver->template, "/c@b_b@b", "template, expanded");
	is_string(vserver->hostname, "h-b-b-b", "hostname, expanded");
	is_string(vserver->mounts[0].source, "/s/%i", "a mount's is not yet");
}

static void test_nul(void)
{
	static const char inside[] = "default = host\n\0default = deny";
	static const char behind[] = "target = deny\0";
	struct vns_error err = { "" };

	is_number(parse(MAIN, inside, sizeof(inside) - 1, &err), -EINVAL,
		  "a NUL byte hides nothing");
	is_string(err.text, FILE_NAME ":2: control character 0x00",
		  "its message");
	is_number(parse(USER, behind, sizeof(behind) - 1, &err), -EINVAL,
		  "a NUL byte at the end");
	is_string(err.text, FILE_NAME ":1: control character 0x00",
		  "its message");
}

/* The environment and a locale's commas change nothing. */
static void test_environment(void)
{
	static const char text[] = "vserver_dir = \"/HOME\"";
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	struct vns_error err = { "" };

	setenv("HOME", "/elsewhere", 1);
	need(vns_config_parse(text, strlen(text), "f", &config, &err) == 0,
	     err.text);
	is_string(config->vserver_dir, "/HOME", "HOME is not looked at");
}

/* All that a file can hold: a long list, a long string, and the limit. */
static void test_big(void)
{
	VNS_AUTOFREE char *text = malloc(VNS_CONFIG_SIZE_MAX + 1);
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	struct vns_error err = { "" };
	size_t used, items = 0, lines = 1;

	need(text, "malloc");
	used = (size_t)sprintf(text, "rule r {target=host users={u");
	/* Long items: a sanitizer makes every one of them expensive. */
	while (used < VNS_CONFIG_SIZE_MAX - 250) {
		used += (size_t)sprintf(text + used, ",\n%0200d", 0);
		items++;
	}
	used += (size_t)sprintf(text + used, "}}");
	memset(text + used, ' ', VNS_CONFIG_SIZE_MAX - used);
	is_number(vns_config_parse(text, VNS_CONFIG_SIZE_MAX, "f", &config,
				   &err),
		  0, "256 KiB of one list");
	is_number(config ? config->rules[0].users.count : 0, items + 1,
		  "and all of it");
	lines += items;

	memcpy(text + VNS_CONFIG_SIZE_MAX - 6, " x=1  ", 6);
	is_number(parse(MAIN, text, VNS_CONFIG_SIZE_MAX, &err), -EINVAL,
		  "a mistake in its last line");
	sprintf(text, FILE_NAME ":%zu: no such option 'x'", lines);
	is_string(err.text, text, "its line");

	memset(text, 'x', VNS_CONFIG_SIZE_MAX);
	memcpy(text, "default=\"", 9);
	text[VNS_CONFIG_SIZE_MAX - 1] = '"';
	is_number(parse(MAIN, text, VNS_CONFIG_SIZE_MAX, &err), -EINVAL,
		  "256 KiB of one string");
	ok(strncmp(err.text, FILE_NAME ":1: default = \"xxx", 32) == 0,
	   "its message, cut off: %.60s", err.text);
}

/* libconfuse prints mistakes where it thinks nobody listens. */
static void test_silent(void)
{
	struct vns_error err;
	char path[] = "/tmp/unit-config.XXXXXX";
	int file = mkstemp(path), saved = dup(2);
	size_t i;

	need(file >= 0 && saved >= 0 && unlink(path) == 0, path);
	dup2(file, 2);
	for (i = 0; i < LENGTH(table); i++)
		parse(table[i].grammar, table[i].text, strlen(table[i].text),
		      &err);
	dup2(saved, 2);
	is_number(lseek(file, 0, SEEK_END), 0, "nothing on standard error");
	close(file);
	close(saved);
}

int main(void)
{
	size_t i;

	for (i = 0; i < LENGTH(table); i++)
		test_row(i);
	test_main_values();
	test_main_defaults();
	test_user_values();
	test_vserver_values();
	test_vserver_defaults();
	test_vserver_namespaces();
	test_vserver_cgroup();
	test_vserver_name();
	for (i = 0; i < LENGTH(instances); i++)
		test_instance(i);
	test_instance_values();
	test_nul();
	test_environment();
	test_big();
	test_silent();
	return finish();
}
