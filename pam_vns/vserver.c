#include "vserver.h"

#include "builder.h"
#include "inside.h"
#include "namespace.h"
#include "rundir.h"
#include "safefile.h"
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define PIN "mnt"
#define STAGED "mnt.new"
#define LOCK_TIMEOUT_MS 25000

/* The descriptors one start or stop works with. */
struct work {
	const struct vns_config *config;
	const struct vns_vserver *vserver;
	int run;     /* run_dir */
	int ns;	     /* run_dir/ns, a private mount */
	int context; /* run_dir/context */
	int lock;    /* held */
	int home;    /* run_dir/ns/NAME */
};

static void close_work(struct work *work)
{
	vns_safefile_close(&work->run);
	vns_safefile_close(&work->ns);
	vns_safefile_close(&work->context);
	vns_safefile_close(&work->home);
	vns_safefile_close(&work->lock);
}
#define AUTOWORK __attribute__((cleanup(close_work)))

static void sleep_ms(long ms)
{
	const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static int take_lock(int directory, const char *name, int *fd,
		     struct vns_error *err)
{
	long waited;

	*fd = openat(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
		     0600);
	if (*fd < 0)
		return vns_error_errno(err, errno, "lock %s", name);
	for (waited = 0; flock(*fd, LOCK_EX | LOCK_NB) < 0; waited += 5) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return vns_error_errno(err, errno, "lock %s", name);
		if (waited >= LOCK_TIMEOUT_MS)
			return vns_error_set(err, EBUSY,
					     "another start or stop of it is "
					     "still at work");
		sleep_ms(5);
	}
	return 0;
}

static int make_directory(int parent, const char *name, int *fd,
			  struct vns_error *err)
{
	if (mkdirat(parent, name, 0755) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir %s", name);
	*fd = openat(parent, name,
		     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *fd < 0 ? vns_error_errno(err, errno, "%s", name) : 0;
}

/* Binds ns/ onto itself, so that it is a mount, and opens that. */
static int make_mount(struct work *work, struct vns_error *err)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", work->ns);
	if (mount(path, path, NULL, MS_BIND, NULL) < 0)
		return vns_error_errno(err, errno, "binding run_dir/ns");
	/* The descriptor is still of what is now below. */
	vns_safefile_close(&work->ns);
	work->ns = openat(work->run, VNS_RUNDIR_NS,
			  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (work->ns < 0)
		return vns_error_errno(err, errno, "run_dir/ns");
	return 0;
}

/*
 * A pin must lie on a private mount. Each time, as a "mount --make-rshared /"
 * of others undoes it.
 */
static int make_private(struct work *work, struct vns_error *err)
{
	struct statx st;
	char path[64];
	int rc = 0;

	if (statx(work->ns, "", AT_EMPTY_PATH, STATX_INO, &st) < 0)
		return vns_error_errno(err, errno, "run_dir/ns");
	if (!(st.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		rc = make_mount(work, err);
	if (rc < 0)
		return rc;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", work->ns);
	if (mount(NULL, path, NULL, MS_PRIVATE, NULL) < 0)
		return vns_error_errno(err, errno, "making run_dir/ns private");
	return 0;
}

static int open_rundir(struct work *work, struct vns_error *err)
{
	VNS_AUTOCLOSE int locks = -1;
	VNS_AUTOCLOSE int everything = -1;
	const char *path = work->config->run_dir;
	int rc;

	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir %s", path);
	rc = vns_safefile_open(path, VNS_SAFEFILE_DIRECTORY, &work->run, err);
	if (rc == 0)
		rc = make_directory(work->run, VNS_RUNDIR_LOCK, &locks, err);
	if (rc == 0)
		rc = make_directory(work->run, VNS_RUNDIR_CONTEXT,
				    &work->context, err);
	/* "." can be no vserver's name. */
	if (rc == 0)
		rc = take_lock(locks, ".all", &everything, err);
	if (rc == 0)
		rc = make_directory(work->run, VNS_RUNDIR_NS, &work->ns, err);
	if (rc == 0)
		rc = make_private(work, err);
	if (rc == 0) {
		vns_safefile_close(&everything);
		everything = -1;
		rc = take_lock(locks, work->vserver->name, &work->lock, err);
	}
	return rc;
}

/* Another running vserver with the same number would be unreachable by it. */
static int check_context(const struct work *work, struct vns_error *err)
{
	struct vns_vserver other = { .root = (char *)"/" };
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	unsigned long context = work->vserver->context;
	struct vns_error ignored;

	if (vns_rundir_by_context(work->config, context, other.name, &ignored) <
		    0 ||
	    strcmp(other.name, work->vserver->name) == 0 ||
	    vns_source_native_open(work->config, &other, &place, &ignored) ==
		    -ESRCH)
		return 0;
	return vns_error_set(err, EEXIST,
			     "context %lu is taken by the running vserver "
			     "\"%s\"; give one of them another",
			     context, other.name);
}

static int claim_context(const struct work *work, struct vns_error *err)
{
	char number[24], name[sizeof(vns_name) + 1];
	int rc;

	if (work->vserver->context == 0)
		return 0;
	rc = check_context(work, err);
	if (rc < 0)
		return rc;
	snprintf(number, sizeof(number), "%lu", work->vserver->context);
	snprintf(name, sizeof(name), "%s\n", work->vserver->name);
	rc = vns_safefile_write(work->home, VNS_RUNDIR_NUMBER, number, err);
	return rc < 0 ? rc :
			vns_safefile_write(work->context, number, name, err);
}

/* By what was claimed: the definition may say something else by now. */
static void release_context(const struct work *work)
{
	VNS_AUTOCLOSE int fd = openat(work->home, VNS_RUNDIR_NUMBER,
				      O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct vns_error ignored;
	unsigned long context;
	char number[24] = "";
	vns_name holder;

	if (fd >= 0 && read(fd, number, sizeof(number) - 1) > 0 &&
	    vns_util_number(number, INT_MAX, &context) &&
	    vns_rundir_by_context(work->config, context, holder, &ignored) ==
		    0 &&
	    strcmp(holder, work->vserver->name) == 0)
		unlinkat(work->context, number, 0);
	unlinkat(work->home, VNS_RUNDIR_NUMBER, 0);
}

static int make_placeholder(int directory, const char *name,
			    struct vns_error *err)
{
	int fd = openat(directory, name,
			O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0);

	if (fd < 0)
		return vns_error_errno(err, errno, "pin %s", name);
	close(fd);
	return 0;
}

static void unpin(int directory, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", directory, name);
	/* More than one may lie there after a crash. */
	while (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		;
	unlinkat(directory, name, 0);
}

static void remove_pins(const struct work *work)
{
	release_context(work);
	unpin(work->home, STAGED);
	unpin(work->home, PIN);
	unlinkat(work->ns, work->vserver->name, AT_REMOVEDIR);
}

static int pin_staged(const struct work *work, pid_t pid)
{
	char source[64], target[64];

	snprintf(source, sizeof(source), "/proc/%d/ns/mnt", pid);
	snprintf(target, sizeof(target), "/proc/self/fd/%d/" STAGED,
		 work->home);
	return mount(source, target, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
}

/*
 * Since 6.18 the kernel numbers namespaces in batches per CPU and refuses
 * (EINVAL) to pin one with a lower number than our own, which can happen when
 * we are not in the initial one ourselves. On the CPU that ours was made on
 * it cannot.
 */
static int start_builder(const struct work *work, const struct vns_build *build,
			 struct vns_builder *builder, struct vns_error *err)
{
	const char *scratch = work->config->run_dir;
	cpu_set_t allowed;
	int cpu, rc;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		CPU_ZERO(&allowed);
	for (cpu = -1; cpu < CPU_SETSIZE; cpu++) {
		if (cpu >= 0 && !CPU_ISSET((size_t)cpu, &allowed))
			continue;
		rc = vns_builder_start(builder, build, scratch, cpu, err);
		if (rc < 0)
			return rc;
		rc = pin_staged(work, builder->pid);
		if (rc == 0)
			return 0;
		vns_builder_end(builder);
		if (rc != -EINVAL)
			break;
	}
	if (rc == -EINVAL)
		return vns_error_set(err, EINVAL,
				     "a mount namespace cannot be pinned from "
				     "here; run this in the host's own mount "
				     "namespace");
	return vns_error_errno(err, -rc, "pinning the mount namespace");
}

/* Whether what will be entered is what was built. */
static int check_root(const struct work *work, int root_fd,
		      struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	VNS_AUTOCLOSE int pin =
		openat(work->home, STAGED, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat built, found;
	int rc;

	if (pin < 0)
		return vns_error_errno(err, errno, "pin");
	rc = vns_namespace_take(pin, "the new namespace", &place, err);
	if (rc < 0)
		return rc;
	if (fstat(root_fd, &built) == 0 && fstat(place.root, &found) == 0 &&
	    built.st_dev == found.st_dev && built.st_ino == found.st_ino)
		return 0;
	return vns_error_set(err, EIO,
			     "the new namespace's root is not the root "
			     "directory");
}

static int build_and_pin(const struct work *work, int root_fd,
			 const struct vns_build *build, struct vns_error *err)
{
	VNS_AUTOBUILDER struct vns_builder builder = { .channel = -1 };
	int rc = make_placeholder(work->home, STAGED, err);

	if (rc == 0)
		rc = make_placeholder(work->home, PIN, err);
	if (rc == 0)
		rc = start_builder(work, build, &builder, err);
	if (rc == 0)
		rc = vns_builder_run(&builder, err);
	if (rc == 0)
		rc = check_root(work, root_fd, err);
	if (rc == 0)
		rc = claim_context(work, err);
	if (rc < 0)
		return rc;
	/* From one moment to the next it runs, whole. */
	if (syscall(SYS_move_mount, work->home, STAGED, work->home, PIN, 0) < 0)
		return vns_error_errno(err, errno, "pinning");
	unlinkat(work->home, STAGED, 0);
	return 0;
}

static int start_locked(struct work *work, struct vns_error *err)
{
	VNS_AUTOBUILD struct vns_build build = VNS_BUILD_NONE;
	VNS_AUTOCLOSE int root_fd = -1;
	int rc = vns_safefile_open(work->vserver->root, VNS_SAFEFILE_ROOT,
				   &root_fd, err);

	if (rc == 0)
		rc = vns_build_prepare(&build, work->vserver, root_fd, err);
	if (rc == 0)
		rc = make_directory(work->ns, work->vserver->name, &work->home,
				    err);
	if (rc < 0)
		return rc;
	/* What a crash has left. */
	release_context(work);
	unpin(work->home, STAGED);
	unpin(work->home, PIN);
	rc = build_and_pin(work, root_fd, &build, err);
	if (rc < 0)
		remove_pins(work);
	return rc;
}

#define WORK(config, vserver)                           \
	{                                               \
		(config), (vserver), -1, -1, -1, -1, -1 \
	}

int vns_vserver_start(const struct vns_config *config,
		      const struct vns_vserver *vserver, bool *done,
		      struct vns_error *err)
{
	AUTOWORK struct work work = WORK(config, vserver);
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc = open_rundir(&work, err);

	*done = false;
	if (rc == 0)
		rc = vns_source_native_open(config, vserver, &place, err);
	if (rc != -ESRCH)
		return rc;
	rc = start_locked(&work, err);
	*done = rc == 0;
	return rc;
}

static int kill_inside(const struct vns_place *place, unsigned grace,
		       struct vns_error *err)
{
	unsigned waited, count;
	int example;
	int rc = vns_inside_signal(place, SIGTERM, &count, &example, err);

	for (waited = 0; rc == 0 && count > 0; waited += 20) {
		bool hard = waited >= grace * 1000;

		if (waited >= grace * 1000 + 5000)
			return vns_error_set(err, EBUSY,
					     "process %d (of %u) inside does "
					     "not die",
					     example, count);
		sleep_ms(20);
		rc = vns_inside_signal(place, hard ? SIGKILL : 0, &count,
				       &example, err);
	}
	return rc;
}

int vns_vserver_stop(const struct vns_config *config,
		     const struct vns_vserver *vserver, unsigned grace,
		     bool *done, struct vns_error *err)
{
	AUTOWORK struct work work = WORK(config, vserver);
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc = open_rundir(&work, err);

	*done = false;
	if (rc == 0)
		rc = vns_source_native_open(config, vserver, &place, err);
	if (rc == -ESRCH)
		return 0;
	if (rc < 0)
		return rc;
	rc = make_directory(work.ns, vserver->name, &work.home, err);
	if (rc < 0)
		return rc;
	remove_pins(&work);
	*done = true;
	return kill_inside(&place, grace, err);
}
