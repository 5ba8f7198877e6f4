/*
 * Tests what becomes of mount options, in one table; see
 * pam_vns/lib/mountopt.h.
 */
#include "lib/mountopt.h"

#include "tap.h"

#include <linux/mount.h>

enum { FS, BIND, RBIND, MOVE };

#define RO MOUNT_ATTR_RDONLY
#define NOSUID MOUNT_ATTR_NOSUID
#define NODEV MOUNT_ATTR_NODEV
#define NOEXEC MOUNT_ATTR_NOEXEC
#define TIMES MOUNT_ATTR__ATIME
#define PROC "cannot be of type proc: a vserver has a /proc of its own"
#define DOTS "must have no \".\" and no \"..\" in its source"
#define SOURCE "needs source = an absolute path"

static const struct {
	const char *type, *source;
	const char *options; /* with commas between them */
	unsigned kind;
	unsigned long set, clear, propagation;
	const char *unknown, *wrong;
} table[] = {
	{ "bind", "/s", "", BIND, 0, 0, 0, NULL, NULL },
	{ "rbind", "/s", "", RBIND, 0, 0, 0, NULL, NULL },
	{ "none", "/s", "bind", BIND, 0, 0, 0, NULL, NULL },
	{ "none", "/s", "rbind", RBIND, 0, 0, 0, NULL, NULL },
	{ "bind", "/s", "rbind", RBIND, 0, 0, 0, NULL, NULL },
	{ "rbind", "/s", "bind", RBIND, 0, 0, 0, NULL, NULL },
	{ "none", "/s", "bind,rbind", RBIND, 0, 0, 0, NULL, NULL },
	{ "none", "/s", "rbind,bind", RBIND, 0, 0, 0, NULL, NULL },
	{ "bind", "/s", "move", MOVE, 0, 0, 0, NULL, NULL },
	{ "none", "/s", "move", MOVE, 0, 0, 0, NULL, NULL },
	{ "none", "/s", "move,bind", MOVE, 0, 0, 0, NULL,
	  "can be a bind or can be moved, but not both" },
	{ "none", "/s", "rbind,move", MOVE, 0, 0, 0, NULL,
	  "can be a bind or can be moved, but not both" },
	{ "none", "/s", "ro", FS, RO, 0, 0, NULL,
	  "with type none needs one of the options bind, rbind and move" },
	{ "ext4", "/s", "bind", BIND, 0, 0, 0, NULL,
	  "cannot have the type of a filesystem and be a bind or moved" },
	{ "bind", NULL, "", BIND, 0, 0, 0, NULL, SOURCE },
	{ "bind", "s", "", BIND, 0, 0, 0, NULL, SOURCE },
	{ "none", "s", "move", MOVE, 0, 0, 0, NULL, SOURCE },
	{ "bind", "/s/", "", BIND, 0, 0, 0, NULL, NULL },
	{ "bind", "/s/..a", "", BIND, 0, 0, 0, NULL, NULL },
	{ "bind", "/s/..", "", BIND, 0, 0, 0, NULL, DOTS },
	{ "rbind", "/../s", "", RBIND, 0, 0, 0, NULL, DOTS },
	{ "none", "/s/./a", "move", MOVE, 0, 0, 0, NULL, DOTS },
	{ "nfs", "host:/s/../a", "", FS, 0, 0, 0, NULL, DOTS },
	{ "cifs", "//host/s", "", FS, 0, 0, 0, NULL, NULL },
	{ "tmpfs", NULL, "", FS, 0, 0, 0, NULL, NULL },
	{ "proc", NULL, "", FS, 0, 0, 0, NULL, PROC },

	{ "bind", "/s", "ro", BIND, RO, 0, 0, NULL, NULL },
	{ "bind", "/s", "ro,rw", BIND, 0, RO, 0, NULL, NULL },
	{ "bind", "/s", "rw,ro", BIND, RO, 0, 0, NULL, NULL },
	{ "bind", "/s", "nosuid,nodev,noexec", BIND, NOSUID | NODEV | NOEXEC, 0,
	  0, NULL, NULL },
	{ "bind", "/s", "suid,dev,exec", BIND, 0, NOSUID | NODEV | NOEXEC, 0,
	  NULL, NULL },
	{ "bind", "/s", "nodev,dev", BIND, 0, NODEV, 0, NULL, NULL },
	{ "bind", "/s", "nodiratime", BIND, MOUNT_ATTR_NODIRATIME, 0, 0, NULL,
	  NULL },
	{ "bind", "/s", "noatime", BIND, MOUNT_ATTR_NOATIME, TIMES, 0, NULL,
	  NULL },
	{ "bind", "/s", "noatime,strictatime", BIND, MOUNT_ATTR_STRICTATIME,
	  TIMES, 0, NULL, NULL },
	{ "bind", "/s", "strictatime,relatime", BIND, 0, TIMES, 0, NULL, NULL },

	{ "bind", "/s", "private", BIND, 0, 0, MS_PRIVATE, NULL, NULL },
	{ "rbind", "/s", "rprivate", RBIND, 0, 0, MS_PRIVATE, NULL, NULL },
	{ "bind", "/s", "shared", BIND, 0, 0, MS_SHARED, NULL, NULL },
	{ "rbind", "/s", "rshared", RBIND, 0, 0, MS_SHARED, NULL, NULL },
	{ "bind", "/s", "slave,ro", BIND, RO, 0, MS_SLAVE, NULL, NULL },
	{ "rbind", "/s", "rslave", RBIND, 0, 0, MS_SLAVE, NULL, NULL },
	{ "bind", "/s", "unbindable", BIND, 0, 0, MS_UNBINDABLE, NULL, NULL },
	{ "bind", "/s", "slave,private", BIND, 0, 0, MS_PRIVATE, NULL, NULL },

	{ "bind", "/s", "defaults,auto,nouser,_netdev,x-a.b=c,comment=d", BIND,
	  0, 0, 0, NULL, NULL },
	{ "bind", "/s", "loud", BIND, 0, 0, 0, "loud", NULL },
	{ "tmpfs", NULL, "size=1m,nodev,mode=0", FS, NODEV, 0, 0, "size=1m",
	  NULL },
	{ "bind", "/s", "user", BIND, 0, 0, 0, "user", NULL },
	{ "bind", "/s", "RO", BIND, 0, 0, 0, "RO", NULL },
	{ "bind", "/s", "ro=1", BIND, 0, 0, 0, "ro=1", NULL },
};

static void read_all(struct vns_mountopt *options, const char *type, char *list)
{
	char *option;

	vns_mountopt_init(options, type);
	while ((option = strsep(&list, ",")))
		if (*option)
			vns_mountopt_add(options, option);
}

static void test_others(void)
{
	struct vns_mountopt options;

	vns_mountopt_init(&options, "bind");
	about("mount options without a filesystem");
	ok(!options.dev && !options.keep_ids && !options.skip &&
		   !options.may_miss,
	   "dev, noidmap, noauto and nofail are off at first");
	vns_mountopt_add(&options, "dev");
	ok(options.dev, "\"dev\" allows devices");
	vns_mountopt_add(&options, "nodev");
	ok(!options.dev, "\"nodev\" after \"dev\" forbids devices again");
	vns_mountopt_add(&options, "noidmap");
	vns_mountopt_add(&options, "noauto");
	vns_mountopt_add(&options, "nofail");
	ok(options.keep_ids && options.skip && options.may_miss,
	   "\"noidmap\", \"noauto\" and \"nofail\" are kept");
}

int main(void)
{
	size_t i;

	for (i = 0; i < LENGTH(table); i++) {
		char *list = strdup(table[i].options);
		struct vns_mountopt options;
		const char *name = table[i].options;

		need(list, "strdup");
		read_all(&options, table[i].type, list);
		about("mount of %s with type %s and options \"%s\"",
		      table[i].source ? table[i].source : "nothing",
		      table[i].type, name);
		is_number(options.kind, table[i].kind,
			  "it is a filesystem, bind, rbind or move");
		is_number(options.set, table[i].set,
			  "the attributes that are set");
		is_number(options.clear, table[i].clear,
			  "the attributes that are cleared");
		is_number(options.propagation, table[i].propagation,
			  "the propagation");
		is_string(options.unknown, table[i].unknown,
			  "the first option that only the filesystem may know");
		is_string(vns_mountopt_wrong(&options, table[i].type,
					     table[i].source),
			  table[i].wrong, "what is wrong with it as a mount");
		free(list);
	}
	test_others();
	return finish();
}
