#include "native/pins.h"

#include "native/processes.h"
#include "vserver/rundir.h"
#include "system/safefile.h"
#include "vserver/native.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define STAGED "mnt.new"
#define RETIRED "mnt.old"
/* Its name tells others that it may come back. */
#define HIDDEN VNS_RUNDIR_HIDDEN
/* No vserver's name begins so. */
#define EVERYTHING ".all"
#define LOCK_TIMEOUT_MS 25000
#define LOCK_STEP_MS 5
/* What is killed has ended after so long, or nothing can be done. */
#define END_MS 5000

void vns_pins_close(struct vns_pins *pins)
{
	vns_safefile_close(&pins->run);
	vns_safefile_close(&pins->ns);
	vns_safefile_close(&pins->contexts);
	vns_safefile_close(&pins->locks);
	vns_safefile_close(&pins->home);
	if (pins->lock >= 0)
		(void)!ftruncate(pins->lock, 0);
	vns_safefile_close(&pins->lock);
	*pins = VNS_PINS_NONE;
}

/* Whether the process is the caller's parent, or that one's, and so on. */
static bool is_above(int pid)
{
	char path[32], text[512], *after;
	unsigned long parent = (unsigned long)getppid();

	while (parent > 1 && parent != (unsigned long)pid) {
		VNS_AUTOCLOSE int fd = -1;
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/%lu/stat", parent);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		if (length <= 0)
			return false;
		text[length] = '\0';
		/* "PID (NAME) STATE PARENT ...", and anything in NAME. */
		after = strrchr(text, ')');
		if (!after || strlen(after) < 5)
			return false;
		after[4 + strcspn(after + 4, " ")] = '\0';
		if (!vns_util_number(after + 4, INT_MAX, &parent))
			return false;
	}
	return parent == (unsigned long)pid;
}

/* A hook of the one who has it would wait for itself. */
static bool waits_for_us(int lock)
{
	unsigned long pid;
	char text[24] = "";

	return pread(lock, text, sizeof(text) - 1, 0) > 0 &&
	       vns_util_number(text, INT_MAX, &pid) && pid > 0 &&
	       is_above((int)pid);
}

static void sign(int lock)
{
	char text[24];
	int length = snprintf(text, sizeof(text), "%d", (int)getpid());

	/* It only serves a better message. */
	if (ftruncate(lock, 0) == 0)
		(void)!pwrite(lock, text, (size_t)length, 0);
}

static int take_lock(int directory, const char *name, long timeout, int *fd,
		     struct vns_error *err)
{
	const struct timespec step = { 0, LOCK_STEP_MS * 1000000L };
	long waited;

	*fd = openat(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
		     0600);
	if (*fd < 0)
		return vns_error_errno(err, errno, "lock %s", name);
	for (waited = 0; flock(*fd, LOCK_EX | LOCK_NB) < 0;
	     waited += LOCK_STEP_MS) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return vns_error_errno(err, errno, "lock %s", name);
		if (waits_for_us(*fd))
			return vns_error_set(err, EDEADLK,
					     "one of its own hooks cannot "
					     "start or stop it");
		if (waited >= timeout)
			return vns_error_set(err, EBUSY,
					     "another start or stop of it is "
					     "still at work");
		nanosleep(&step, NULL);
	}
	return 0;
}

static int lock_vserver(struct vns_pins *pins, struct vns_error *err)
{
	unsigned hooks = vns_config_lifecycle_time(pins->config, pins->vserver);
	int rc = take_lock(pins->locks, pins->vserver->name,
			   LOCK_TIMEOUT_MS + (long)hooks * 1000, &pins->lock,
			   err);

	if (rc == 0) {
		sign(pins->lock);
		return 0;
	}
	/* It is another's, and so is what stands in it. */
	vns_safefile_close(&pins->lock);
	pins->lock = -1;
	return rc;
}

static int make_directory(int parent, const char *name, int *fd,
			  struct vns_error *err)
{
	bool made = mkdirat(parent, name, 0755) == 0;
	int rc;

	if (!made && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir %s", name);
	*fd = openat(parent, name,
		     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	rc = vns_error_errno(err, errno, "%s", name);
	if (made)
		unlinkat(parent, name, AT_REMOVEDIR);
	return rc;
}

/* Binds ns/ onto itself, so that it is a mount, and opens that. */
static int make_mount(struct vns_pins *pins, struct vns_error *err)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", pins->ns);
	if (mount(path, path, NULL, MS_BIND, NULL) < 0)
		return vns_error_errno(err, errno, "binding run_dir/ns");
	/* The descriptor is still of what is now below. */
	vns_safefile_close(&pins->ns);
	pins->ns = openat(pins->run, VNS_RUNDIR_NS,
			  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (pins->ns < 0)
		return vns_error_errno(err, errno, "run_dir/ns");
	return 0;
}

/*
 * A pin must lie on a private mount. Each time, as a "mount --make-rshared /"
 * of others undoes it.
 */
static int make_private(struct vns_pins *pins, struct vns_error *err)
{
	struct statx st;
	char path[64];
	int rc = 0;

	if (statx(pins->ns, "", AT_EMPTY_PATH, STATX_INO, &st) < 0)
		return vns_error_errno(err, errno, "run_dir/ns");
	/* One more would hide all pins (libc makes do without statx). */
	if (!(st.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT))
		return vns_error_errno(err, ENOSYS, "statx");
	if (!(st.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		rc = make_mount(pins, err);
	if (rc < 0)
		return rc;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", pins->ns);
	if (mount(NULL, path, NULL, MS_PRIVATE, NULL) < 0)
		return vns_error_errno(err, errno, "making run_dir/ns private");
	return 0;
}

/* Another running vserver with the same number would be unreachable by it. */
static int check_context(const struct vns_pins *pins, struct vns_error *err)
{
	struct vns_vserver other = { .root = (char *)"/" };
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	unsigned long context = pins->vserver->context;
	struct vns_error ignored;

	if (vns_rundir_by_context(pins->config, context, other.name, &ignored) <
		    0 ||
	    strcmp(other.name, pins->vserver->name) == 0 ||
	    vns_native_open(pins->config, &other, &place, &ignored) == -ESRCH)
		return 0;
	return vns_error_set(err, EEXIST,
			     "context %lu is taken by the running vserver "
			     "\"%s\"; give one of them another",
			     context, other.name);
}

static int claim_context(const struct vns_pins *pins, struct vns_error *err)
{
	char number[24], name[sizeof(vns_name) + 1];
	int rc;

	if (pins->vserver->context == 0)
		return 0;
	rc = check_context(pins, err);
	if (rc < 0)
		return rc;
	snprintf(number, sizeof(number), "%lu", pins->vserver->context);
	snprintf(name, sizeof(name), "%s\n", pins->vserver->name);
	rc = vns_safefile_write(pins->home, VNS_RUNDIR_NUMBER, number, err);
	return rc < 0 ? rc :
			vns_safefile_write(pins->contexts, number, name, err);
}

/* By what was claimed: the definition may say something else by now. */
static void release_context(const struct vns_pins *pins)
{
	VNS_AUTOCLOSE int fd = openat(pins->home, VNS_RUNDIR_NUMBER,
				      O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct vns_error ignored;
	unsigned long context;
	char number[24] = "";
	vns_name holder;

	if (fd >= 0 && read(fd, number, sizeof(number) - 1) > 0 &&
	    vns_util_number(number, INT_MAX, &context) &&
	    vns_rundir_by_context(pins->config, context, holder, &ignored) ==
		    0 &&
	    strcmp(holder, pins->vserver->name) == 0)
		unlinkat(pins->contexts, number, 0);
	unlinkat(pins->home, VNS_RUNDIR_NUMBER, 0);
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

static bool own_namespace(struct stat *st)
{
	return stat("/proc/thread-self/ns/mnt", st) == 0;
}

static int write_owner(const struct vns_pins *pins, struct vns_error *err)
{
	struct stat st;
	char text[64];

	if (!own_namespace(&st))
		return vns_error_errno(err, errno, "/proc/thread-self/ns/mnt");
	snprintf(text, sizeof(text), "%lu %lu", (unsigned long)st.st_dev,
		 (unsigned long)st.st_ino);
	return vns_safefile_write(pins->home, VNS_RUNDIR_OWNER, text, err);
}

int vns_pins_check_owner(const struct vns_pins *pins, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = openat(pins->home, VNS_RUNDIR_OWNER,
				      O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	unsigned long device, inode;
	char text[64] = "";
	struct stat st;
	char *space;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return 0;
	space = strchrnul(text, ' ');
	if (!*space)
		return 0;
	*space++ = '\0';
	if (!vns_util_number(text, ULONG_MAX, &device) ||
	    !vns_util_number(space, ULONG_MAX, &inode))
		return 0;
	if (!own_namespace(&st))
		return vns_error_errno(err, errno, "/proc/thread-self/ns/mnt");
	if ((st.st_dev == device && st.st_ino == inode) ||
	    !vns_inside_lives(device, inode))
		return 0;
	return vns_error_set(err, EXDEV,
			     "it was started in another mount namespace than "
			     "this one, and cannot be seen from here (a "
			     "service with PrivateTmp= or the like?)");
}

static void end_init(const struct vns_pins *pins)
{
	VNS_AUTOPROCESS struct vns_process init = VNS_PROCESS_NONE;
	struct vns_error ignored;
	struct pollfd fds = { .events = POLLIN };

	if (vns_native_init(pins->home, &init, &ignored) < 0)
		return;
	syscall(SYS_pidfd_send_signal, init.pidfd, SIGKILL, NULL, 0);
	/* Until then its mounts are in use. */
	fds.fd = init.pidfd;
	poll(&fds, 1, END_MS);
}

/* While a pin is there, the note tells what it is the pin of. */
static void unpin_all(const struct vns_pins *pins)
{
	unpin(pins->home, STAGED);
	unpin(pins->home, RETIRED);
	unpin(pins->home, HIDDEN);
	unpin(pins->home, VNS_RUNDIR_PIN);
	unlinkat(pins->home, VNS_RUNDIR_INIT, 0);
}

int vns_pins_note_init(const struct vns_pins *pins, pid_t pid,
		       struct vns_error *err)
{
	VNS_AUTOPROCESS struct vns_process init = VNS_PROCESS_NONE;
	unsigned long long ticks = 0;
	char text[64];
	int rc = vns_process_open(pid, &init, err);

	if (rc == 0)
		rc = vns_process_start_time(&init, &ticks, err);
	if (rc < 0)
		return rc;
	snprintf(text, sizeof(text), "%d %llu\n", (int)pid, ticks);
	return vns_safefile_write(pins->home, VNS_RUNDIR_INIT, text, err);
}

int vns_pins_note_cgroup(const struct vns_pins *pins, const char *cgroup,
			 struct vns_error *err)
{
	return vns_safefile_write(pins->home, VNS_RUNDIR_CGROUP, cgroup, err);
}

void vns_pins_forget_cgroup(const struct vns_pins *pins)
{
	unlinkat(pins->home, VNS_RUNDIR_CGROUP, 0);
}

int vns_pins_clean(const struct vns_pins *pins, struct vns_error *err)
{
	release_context(pins);
	end_init(pins);
	unpin_all(pins);
	return make_placeholder(pins->home, STAGED, err);
}

int vns_pins_stage(const struct vns_pins *pins, pid_t pid)
{
	char source[64], target[64];

	snprintf(source, sizeof(source), "/proc/%d/ns/mnt", pid);
	snprintf(target, sizeof(target), "/proc/self/fd/%d/" STAGED,
		 pins->home);
	umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW);
	return mount(source, target, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
}

int vns_pins_plant(const struct vns_pins *pins, pid_t pid)
{
	char source[64], target[64];
	struct vns_error ignored;
	int rc;

	vns_pins_uproot(pins);
	rc = make_placeholder(pins->ns, VNS_PINS_SEED, &ignored);
	if (rc < 0)
		return rc;
	snprintf(source, sizeof(source), "/proc/%d/ns/mnt", pid);
	snprintf(target, sizeof(target), "/proc/self/fd/%d/" VNS_PINS_SEED,
		 pins->ns);
	return mount(source, target, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
}

void vns_pins_uproot(const struct vns_pins *pins)
{
	unpin(pins->ns, VNS_PINS_SEED);
}

int vns_pins_lock_all(const struct vns_pins *pins, int *lock,
		      struct vns_error *err)
{
	return take_lock(pins->locks, EVERYTHING, LOCK_TIMEOUT_MS, lock, err);
}

int vns_pins_open_staged(const struct vns_pins *pins, struct vns_place *place,
			 struct vns_error *err)
{
	return vns_native_open_at(pins->home, STAGED, "the new namespace",
				  place, err);
}

int vns_pins_open_retired(const struct vns_pins *pins, struct vns_place *place,
			  struct vns_error *err)
{
	return vns_native_open_at(pins->home, RETIRED, "the old namespace",
				  place, err);
}

/*
 * A pin moves from one name to another; nobody sees none or both. What was
 * under it stays: to move it back takes no space.
 */
static int swap_pin(const struct vns_pins *pins, const char *from,
		    const char *to, struct vns_error *err)
{
	int rc = make_placeholder(pins->home, to, err);

	if (rc < 0)
		return rc;
	if (syscall(SYS_move_mount, pins->home, from, pins->home, to, 0) < 0)
		return vns_error_errno(err, errno, "moving the pin");
	return 0;
}

static int move_pin(const struct vns_pins *pins, const char *from,
		    const char *to, struct vns_error *err)
{
	int rc = swap_pin(pins, from, to, err);

	if (rc == 0)
		unlinkat(pins->home, from, 0);
	return rc;
}

int vns_pins_publish(const struct vns_pins *pins, struct vns_error *err)
{
	VNS_AUTOCLOSE int everything = -1;
	int rc = take_lock(pins->locks, EVERYTHING, LOCK_TIMEOUT_MS,
			   &everything, err);

	/* Two vservers must not find the same number free. */
	if (rc == 0)
		rc = claim_context(pins, err);
	if (rc == 0)
		rc = write_owner(pins, err);
	return rc < 0 ? rc : move_pin(pins, STAGED, VNS_RUNDIR_PIN, err);
}

int vns_pins_retire(const struct vns_pins *pins, struct vns_error *err)
{
	release_context(pins);
	return move_pin(pins, VNS_RUNDIR_PIN, RETIRED, err);
}

int vns_pins_hide(const struct vns_pins *pins, struct vns_error *err)
{
	return swap_pin(pins, VNS_RUNDIR_PIN, HIDDEN, err);
}

int vns_pins_show(const struct vns_pins *pins, struct vns_error *err)
{
	return move_pin(pins, HIDDEN, VNS_RUNDIR_PIN, err);
}

/* In this order: killed between, it is neither without its number nor shown. */
int vns_pins_retire_hidden(const struct vns_pins *pins, struct vns_error *err)
{
	int rc = move_pin(pins, HIDDEN, RETIRED, err);

	if (rc == 0)
		release_context(pins);
	return rc;
}

/* Whoever has hidden it was killed: it runs, and somebody may be inside. */
static int show_hidden(const struct vns_pins *pins, struct vns_error *err)
{
	struct statx st = { 0 };

	if (statx(pins->home, HIDDEN, AT_SYMLINK_NOFOLLOW, STATX_INO, &st) <
		    0 &&
	    errno != ENOENT)
		return vns_error_errno(err, errno, "pin " HIDDEN);
	/* It may be mounted elsewhere (vns_pins_check_owner): leave it be. */
	return st.stx_attributes & STATX_ATTR_MOUNT_ROOT ?
		       vns_pins_show(pins, err) :
		       0;
}

int vns_pins_open(struct vns_pins *pins, const struct vns_config *config,
		  const struct vns_vserver *vserver, struct vns_error *err)
{
	VNS_AUTOCLOSE int everything = -1;
	const char *path = config->run_dir;
	int rc;

	pins->config = config;
	pins->vserver = vserver;
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir %s", path);
	rc = vns_safefile_open(path, VNS_SAFEFILE_DIRECTORY, &pins->run, err);
	if (rc == 0)
		rc = make_directory(pins->run, VNS_RUNDIR_LOCK, &pins->locks,
				    err);
	if (rc == 0)
		rc = make_directory(pins->run, VNS_RUNDIR_CONTEXT,
				    &pins->contexts, err);
	if (rc == 0)
		rc = take_lock(pins->locks, EVERYTHING, LOCK_TIMEOUT_MS,
			       &everything, err);
	if (rc == 0)
		rc = make_directory(pins->run, VNS_RUNDIR_NS, &pins->ns, err);
	if (rc == 0)
		rc = make_private(pins, err);
	if (rc == 0) {
		vns_safefile_close(&everything);
		everything = -1;
		rc = lock_vserver(pins, err);
	}
	if (rc == 0)
		rc = make_directory(pins->ns, vserver->name, &pins->home, err);
	if (rc < 0)
		return rc;
	rc = show_hidden(pins, err);
	if (rc < 0)
		vns_pins_tidy(pins);
	return rc;
}

void vns_pins_remove(const struct vns_pins *pins)
{
	release_context(pins);
	end_init(pins);
	unpin_all(pins);
	unlinkat(pins->home, VNS_RUNDIR_OWNER, 0);
}

void vns_pins_tidy(const struct vns_pins *pins)
{
	struct stat st;

	if (unlinkat(pins->ns, pins->vserver->name, AT_REMOVEDIR) == 0 &&
	    fstat(pins->ns, &st) == 0 && st.st_nlink == 2)
		vns_pins_uproot(pins);
}
