/*
 * Tests the grammar of what a definition says of cgroups and limits; see
 * pam_vns/config/definition.h and pam_vns.conf(5).
 */
#include "grammars.h"

#define L(limits) "cgroup = \"vns/a\" limits { " limits " }"
#define CGROUP                                                                 \
	"must be a path below the cgroup v2 mount like \"vns/%n\": names of "  \
	"letters, digits and \"_.@-\", without a \"/\" before or behind, and " \
	"%n"
#define V "root = \"/r\" "

static const struct row table[] = {
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
	{ VSERVER, V "user_namespace = auto " L("user.max_pid_namespaces = 0"),
	  NULL },
	{ VSERVER,
	  V "namespaces = {mnt, user} cgroup = none "
	    "limits { user.max_user_namespaces = 10 }",
	  NULL },
	{ VSERVER, V "limits { user.max_user_namespaces = 10 }",
	  "1: limits: user.max_*_namespaces needs a user namespace, for which "
	  "it counts" },
	{ VSERVER,
	  V "user_namespace = auto cgroup = none limits { "
	    "user.max_user_namespaces = 10 pids.max = 1 }",
	  "1: limits cannot be used with cgroup = \"none\": they are set on "
	  "the cgroup that sessions are moved into" },
	{ VSERVER, V L("\nuser.max_inotify_watches = 1"),
	  "2: no such option 'user.max_inotify_watches'" },
	{ VSERVER, V "cgroup = a limits \"a\" { pids.max = 1 }", "*" },
	{ VSERVER, "source = \"ns:/n\" " L("pids.max = 1"),
	  "1: limits can only be used with root =: another engine makes this "
	  "vserver" },
};

int main(void)
{
	test_table(table, LENGTH(table));
	return finish();
}
