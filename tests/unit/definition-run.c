/*
 * Tests the grammar of what a definition puts into a vserver's /dev and /run;
 * see pam_vns/config/definition.h and pam_vns.conf(5).
 */
#include "grammars.h"

#define V "root = \"/r\" "
#define DEVICES "must be a path below \"/dev\", or a pattern of such paths"
#define RUN_DIRS                                                          \
	"must be \"NAME\" or \"NAME MODE UID GID\" of a directory below " \
	"/run, "                                                          \
	"\"tmpfiles.d\" or \"none\""
#define OWN "must be no device that a vserver has of its own"

static const struct row table[] = {
	{ VSERVER, V "devices = {\"/dev/fuse\", \"/dev/net/tun\"}", NULL },
	{ VSERVER, V "devices = \"/dev/nvidia*\"", NULL },
	{ VSERVER, V "devices = \"/dev/ttyS0\"", NULL },
	{ TEMPLATE, V "devices = \"/dev/fuse\"", NULL },
	{ VSERVER, V "devices = fuse", "1: devices = \"fuse\": it " DEVICES },
	{ VSERVER, V "devices = \"/dev\"",
	  "1: devices = \"/dev\": it " DEVICES },
	{ VSERVER, V "devices = \"/dev/\"",
	  "1: devices = \"/dev/\": it " DEVICES },
	{ VSERVER, V "devices = \"/dev/../etc/x\"",
	  "1: devices = \"/dev/../etc/x\": it " DEVICES },
	{ VSERVER, V "devices = \"/dev/null\"",
	  "1: devices = \"/dev/null\": it " OWN },
	{ VSERVER, V "devices = \"/dev/pts/3\"",
	  "1: devices = \"/dev/pts/3\": it " OWN },
	{ VSERVER, "source = \"ns:/n\" devices = \"/dev/fuse\"",
	  "1: devices can only be used with root =: another engine makes this "
	  "vserver" },
	{ VSERVER, V "run_dirs = {\"lock 1777\", \"a/b 0711 5001 5001\"}",
	  NULL },
	{ VSERVER, V "run_dirs = {\"tmpfiles.d\", user}", NULL },
	{ TEMPLATE, V "run_dirs = none", NULL },
	{ VSERVER, V "run_dirs = \"/run/a\"",
	  "1: run_dirs = \"/run/a\": it " RUN_DIRS },
	{ VSERVER, V "run_dirs = \"../a\"",
	  "1: run_dirs = \"../a\": it " RUN_DIRS },
	{ VSERVER, V "run_dirs = \"a 755 root\"",
	  "1: run_dirs = \"a 755 root\": it " RUN_DIRS },
	{ VSERVER, "source = \"ns:/n\" run_dirs = lock",
	  "1: run_dirs can only be used with root =: another engine makes this "
	  "vserver" },
};

int main(void)
{
	test_table(table, LENGTH(table));
	return finish();
}
