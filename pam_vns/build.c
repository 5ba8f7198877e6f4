#include "build.h"

#include "account.h"
#include "mountset.h"
#include "namespace.h"
#include "reach.h"
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

	vns_safefile_close(&build->user);
	vns_safefile_close(&build->root);
	vns_safefile_close(&build->lower);
	vns_safefile_close(&build->log);
	vns_safefile_close(&build->init);
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
	const struct vns_subst table[] = {
		{ 'n', vserver->name },
		{ 'i', vserver->instance },
		{ 0, NULL },
	};

	source[0] = '\0';
	if (!mount->source)
		return 0;
	return vns_subst_expand(mount->source, table, source, PATH_MAX, err);
}

static bool has_option(const struct vns_mount *mount, const char *option)
{
	size_t i;

	for (i = 0; i < mount->options.count; i++)
		if (strcmp(mount->options.items[i], option) == 0)
			return true;
	return false;
}

static bool is_recursive(const struct vns_mount *mount)
{
	return strcmp(mount->type, "rbind") == 0;
}

/* The last of two opposites counts. */
static bool is_read_only(const struct vns_mount *mount)
{
	bool read_only = false;
	size_t i;

	for (i = 0; i < mount->options.count; i++) {
		if (strcmp(mount->options.items[i], "ro") == 0)
			read_only = true;
		if (strcmp(mount->options.items[i], "rw") == 0)
			read_only = false;
	}
	return read_only;
}

static bool maps_ids(const struct vns_vserver *vserver,
		     const struct vns_mount *mount)
{
	return vserver->user_namespace &&
	       !has_option(mount, VNS_MOUNTSET_NOIDMAP);
}

/* A tenant's root may make files in it that are the host root's on disk. */
static int open_bind(const char *source, const struct vns_vserver *vserver,
		     const struct vns_mount *mount, int *fd,
		     struct vns_error *err)
{
	int rc = vns_safefile_open(source, VNS_SAFEFILE_PATH, fd, err);

	if (rc < 0 || !maps_ids(vserver, mount) || is_read_only(mount))
		return rc;
	return vns_reach_check(*fd, is_recursive(mount), err);
}

static int prepare_bind(const char *source, const struct vns_vserver *vserver,
			const struct vns_mount *mount, int *made,
			struct vns_error *err)
{
	bool recursive = is_recursive(mount);
	VNS_AUTOCLOSE int fd = -1;
	int rc = open_bind(source, vserver, mount, &fd, err);

	if (rc == 0)
		rc = vns_mountset_clone(fd, recursive, made, err);
	if (rc == 0)
		rc = vns_mountset_restrict(
			*made, recursive,
			(const char *const *)mount->options.items, err);
	return rc;
}

static int prepare_mount(const struct vns_build *build,
			 const struct vns_vserver *vserver,
			 const struct vns_mount *mount, int *made,
			 struct vns_error *err)
{
	char source[PATH_MAX];
	int rc = find_source(vserver, mount, source, err);

	if (rc < 0)
		return rc;
	if (is_bind(mount))
		rc = prepare_bind(source, vserver, mount, made, err);
	else
		rc = vns_mountset_create(
			mount->type, *source ? source : NULL,
			(const char *const *)mount->options.items, made, err);
	if (rc < 0 || !maps_ids(vserver, mount))
		return rc;
	return vns_mountset_idmap(*made, is_recursive(mount), build->user, err);
}

int vns_build_check_mount(const struct vns_vserver *vserver,
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
	return open_bind(source, vserver, mount, &fd, err);
}

int vns_build_check_root(const struct vns_vserver *vserver,
			 struct vns_error *err)
{
	VNS_AUTOCLOSE int root = -1;
	VNS_AUTOCLOSE int lower = -1;
	int rc =
		vns_safefile_open(vserver->root, VNS_SAFEFILE_ROOT, &root, err);

	if (rc == 0 && vserver->user_namespace)
		rc = vns_reach_check(root, false, err);
	if (rc < 0)
		vns_error_context(err, "root");
	if (rc < 0 || !vserver->template)
		return rc;
	rc = vns_safefile_open(vserver->template, VNS_SAFEFILE_ROOT, &lower,
			       err);
	if (rc < 0)
		vns_error_context(err, "template");
	return rc;
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

static int make_directory(int root, const char *name, struct vns_error *err)
{
	if (mkdirat(root, name, 0755) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno,
				       "\"%s\" in the root directory", name);
	return 0;
}

/* With a template the root directory only holds what is different. */
static int prepare_template(struct vns_build *build,
			    const struct vns_vserver *vserver,
			    struct vns_error *err)
{
	static const char *const read_only[] = { "ro", NULL };
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_safefile_open(vserver->template, VNS_SAFEFILE_ROOT, &fd,
				   err);

	if (rc == 0)
		rc = make_directory(build->root, "upper", err);
	if (rc == 0)
		rc = make_directory(build->root, "work", err);
	if (rc == 0)
		rc = vns_mountset_clone(fd, false, &build->lower, err);
	if (rc == 0)
		rc = vns_mountset_restrict(build->lower, false, read_only, err);
	if (rc == 0 && build->user >= 0)
		rc = vns_mountset_idmap(build->lower, false, build->user, err);
	if (rc < 0)
		vns_error_context(err, "template");
	return rc;
}

static int prepare_user(struct vns_build *build, int root_fd,
			const struct vns_idrange *ids, struct vns_error *err)
{
	int rc;

	if (ids->count == 0)
		return 0;
	build->base = (unsigned)ids->base;
	rc = vns_reach_check(root_fd, false, err);
	return rc < 0 ? rc :
			vns_namespace_new_user(ids->base, ids->count,
					       &build->user, err);
}

/*
 * A program of the host's, executed in the tenant's reach: on a mount of its
 * own, which is read-only, nobody can write to it through /proc/1/exe.
 */
static int prepare_init(struct vns_build *build, struct vns_error *err)
{
	static const char *const options[] = { "ro", "nosuid", "nodev", NULL };
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_safefile_open(VNS_LIBEXECDIR "/vns-init",
				   VNS_SAFEFILE_CONFIG, &fd, err);

	if (rc == 0)
		rc = vns_mountset_clone(fd, false, &build->init, err);
	return rc < 0 ? rc :
			vns_mountset_restrict(build->init, false, options, err);
}

static int prepare_root(struct vns_build *build,
			const struct vns_vserver *vserver, int root_fd,
			struct vns_error *err)
{
	int rc = vns_mountset_clone(root_fd, false, &build->root, err);

	/* Before ids are mapped: the host's root owns those directories. */
	if (rc == 0 && vserver->template)
		rc = prepare_template(build, vserver, err);
	if (rc == 0 && build->user >= 0)
		rc = vns_mountset_idmap(build->root, false, build->user, err);
	if (rc < 0)
		vns_error_context(err, "root %s", vserver->root);
	return rc;
}

static int prepare_parts(struct vns_build *build,
			 const struct vns_vserver *vserver,
			 struct vns_error *err)
{
	size_t i;
	int rc;

	if (vserver->mount_count > VNS_BUILD_PARTS_MAX)
		return vns_error_set(err, E2BIG, "more than %d mounts",
				     VNS_BUILD_PARTS_MAX);
	for (i = 0; i < vserver->mount_count; i++) {
		struct vns_build_part *part = &build->parts[i];

		part->target = vserver->mounts[i].target;
		part->mount = -1;
		build->part_count++;
		rc = prepare_mount(build, vserver, &vserver->mounts[i],
				   &part->mount, err);
		if (rc < 0) {
			vns_error_context(err, "mount \"%s\"", part->target);
			return rc;
		}
	}
	return 0;
}

int vns_build_prepare(struct vns_build *build,
		      const struct vns_vserver *vserver, int root_fd,
		      const struct vns_idrange *ids, struct vns_error *err)
{
	bool has_tty = false;
	gid_t tty = 0;
	int rc;

	build->name = vserver->name;
	build->hostname = vserver->hostname ? vserver->hostname : vserver->name;
	build->namespaces = vserver->namespaces & ~VNS_NSSET(VNS_NS_MNT);
	if (sched_getaffinity(0, sizeof(build->cpus), &build->cpus) < 0)
		return vns_error_errno(err, errno, "sched_getaffinity");
	rc = prepare_user(build, root_fd, ids, err);
	if (rc == 0)
		rc = prepare_root(build, vserver, root_fd, err);
	if (rc == 0)
		rc = vns_account_group_id("tty", &tty, &has_tty, err);
	/* What lies outside the range is another tenant's. */
	if (!has_tty || (ids->count > 0 && tty >= ids->count))
		tty = 0;
	build->tty = build->base + tty;
	if (rc == 0 && build->namespaces)
		rc = prepare_init(build, err);
	if (rc == 0 && vserver->host_log)
		rc = prepare_log(&build->log, err);
	return rc < 0 ? rc : prepare_parts(build, vserver, err);
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
	unsigned major, minor;
} nodes[] = {
	{ "null", 1, 3 },   { "zero", 1, 5 },	 { "full", 1, 7 },
	{ "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 },
};

static const struct {
	const char *name, *target;
} links[] = {
	{ "fd", "/proc/self/fd" },	 { "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" }, { "stderr", "/proc/self/fd/2" },
	{ "ptmx", "pts/ptmx" },
};

static int make_node(int dev, const char *name, mode_t mode, dev_t device,
		     const struct vns_build *build, struct vns_error *err)
{
	bool tty = strcmp(name, "tty") == 0;

	if (mknodat(dev, name, mode, device) < 0 ||
	    fchownat(dev, name, build->base, tty ? build->tty : build->base,
		     0) < 0)
		return vns_error_errno(err, errno, "/dev/%s", name);
	return 0;
}

static int fill_dev(int dev, const struct vns_build *build,
		    struct vns_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sizeof(nodes) / sizeof(nodes[0]); i++)
		rc = make_node(dev, nodes[i].name, S_IFCHR | 0666,
			       makedev(nodes[i].major, nodes[i].minor), build,
			       err);
	if (rc == 0 && build->log >= 0)
		rc = make_node(dev, "log", S_IFREG, 0, build, err);
	if (rc < 0)
		return rc;
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlinkat(links[i].target, dev, links[i].name) < 0)
			return vns_error_errno(err, errno, "/dev/%s",
					       links[i].name);
	if (mkdirat(dev, "pts", 0755) < 0 || mkdirat(dev, "shm", 0755) < 0)
		return vns_error_errno(err, errno, "filling /dev");
	return 0;
}

/* The options of a tmpfs that belongs to root inside. */
struct tmpfs {
	char uid[24], gid[24];
	const char *options[8];
};

static void describe_tmpfs(struct tmpfs *tmpfs, const struct vns_build *build,
			   const char *mode)
{
	snprintf(tmpfs->uid, sizeof(tmpfs->uid), "uid=%u", build->base);
	snprintf(tmpfs->gid, sizeof(tmpfs->gid), "gid=%u", build->base);
	tmpfs->options[0] = mode;
	tmpfs->options[1] = tmpfs->uid;
	tmpfs->options[2] = tmpfs->gid;
	tmpfs->options[3] = "nosuid";
	tmpfs->options[4] = NULL;
}

static int attach_tmpfs(const struct vns_build *build, const char *mode,
			int root, const char *target, struct vns_error *err)
{
	struct tmpfs tmpfs;

	describe_tmpfs(&tmpfs, build, mode);
	tmpfs.options[4] = "nodev";
	tmpfs.options[5] = NULL;
	return attach_new("tmpfs", tmpfs.options, root, target, err);
}

/* A minimal /dev: no device of the host but those that everybody may use. */
static int assemble_dev(const struct vns_build *build, int root,
			struct vns_error *err)
{
	VNS_AUTOCLOSE int dev = -1;
	struct tmpfs tmpfs;
	char gid[32];
	const char *const pts_options[] = {
		"ptmxmode=0666", "mode=0620", gid, "nosuid", "noexec", NULL
	};
	int rc;

	describe_tmpfs(&tmpfs, build, "mode=0755");
	tmpfs.options[4] = "size=64k";
	tmpfs.options[5] = "noexec";
	tmpfs.options[6] = NULL;
	rc = vns_mountset_create("tmpfs", "vns", tmpfs.options, &dev, err);
	snprintf(gid, sizeof(gid), "gid=%u", build->tty);
	if (rc == 0)
		rc = fill_dev(dev, build, err);
	if (rc == 0)
		rc = vns_mountset_attach(dev, root, "/dev", true, err);
	if (rc == 0)
		rc = attach_new("devpts", pts_options, root, "/dev/pts", err);
	if (rc == 0)
		rc = attach_tmpfs(build, "mode=1777", root, "/dev/shm", err);
	if (rc == 0 && build->log >= 0)
		rc = vns_mountset_attach(build->log, root, "/dev/log", true,
					 err);
	return rc;
}

struct proc {
	bool hide;
	int mount;
	int code;
	struct vns_error error;
};

static int make_proc(void *argument)
{
	static const char *const options[] = { "nosuid", "nodev", "noexec",
					       "hidepid=invisible", NULL };
	static const char *const own[] = { "nosuid", "nodev", "noexec", NULL };
	struct proc *proc = argument;

	proc->code = vns_mountset_create("proc", "vns",
					 proc->hide ? options : own,
					 &proc->mount, &proc->error);
	return 0;
}

/*
 * What the host's root owns in /proc its id 0 may change without any
 * capability, and that is every uid 0 without a user namespace.
 */
static int protect_proc(int root, struct vns_error *err)
{
	static const char *const targets[] = {
		"/proc/acpi",	"/proc/asound",	       "/proc/bus",
		"/proc/driver", "/proc/dynamic_debug", "/proc/fs",
		"/proc/irq",	"/proc/mtrr",	       "/proc/pressure",
		"/proc/scsi",	"/proc/sys",	       "/proc/sysrq-trigger",
		"/proc/tty",
	};
	static const char *const read_only[] = { "ro", NULL };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sizeof(targets) / sizeof(targets[0]); i++) {
		VNS_AUTOCLOSE int fd = openat(root, targets[i] + 1,
					      O_PATH | O_NOFOLLOW | O_CLOEXEC);
		VNS_AUTOCLOSE int copy = -1;

		/* Not every kernel has everything. */
		if (fd < 0)
			continue;
		rc = vns_mountset_clone(fd, false, &copy, err);
		if (rc == 0)
			rc = vns_mountset_restrict(copy, false, read_only, err);
		if (rc == 0)
			rc = vns_mountset_attach(copy, root, targets[i], true,
						 err);
	}
	return rc;
}

static int assemble_proc(const struct vns_build *build, int root, int init,
			 struct vns_error *err)
{
	bool own = build->namespaces & VNS_NSSET(VNS_NS_PID);
	/* Processes of the host's are nobody's business inside. */
	struct proc proc = { .hide = !own, .mount = -1 };
	VNS_AUTOCLOSE int mount = -1;
	int rc = 0;

	if (own)
		rc = vns_namespace_run_among(init, make_proc, &proc, err);
	else
		make_proc(&proc);
	mount = proc.mount;
	if (rc < 0)
		return rc;
	if (proc.code < 0) {
		*err = proc.error;
		return proc.code;
	}
	rc = vns_mountset_attach(mount, root, "/proc", true, err);
	return rc < 0 || build->user >= 0 ? rc : protect_proc(root, err);
}

static int assemble_inside(const struct vns_build *build, int root, int init,
			   struct vns_error *err)
{
	size_t i;
	int rc = assemble_proc(build, root, init, err);

	if (rc == 0)
		rc = assemble_dev(build, root, err);
	if (rc == 0)
		rc = attach_tmpfs(build, "mode=0755", root, "/run", err);
	for (i = 0; rc == 0 && i < build->part_count; i++)
		rc = vns_mountset_attach(build->parts[i].mount, root,
					 build->parts[i].target, false, err);
	return rc;
}

int vns_build_isolate(struct vns_error *err)
{
	int rc = vns_namespace_topmost(err);

	return rc < 0 ? rc : vns_mountset_isolate(err);
}

static int enter_root(const struct vns_build *build, const char *scratch,
		      struct vns_error *err)
{
	VNS_AUTOCLOSE int place = open(scratch, O_PATH | O_CLOEXEC);
	VNS_AUTOCLOSE int overlay = -1;
	int rc;

	if (place < 0)
		return vns_error_errno(err, errno, "%s", scratch);
	if (build->lower < 0)
		return vns_mountset_pivot(build->root, place, err);
	rc = vns_mountset_overlay(build->lower, build->root, build->base,
				  scratch, &overlay, err);
	return rc < 0 ? rc : vns_mountset_pivot(overlay, place, err);
}

int vns_build_assemble(const struct vns_build *build, const char *scratch,
		       int init, struct vns_error *err)
{
	VNS_AUTOCLOSE int root = -1;
	int rc = enter_root(build, scratch, err);

	if (rc < 0)
		return rc;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return vns_error_errno(err, errno, "/");
	umask(0);
	return assemble_inside(build, root, init, err);
}
