/*
 * Puts a prepared vserver together in the new mount namespace: the root
 * directory, /proc, /dev, and the configured mounts.
 */
#include "native/assemble.h"

#include "native/point.h"
#include "native/prepare.h"
#include "native/rundirs.h"
#include "system/mount.h"
#include "system/namespace.h"
#include "system/overlay.h"
#include "system/safefile.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

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
	    fchownat(dev, name, build->base,
		     build->base + (tty ? build->tty : 0), 0) < 0)
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

/* Holds the options of a tmpfs that belongs to the vserver's root. */
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

/* *mount is closed by the caller. */
static int attach_tmpfs(const struct vns_build *build, const char *mode,
			int root, const char *target, int *mount,
			struct vns_error *err)
{
	struct tmpfs tmpfs;
	int rc;

	describe_tmpfs(&tmpfs, build, mode);
	tmpfs.options[4] = "nodev";
	tmpfs.options[5] = NULL;
	rc = vns_mount_create("tmpfs", "vns", tmpfs.options, mount, err);
	return rc < 0 ? rc : vns_mount_attach(*mount, root, target, true, err);
}

/*
 * Describes a filesystem to be mounted. What it shows, and what its options
 * mean, depends on the process that mounts it.
 */
struct made {
	const char *type;
	const char *const *options;
	int mount;
	int code;
	struct vns_error error;
};

static int make(void *argument)
{
	struct made *made = argument;

	made->code = vns_mount_create(made->type, "vns", made->options,
				      &made->mount, &made->error);
	return 0;
}

static int attach_made(const struct made *made, int root, const char *target,
		       struct vns_error *err)
{
	if (made->code < 0) {
		*err = made->error;
		return made->code;
	}
	return vns_mount_attach(made->mount, root, target, true, err);
}

/*
 * Before Linux 6.15 devpts takes no number above 2147483647 for a group. Inside
 * the user namespace the numbers are smaller.
 */
static int assemble_pts(const struct vns_build *build, int root,
			struct vns_error *err)
{
	char gid[32];
	const char *const options[] = { "ptmxmode=0666", "mode=0620", gid,
					"nosuid",	 "noexec",    NULL };
	struct made pts = { .type = "devpts", .options = options, .mount = -1 };
	VNS_AUTOCLOSE int mount = -1;
	int rc = 0;

	snprintf(gid, sizeof(gid), "gid=%u", build->tty);
	if (build->user >= 0)
		rc = vns_namespace_run_inside(build->user, make, &pts, err);
	else
		make(&pts);
	mount = pts.mount;
	return rc < 0 ? rc : attach_made(&pts, root, "/dev/pts", err);
}

/*
 * Makes a minimal /dev: the only devices of the host in it are those that
 * everybody may use. *dev and *shm are mounts, which the caller closes.
 */
static int assemble_dev(const struct vns_build *build, int root, int *dev,
			int *shm, struct vns_error *err)
{
	struct tmpfs tmpfs;
	int rc;

	describe_tmpfs(&tmpfs, build, "mode=0755");
	tmpfs.options[4] = "size=64k";
	tmpfs.options[5] = "noexec";
	tmpfs.options[6] = NULL;
	rc = vns_mount_create("tmpfs", "vns", tmpfs.options, dev, err);
	if (rc == 0)
		rc = fill_dev(*dev, build, err);
	if (rc == 0)
		rc = vns_mount_attach(*dev, root, "/dev", true, err);
	if (rc == 0)
		rc = assemble_pts(build, root, err);
	if (rc == 0)
		rc = attach_tmpfs(build, "mode=1777", root, "/dev/shm", shm,
				  err);
	if (rc == 0 && build->log >= 0)
		rc = vns_mount_attach(build->log, root, "/dev/log", true, err);
	return rc;
}

/*
 * Makes a mount that leaves nothing to read or to list, or nothing to change,
 * of what is behind fd.
 */
static int make_cover(int fd, bool hides, int null, int *cover,
		      struct vns_error *err)
{
	static const char *const empty[] = { "mode=0555", "nosuid", "nodev",
					     "noexec", NULL };
	static const char *const read_only[] = { "ro", NULL };
	struct stat st;
	int rc;

	if (fstat(fd, &st) < 0)
		return vns_error_errno(err, errno, "fstat");
	if (hides && S_ISDIR(st.st_mode))
		rc = vns_mount_create("tmpfs", "vns", empty, cover, err);
	else
		rc = vns_mount_clone(hides ? null : fd, false, cover, err);
	return rc < 0 ? rc : vns_mount_restrict(*cover, false, read_only, err);
}

/*
 * Files in /proc that belong to the host's root can be read and changed by uid
 * 0 without any capability. Without a user namespace, uid 0 inside is that uid
 * 0. All of them are found below the mount itself: whoever has the root
 * directory in another vserver, too, may have moved the mount's place.
 */
static int protect_proc(int proc, int dev, struct vns_error *err)
{
	static const struct {
		const char *name;
		bool hides;
	} targets[] = {
		{ "acpi", true },	    { "allocinfo", true },
		{ "apm", false },	    { "asound", true },
		{ "bus", false },	    { "driver", false },
		{ "dynamic_debug", false }, { "fs", false },
		{ "interrupts", true },	    { "irq", false },
		{ "kallsyms", true },	    { "kcore", true },
		{ "keys", true },	    { "kmsg", true },
		{ "kpagecgroup", true },    { "kpagecount", true },
		{ "kpageflags", true },	    { "latency_stats", true },
		{ "lock_stat", true },	    { "lockdep", true },
		{ "lockdep_chains", true }, { "lockdep_stats", true },
		{ "mtrr", false },	    { "pagetypeinfo", true },
		{ "pressure", false },	    { "sched_debug", true },
		{ "scsi", true },	    { "slabinfo", true },
		{ "sys", false },	    { "sysrq-trigger", false },
		{ "timer_list", true },	    { "timer_stats", true },
		{ "tty", false },	    { "vmallocinfo", true },
		{ "vmcore", true },
	};
	VNS_AUTOCLOSE int null =
		openat(dev, "null", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	size_t i;
	int rc = null < 0 ? vns_error_errno(err, errno, "/dev/null") : 0;

	for (i = 0; rc == 0 && i < sizeof(targets) / sizeof(targets[0]); i++) {
		const char *name = targets[i].name;
		VNS_AUTOCLOSE int fd =
			openat(proc, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		VNS_AUTOCLOSE int cover = -1;

		/* Not every kernel has all of these files. */
		if (fd < 0 && errno == ENOENT)
			continue;
		rc = fd < 0 ? vns_error_errno(err, errno, "open") :
			      make_cover(fd, targets[i].hides, null, &cover,
					 err);
		if (rc == 0)
			rc = vns_mount_attach_to(cover, fd, name, err);
		if (rc < 0)
			vns_error_context(err, "/proc/%s", name);
	}
	return rc;
}

static int assemble_proc(const struct vns_build *build, int root, int init,
			 int dev, struct vns_error *err)
{
	/* The host's processes are not to be seen inside. */
	static const char *const hiding[] = { "nosuid", "nodev", "noexec",
					      "hidepid=invisible", NULL };
	static const char *const options[] = { "nosuid", "nodev", "noexec",
					       NULL };
	bool own = build->namespaces & VNS_NSSET(VNS_NS_PID);
	struct made proc = { .type = "proc",
			     .options = own ? options : hiding,
			     .mount = -1 };
	VNS_AUTOCLOSE int mount = -1;
	int rc = 0;

	if (own)
		rc = vns_namespace_run_among(init, make, &proc, err);
	else
		make(&proc);
	mount = proc.mount;
	if (rc == 0)
		rc = attach_made(&proc, root, "/proc", err);
	return rc < 0 || build->user >= 0 ? rc : protect_proc(mount, dev, err);
}

/*
 * Refuses a mount point on a shared mount: what is mounted there would be
 * mounted on the host as well, and would stay there.
 */
static int refuse_shared(int proc, int fd, const char *target,
			 struct vns_error *err)
{
	bool shared;
	int rc = vns_mount_is_shared(proc, fd, &shared, err);

	if (rc < 0 || !shared)
		return rc;
	return vns_error_set(err, EINVAL,
			     "mount point %s lies on a shared mount: the host "
			     "would get what is mounted there, too",
			     target);
}

/* proc is the host's /proc, or -1 where no mount is shared yet. */
static int attach_part(const struct vns_build *build,
		       const struct vns_build_part *part,
		       const struct vns_point_grounds *grounds, int root,
		       int proc, struct vns_error *err)
{
	bool moves = part->mount < 0;
	int mount = moves ? build->parts[part->moved].mount : part->mount;
	VNS_AUTOCLOSE int fd = -1;
	struct stat st;
	int rc;

	if (fstat(mount, &st) < 0)
		return vns_error_errno(err, errno, "%s", part->target);
	rc = vns_point_open(grounds, root, part->target, S_ISDIR(st.st_mode),
			    &fd, err);
	if (rc == 0 && proc >= 0)
		rc = refuse_shared(proc, fd, part->target, err);
	if (rc == 0)
		rc = vns_mount_attach_to(mount, fd, part->target, err);
	return rc < 0 || !moves ?
		       rc :
		       vns_mount_apply(mount, false, &part->options, err);
}

/* proc was opened before, as nothing of the host's can be seen any more. */
static int attach_parts(const struct vns_build *build,
			struct vns_point_grounds *grounds, int root, int proc,
			struct vns_error *err)
{
	bool shared = false;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < build->part_count; i++) {
		const struct vns_build_part *part = &build->parts[i];

		rc = attach_part(build, part, grounds, root, shared ? proc : -1,
				 err);
		if (part->memory)
			vns_point_add(grounds, part->mount, part->target,
				      part->owner);
		if (vns_mountopt_is_bind(&part->options) &&
		    part->options.propagation == MS_SHARED)
			shared = true;
	}
	return rc;
}

static int assemble_inside(const struct vns_build *build, int root, int init,
			   int proc, struct vns_error *err)
{
	struct vns_point_grounds grounds = { .count = 0 };
	VNS_AUTOCLOSE int dev = -1;
	VNS_AUTOCLOSE int shm = -1;
	VNS_AUTOCLOSE int run = -1;
	int rc = assemble_dev(build, root, &dev, &shm, err);

	if (rc == 0)
		rc = assemble_proc(build, root, init, dev, err);
	if (rc == 0)
		rc = attach_tmpfs(build, "mode=0755", root, "/run", &run, err);
	if (rc < 0)
		return rc;
	vns_point_add(&grounds, dev, "/dev", build->base);
	vns_point_add(&grounds, shm, "/dev/shm", build->base);
	vns_point_add(&grounds, run, "/run", build->base);
	rc = vns_rundirs_make(build, &grounds.items[grounds.count - 1], err);
	return rc < 0 ? rc : attach_parts(build, &grounds, root, proc, err);
}

int vns_assemble_isolate(struct vns_error *err)
{
	int rc = vns_namespace_topmost(err);

	return rc < 0 ? rc : vns_mount_isolate(err);
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
		return vns_mount_pivot(build->root, place, err);
	rc = vns_overlay_make(build->lower, build->root, build->base, scratch,
			      &overlay, err);
	return rc < 0 ? rc : vns_mount_pivot(overlay, place, err);
}

int vns_assemble_vserver(const struct vns_build *build, const char *scratch,
			 int init, struct vns_error *err)
{
	static const char *const nosuid[] = { "nosuid", NULL };
	VNS_AUTOCLOSE int proc =
		open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	VNS_AUTOCLOSE int root = -1;
	int rc;

	if (proc < 0)
		return vns_error_errno(err, errno, "/proc");
	rc = enter_root(build, scratch, err);
	if (rc < 0)
		return rc;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return vns_error_errno(err, errno, "/");
	umask(0);
	if (build->vserver->nosuid)
		rc = vns_mount_restrict(root, false, nosuid, err);
	return rc < 0 ? rc : assemble_inside(build, root, init, proc, err);
}

int vns_assemble_holder(const char *scratch, struct vns_error *err)
{
	VNS_AUTOCLOSE int run = open(scratch, O_PATH | O_CLOEXEC);
	VNS_AUTOCLOSE int ns =
		openat(run, VNS_RUNDIR_NS,
		       O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	VNS_AUTOCLOSE int root = -1;
	int rc;

	if (run < 0 || ns < 0)
		return vns_error_errno(err, errno, "%s/" VNS_RUNDIR_NS,
				       scratch);
	rc = vns_assemble_isolate(err);
	if (rc == 0)
		rc = vns_mount_clone(ns, false, &root, err);
	return rc < 0 ? rc : vns_mount_pivot(root, run, err);
}
