#include "build.h"

#include "account.h"
#include "mountset.h"
#include "namespace.h"
#include "safefile.h"
#include "subst.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

void vns_build_free(struct vns_build *build)
{
	size_t i;

	vns_safefile_close(&build->root);
	vns_safefile_close(&build->log);
	for (i = 0; i < build->part_count; i++)
		vns_safefile_close(&build->parts[i].mount);
	*build = VNS_BUILD_NONE;
}

static bool is_bind(const struct vns_mount *mount)
{
	return strcmp(mount->type, "bind") == 0 ||
	       strcmp(mount->type, "rbind") == 0;
}

static int find_source(const struct vns_vserver *vserver,
		       const struct vns_mount *mount, char source[PATH_MAX],
		       struct vns_error *err)
{
	const struct vns_subst table[] = { { 'n', vserver->name },
					   { 0, NULL } };

	source[0] = '\0';
	if (!mount->source)
		return 0;
	return vns_subst_expand(mount->source, table, source, PATH_MAX, err);
}

static int prepare_bind(const char *source, const struct vns_mount *mount,
			int *made, struct vns_error *err)
{
	bool recursive = strcmp(mount->type, "rbind") == 0;
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_safefile_open(source, VNS_SAFEFILE_PATH, &fd, err);

	if (rc == 0)
		rc = vns_mountset_clone(fd, recursive, made, err);
	if (rc == 0)
		rc = vns_mountset_restrict(
			*made, recursive,
			(const char *const *)mount->options.items, err);
	return rc;
}

static int prepare_mount(const struct vns_vserver *vserver,
			 const struct vns_mount *mount, int *made,
			 struct vns_error *err)
{
	char source[PATH_MAX];
	int rc = find_source(vserver, mount, source, err);

	if (rc < 0)
		return rc;
	if (is_bind(mount))
		return prepare_bind(source, mount, made, err);
	return vns_mountset_create(mount->type, *source ? source : NULL,
				   (const char *const *)mount->options.items,
				   made, err);
}

int vns_build_check(const struct vns_vserver *vserver,
		    const struct vns_mount *mount, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	char source[PATH_MAX];
	size_t i;
	int rc = find_source(vserver, mount, source, err);

	/* Other filesystems would have to be mounted to know. */
	if (rc < 0 || !is_bind(mount))
		return rc;
	for (i = 0; i < mount->options.count; i++)
		if (!vns_mountset_is_flag(mount->options.items[i]))
			return vns_error_set(err, EINVAL,
					     "unknown mount option \"%s\"",
					     mount->options.items[i]);
	return vns_safefile_open(source, VNS_SAFEFILE_PATH, &fd, err);
}

/* The host's syslog socket; a host without one is none of our business. */
static int prepare_log(int *made, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = open("/dev/log", O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return vns_error_errno(err, errno, "/dev/log");
	if (!S_ISSOCK(st.st_mode))
		return 0;
	return vns_mountset_clone(fd, false, made, err);
}

int vns_build_prepare(struct vns_build *build,
		      const struct vns_vserver *vserver, int root_fd,
		      struct vns_error *err)
{
	bool has_tty = false;
	gid_t tty = 0;
	size_t i;
	int rc = vns_mountset_clone(root_fd, false, &build->root, err);

	if (rc == 0)
		rc = vns_account_group_id("tty", &tty, &has_tty, err);
	build->tty = has_tty ? tty : 0;
	if (rc == 0 && vserver->host_log)
		rc = prepare_log(&build->log, err);
	if (rc < 0)
		return rc;
	if (vserver->mount_count > VNS_BUILD_PARTS_MAX)
		return vns_error_set(err, E2BIG, "more than %d mounts",
				     VNS_BUILD_PARTS_MAX);
	for (i = 0; i < vserver->mount_count; i++) {
		struct vns_build_part *part = &build->parts[i];

		part->target = vserver->mounts[i].target;
		part->mount = -1;
		build->part_count++;
		rc = prepare_mount(vserver, &vserver->mounts[i], &part->mount,
				   err);
		if (rc < 0) {
			vns_error_context(err, "mount \"%s\"", part->target);
			return rc;
		}
	}
	return 0;
}

static int attach_new(const char *type, const char *const *options, int root,
		      const char *target, struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	int rc = vns_mountset_create(type, "vns", options, &mount, err);

	return rc < 0 ? rc :
			vns_mountset_attach(mount, root, target, true, err);
}

static const struct {
	const char *name;
	unsigned minor;
} nodes[] = {
	{ "null", 3 },	 { "zero", 5 },	   { "full", 7 },
	{ "random", 8 }, { "urandom", 9 },
};

static const struct {
	const char *name, *target;
} links[] = {
	{ "fd", "/proc/self/fd" },	 { "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" }, { "stderr", "/proc/self/fd/2" },
	{ "ptmx", "pts/ptmx" },
};

static int fill_dev(int dev, unsigned tty, bool log, struct vns_error *err)
{
	size_t i;

	for (i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		if (mknodat(dev, nodes[i].name, S_IFCHR | 0666,
			    makedev(1, nodes[i].minor)) < 0)
			return vns_error_errno(err, errno, "/dev/%s",
					       nodes[i].name);
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlinkat(links[i].target, dev, links[i].name) < 0)
			return vns_error_errno(err, errno, "/dev/%s",
					       links[i].name);
	if (mknodat(dev, "tty", S_IFCHR | 0666, makedev(5, 0)) < 0 ||
	    fchownat(dev, "tty", 0, tty, 0) < 0 ||
	    mkdirat(dev, "pts", 0755) < 0 || mkdirat(dev, "shm", 0755) < 0 ||
	    (log && mknodat(dev, "log", S_IFREG, 0) < 0))
		return vns_error_errno(err, errno, "filling /dev");
	return 0;
}

/* A minimal /dev: no device of the host but those that everybody may use. */
static int assemble_dev(const struct vns_build *build, int root,
			struct vns_error *err)
{
	static const char *const dev_options[] = { "mode=0755", "size=64k",
						   "nosuid", "noexec", NULL };
	static const char *const shm_options[] = { "mode=1777", "nosuid",
						   "nodev", NULL };
	VNS_AUTOCLOSE int dev = -1;
	char gid[32];
	const char *const pts_options[] = {
		"ptmxmode=0666", "mode=0620", gid, "nosuid", "noexec", NULL
	};
	int rc = vns_mountset_create("tmpfs", "vns", dev_options, &dev, err);

	snprintf(gid, sizeof(gid), "gid=%u", build->tty);
	if (rc == 0)
		rc = fill_dev(dev, build->tty, build->log >= 0, err);
	if (rc == 0)
		rc = vns_mountset_attach(dev, root, "/dev", true, err);
	if (rc == 0)
		rc = attach_new("devpts", pts_options, root, "/dev/pts", err);
	if (rc == 0)
		rc = attach_new("tmpfs", shm_options, root, "/dev/shm", err);
	if (rc == 0 && build->log >= 0)
		rc = vns_mountset_attach(build->log, root, "/dev/log", true,
					 err);
	return rc;
}

static int assemble_inside(const struct vns_build *build, int root,
			   struct vns_error *err)
{
	static const char *const proc_options[] = { "hidepid=invisible",
						    "nosuid", "nodev", "noexec",
						    NULL };
	static const char *const run_options[] = { "mode=0755", "nosuid",
						   "nodev", NULL };
	size_t i;
	int rc = attach_new("proc", proc_options, root, "/proc", err);

	if (rc == 0)
		rc = assemble_dev(build, root, err);
	if (rc == 0)
		rc = attach_new("tmpfs", run_options, root, "/run", err);
	for (i = 0; rc == 0 && i < build->part_count; i++)
		rc = vns_mountset_attach(build->parts[i].mount, root,
					 build->parts[i].target, false, err);
	return rc;
}

int vns_build_assemble(const struct vns_build *build, const char *scratch,
		       struct vns_error *err)
{
	VNS_AUTOCLOSE int root = -1;
	VNS_AUTOCLOSE int place = open(scratch, O_PATH | O_CLOEXEC);
	int rc;

	if (place < 0)
		return vns_error_errno(err, errno, "%s", scratch);
	rc = vns_namespace_topmost(err);
	if (rc == 0)
		rc = vns_mountset_isolate(err);
	if (rc == 0)
		rc = vns_mountset_pivot(build->root, place, err);
	if (rc < 0)
		return rc;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return vns_error_errno(err, errno, "/");
	umask(0);
	return assemble_inside(build, root, err);
}
