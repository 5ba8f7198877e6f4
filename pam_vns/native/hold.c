/*
 * Mounts the holder's pin below run_dir, and removes run_dir/ns and the pin
 * once there is no vserver left.
 */
#include "native/hold.h"

#include "native/builder.h"
#include "system/runtime.h"
#include "system/safefile.h"
#include "vserver/holder.h"
#include "vserver/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

int vns_hold_mounted(int directory, const char *name, bool *mounted,
		     struct vns_error *err)
{
	struct statx st = { 0 };

	*mounted = false;
	if (statx(directory, name, AT_SYMLINK_NOFOLLOW, STATX_INO, &st) < 0)
		return errno == ENOENT ?
			       0 :
			       vns_error_errno(err, errno, "run_dir: %s", name);
	/*
	 * Without the attribute (libc emulates a missing statx(2)) it is not
	 * known, and a vserver that runs would be taken for one that does not.
	 */
	if (!(st.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT))
		return vns_error_errno(err, ENOSYS, "statx");
	*mounted = st.stx_attributes & STATX_ATTR_MOUNT_ROOT;
	return 0;
}

static void unmount(int directory, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", directory, name);
	while (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		;
}

static bool is_pinned(int run)
{
	VNS_AUTOCLOSE int fd =
		openat(run, VNS_RUNDIR_HOLDER, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct statfs fs;

	return fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC;
}

/*
 * Removes a pin that leads nowhere any more. The file and what it is mounted on
 * stay: in another mount namespace the pin may be a good one.
 */
static void unpin(int run)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/" VNS_RUNDIR_HOLDER,
		 run);
	while (is_pinned(run) &&
	       umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		;
}

/*
 * Makes the file that the pin is mounted on, as a private mount of its own: a
 * mount namespace cannot be pinned where mounts propagate from. A user who can
 * open a pin could keep what is pinned, so that its directory is root's alone.
 */
static int make_place(int run, struct vns_error *err)
{
	VNS_AUTOCLOSE int pins = -1;
	VNS_AUTOCLOSE int file = -1;
	bool mounted = false;
	char path[64];
	int rc = vns_runtime_directory(run, VNS_RUNDIR_PINS, &pins, err);

	if (rc == 0)
		rc = vns_hold_mounted(run, VNS_RUNDIR_HOLDER, &mounted, err);
	if (rc < 0)
		return rc;
	file = openat(pins, VNS_RUNDIR_PINS_ALL,
		      O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		      0600);
	snprintf(path, sizeof(path), "/proc/self/fd/%d/" VNS_RUNDIR_HOLDER,
		 run);
	if (file < 0 ||
	    (!mounted && mount(path, path, NULL, MS_BIND, NULL) < 0) ||
	    mount(NULL, path, NULL, MS_PRIVATE, NULL) < 0)
		return vns_error_errno(err, errno,
				       "run_dir/" VNS_RUNDIR_HOLDER);
	return 0;
}

static int pin(const struct vns_native *native, pid_t pid)
{
	char source[64], target[64];

	snprintf(source, sizeof(source), "/proc/%d/ns/mnt", pid);
	snprintf(target, sizeof(target), "/proc/self/fd/%d/" VNS_RUNDIR_HOLDER,
		 native->run);
	return mount(source, target, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
}

/* A start is not to fail for want of this note: it then tries all CPUs. */
static void note_cpu(const struct vns_native *native,
		     const struct vns_builder *builder)
{
	struct vns_error ignored;
	cpu_set_t set;
	char text[24];
	int cpu;

	if (sched_getaffinity(builder->pid, sizeof(set), &set) < 0)
		return;
	for (cpu = 0; cpu < CPU_SETSIZE && !CPU_ISSET((size_t)cpu, &set); cpu++)
		;
	snprintf(text, sizeof(text), "%d", cpu);
	(void)vns_safefile_write(native->locks, VNS_BUILDER_CPU, text,
				 &ignored);
}

/* What is left of an earlier holder, which may be half made, goes first. */
static int make(const struct vns_native *native, struct vns_error *err)
{
	VNS_AUTOBUILDER struct vns_builder builder = { .channel = -1 };
	struct vns_build build = VNS_BUILD_NONE;
	struct vns_built ignored;
	int rc;

	build.holds = true;
	unpin(native->run);
	rc = make_place(native->run, err);
	if (rc == 0)
		rc = vns_builder_pin(&builder, &build, native, pin, err);
	if (rc == 0)
		rc = vns_builder_run(&builder, &ignored, err);
	if (rc == 0)
		note_cpu(native, &builder);
	else
		unpin(native->run);
	return rc;
}

int vns_hold_open(struct vns_native *native, struct vns_error *err)
{
	VNS_AUTOHOLDER struct vns_holder holder = VNS_HOLDER_NONE;
	VNS_AUTOCLOSE int ns = -1;
	int rc = vns_runtime_directory(native->run, VNS_RUNDIR_NS, &ns, err);

	if (rc == 0)
		rc = vns_holder_open(native->run, &holder, err);
	if (rc == -ESRCH) {
		rc = make(native, err);
		if (rc == 0)
			rc = vns_holder_open(native->run, &holder, err);
	}
	if (rc < 0)
		return rc;
	native->holder = holder.mnt;
	native->ns = holder.ns;
	holder = VNS_HOLDER_NONE;
	return 0;
}

/*
 * No vserver's name begins with a dot. Where it cannot be told, there may be
 * some.
 */
static bool has_vservers(int run)
{
	int fd = openat(run, VNS_RUNDIR_NS,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool found;

	if (!entries) {
		vns_safefile_close(&fd);
		return true;
	}
	errno = 0;
	do
		entry = readdir(entries);
	while (entry && entry->d_name[0] == '.');
	found = entry || errno != 0;
	closedir(entries);
	return found;
}

/*
 * Where ns/ has been removed, a descriptor of it is of no use any more: nobody
 * makes a vserver in a holder that cannot be found.
 */
void vns_hold_end(const struct vns_native *native)
{
	if (has_vservers(native->run))
		return;
	/* An older pam_vns has made ns/ a mount, and may have pinned this. */
	unmount(native->run, VNS_RUNDIR_NS);
	unmount(native->run, VNS_RUNDIR_NS "/.seed");
	unlinkat(native->run, VNS_RUNDIR_NS "/.seed", 0);
	if (unlinkat(native->run, VNS_RUNDIR_NS, AT_REMOVEDIR) < 0)
		return;
	unmount(native->run, VNS_RUNDIR_HOLDER);
	unlinkat(native->run, VNS_RUNDIR_HOLDER, 0);
	unlinkat(native->run, VNS_RUNDIR_PINS, AT_REMOVEDIR);
}
