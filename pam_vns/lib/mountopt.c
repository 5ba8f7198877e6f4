/*
 * Turns mount options into the kernel's flags, by tables, and finds options
 * that contradict each other.
 */
#include "lib/mountopt.h"

#include "lib/util.h"

#include <linux/mount.h>
#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	unsigned long set, clear;
} flags[] = {
	{ "ro", MOUNT_ATTR_RDONLY, 0 },
	{ "rw", 0, MOUNT_ATTR_RDONLY },
	{ "nosuid", MOUNT_ATTR_NOSUID, 0 },
	{ "suid", 0, MOUNT_ATTR_NOSUID },
	{ "nodev", MOUNT_ATTR_NODEV, 0 },
	{ "dev", 0, MOUNT_ATTR_NODEV },
	{ "noexec", MOUNT_ATTR_NOEXEC, 0 },
	{ "exec", 0, MOUNT_ATTR_NOEXEC },
	{ "nodiratime", MOUNT_ATTR_NODIRATIME, 0 },
	{ "diratime", 0, MOUNT_ATTR_NODIRATIME },
	{ "noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME },
	{ "relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME },
	{ "strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME },
};

/*
 * A propagation type applies to the whole tree that is bound, so that the "r"
 * makes no difference.
 */
static const struct {
	const char *name;
	unsigned long flag;
} propagations[] = {
	{ "private", MS_PRIVATE },	 { "rprivate", MS_PRIVATE },
	{ "slave", MS_SLAVE },		 { "rslave", MS_SLAVE },
	{ "shared", MS_SHARED },	 { "rshared", MS_SHARED },
	{ "unbindable", MS_UNBINDABLE }, { "runbindable", MS_UNBINDABLE },
};

static bool add_flag(struct vns_mountopt *options, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (strcmp(flags[i].name, name) != 0)
			continue;
		options->set = (options->set & ~flags[i].clear) | flags[i].set;
		options->clear |= flags[i].clear;
		/*
		 * The options for access times share one field, which is
		 * cleared, then set.
		 */
		if (!(flags[i].clear & MOUNT_ATTR__ATIME))
			options->clear &= ~flags[i].set;
		if (flags[i].clear == MOUNT_ATTR_NODEV)
			options->dev = true;
		if (flags[i].set == MOUNT_ATTR_NODEV)
			options->dev = false;
		return true;
	}
	return false;
}

static bool add_propagation(struct vns_mountopt *options, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(propagations) / sizeof(propagations[0]); i++)
		if (strcmp(propagations[i].name, name) == 0) {
			options->propagation = propagations[i].flag;
			return true;
		}
	return false;
}

static bool add_kind(struct vns_mountopt *options, const char *name)
{
	enum vns_mountopt_kind kind = options->kind;

	if (strcmp(name, "move") == 0) {
		options->kind = VNS_MOUNTOPT_MOVE;
		return true;
	}
	if (strcmp(name, "bind") != 0 && strcmp(name, "rbind") != 0)
		return false;
	options->bound = true;
	if (kind != VNS_MOUNTOPT_MOVE && kind != VNS_MOUNTOPT_RBIND)
		options->kind = name[0] == 'r' ? VNS_MOUNTOPT_RBIND :
						 VNS_MOUNTOPT_BIND;
	return true;
}

/* Adds an option that only programs which read fstab(5) look at. */
static bool add_other(struct vns_mountopt *options, const char *name)
{
	static const char *const ignored[] = { "defaults", "auto", "nouser",
					       "_netdev" };
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		if (strcmp(name, ignored[i]) == 0)
			return true;
	if (strcmp(name, "noidmap") == 0)
		options->keep_ids = true;
	else if (strcmp(name, "noauto") == 0)
		options->skip = true;
	else if (strcmp(name, "nofail") == 0)
		options->may_miss = true;
	else
		return strncmp(name, "x-", 2) == 0 ||
		       strncmp(name, "comment=", 8) == 0;
	return true;
}

void vns_mountopt_init(struct vns_mountopt *options, const char *type)
{
	*options = (struct vns_mountopt){ .kind = VNS_MOUNTOPT_FILESYSTEM };
	if (strcmp(type, "bind") == 0)
		options->kind = VNS_MOUNTOPT_BIND;
	else if (strcmp(type, "rbind") == 0)
		options->kind = VNS_MOUNTOPT_RBIND;
}

bool vns_mountopt_add(struct vns_mountopt *options, const char *option)
{
	if (add_flag(options, option) || add_propagation(options, option) ||
	    add_kind(options, option) || add_other(options, option))
		return true;
	if (!options->unknown)
		options->unknown = option;
	return false;
}

const char *vns_mountopt_wrong(const struct vns_mountopt *options,
			       const char *type, const char *source)
{
	bool none = strcmp(type, "none") == 0;
	bool typed = !none && strcmp(type, "bind") != 0 &&
		     strcmp(type, "rbind") != 0;

	if (options->kind == VNS_MOUNTOPT_MOVE && options->bound)
		return "can be a bind or can be moved, but not both";
	if (options->kind != VNS_MOUNTOPT_FILESYSTEM && typed)
		return "cannot have the type of a filesystem and be a bind or "
		       "moved";
	if (options->kind == VNS_MOUNTOPT_FILESYSTEM && none)
		return "with type none needs one of the options bind, rbind "
		       "and move";
	if (options->kind != VNS_MOUNTOPT_FILESYSTEM &&
	    (!source || source[0] != '/'))
		return "needs source = an absolute path";
	if (source && vns_util_path_dotted(source))
		return "must have no \".\" and no \"..\" in its source";
	/* A proc mount would be the host's, with all its processes. */
	if (strcmp(type, "proc") == 0)
		return "cannot be of type proc: a vserver has a /proc of its "
		       "own";
	return NULL;
}

bool vns_mountopt_is_bind(const struct vns_mountopt *options)
{
	return options->kind == VNS_MOUNTOPT_BIND ||
	       options->kind == VNS_MOUNTOPT_RBIND;
}
