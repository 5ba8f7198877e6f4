/*
 * Mounts a namespace on a file in the holder (vserver/holder.h), moves that
 * mount from name to name, and takes the locks that this needs.
 */
#include "native/pins.h"

#include "config/lifecycle.h"
#include "native/hold.h"
#include "native/notes.h"
#include "system/deadline.h"
#include "system/lock.h"
#include "system/mount.h"
#include "system/namespace.h"
#include "system/runtime.h"
#include "system/safefile.h"
#include "vserver/native.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/*
 * The life of a pin. It is made as mnt.new, and from then on only moved from
 * one name to another (move_mount(2)), so that nobody ever finds none or two:
 *
 *	name		what it is the pin of		what may become of it
 *	mnt.new		is being started		mnt (publish)
 *	mnt		runs, and can be entered	mnt.idle (hide),
 *							mnt.old (retire)
 *	mnt.idle	runs; somebody checks whether	mnt (show),
 *			it is empty			mnt.old (retire_hidden)
 *	mnt.old		is being stopped		nothing (remove)
 *
 * A process that is killed in between leaves mnt.new or mnt.old, which the next
 * start or stop removes, or mnt.idle, which the next start or stop moves back
 * to mnt.
 */
#define STAGED "mnt.new"
#define RETIRED "mnt.old"
/* This name tells other processes that the pin may come back. */
#define HIDDEN VNS_RUNDIR_HIDDEN
/* No vserver's name begins with a dot. */
#define EVERYTHING ".all"
#define LOCK_TIMEOUT_MS 25000
/* A killed process has ended within this time, or nothing can be done. */
#define END_MS 5000

void vns_pins_close(struct vns_native *native)
{
	vns_safefile_close(&native->run);
	vns_safefile_close(&native->holder);
	vns_safefile_close(&native->ns);
	vns_safefile_close(&native->contexts);
	vns_safefile_close(&native->locks);
	vns_safefile_close(&native->home);
	vns_lock_release(&native->lock);
	*native = VNS_NATIVE_NONE;
}

/* Takes the lock of a vserver, or EVERYTHING, which must be held briefly. */
static int take_lock(const struct vns_native *native, const char *name,
		     long timeout_ms, int *lock, struct vns_error *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" VNS_RUNDIR_LOCK "/%s",
		 native->config->run_dir, name);
	return vns_lock_take(native->locks, name, path, timeout_ms, lock, err);
}

static int lock_vserver(struct vns_native *native, struct vns_error *err)
{
	unsigned hooks =
		vns_config_lifecycle_time(native->config, native->vserver);
	int rc = take_lock(native, native->vserver->name,
			   LOCK_TIMEOUT_MS + (long)hooks * 1000, &native->lock,
			   err);

	if (rc == 0) {
		vns_lock_sign(native->lock);
		return 0;
	}
	if (rc == -EDEADLK)
		return vns_error_set(err, EDEADLK,
				     "one of its own hooks cannot start or "
				     "stop it");
	if (rc == -EBUSY)
		vns_error_context(err, "another start or stop of it is still "
				       "at work");
	return rc;
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

/*
 * Where the file is in the holder, it is enough to remove the file: what is
 * mounted on it elsewhere than in our own mount namespace goes with it.
 */
static void unpin(int directory, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", directory, name);
	/* After a crash there may be more than one mount on the file. */
	while (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
		;
	unlinkat(directory, name, 0);
}

/* A mount that is made (from is NULL) or moved. */
struct work {
	int home;
	int source;
	const char *from, *to;
};

/*
 * The kernel says ELOOP here to what it says EINVAL to in mount(2): see
 * vns_builder_pin.
 */
static int attach(const struct work *work)
{
	VNS_AUTOCLOSE int file =
		openat(work->home, work->to, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	VNS_AUTOCLOSE int made = -1;
	struct vns_error ignored;
	int rc = file < 0 ?
			 -errno :
			 vns_mount_clone(work->source, false, &made, &ignored);

	if (rc == 0)
		rc = vns_mount_attach_to(made, file, work->to, &ignored);
	return rc == -ELOOP ? -EINVAL : rc;
}

static int do_work(void *argument)
{
	const struct work *work = argument;

	if (!work->from)
		return attach(work);
	return syscall(SYS_move_mount, work->home, work->from, work->home,
		       work->to, 0) < 0 ?
		       -errno :
		       0;
}

/* Only a process in the holder can change what is mounted in it. */
static int work_there(const struct vns_native *native, struct work work)
{
	work.home = native->home;
	return native->holder < 0 ?
		       do_work(&work) :
		       vns_namespace_run_at(native->holder, do_work, &work);
}

static void end_init(const struct vns_native *native)
{
	VNS_AUTOPROCESS struct vns_process init = VNS_PROCESS_NONE;
	struct vns_error ignored;

	if (vns_native_init(native->home, &init, &ignored) < 0)
		return;
	syscall(SYS_pidfd_send_signal, init.pidfd, SIGKILL, NULL, 0);
	/* The init process uses the mounts until it has ended. */
	(void)vns_deadline_wait(init.pidfd, vns_deadline_now() + END_MS);
}

/* The note is removed last: it tells what a remaining pin is the pin of. */
static void unpin_all(const struct vns_native *native)
{
	unpin(native->home, STAGED);
	unpin(native->home, RETIRED);
	unpin(native->home, HIDDEN);
	unpin(native->home, VNS_RUNDIR_PIN);
	unlinkat(native->home, VNS_RUNDIR_INIT, 0);
}

int vns_pins_clean(const struct vns_native *native, struct vns_error *err)
{
	vns_notes_release_context(native);
	end_init(native);
	unpin_all(native);
	return make_placeholder(native->home, STAGED, err);
}

int vns_pins_stage(const struct vns_native *native, pid_t pid)
{
	VNS_AUTOCLOSE int source = -1;
	struct vns_error ignored;
	char path[64];
	int rc;

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	source = open(path, O_RDONLY | O_CLOEXEC);
	if (source < 0)
		return -errno;
	unpin(native->home, STAGED);
	rc = make_placeholder(native->home, STAGED, &ignored);
	return rc < 0 ? rc :
			work_there(native, (struct work){ .source = source,
							  .to = STAGED });
}

/*
 * Who opens a vserver here relies on its root directory without entering: one
 * that only is likely to be the mount namespace's is opened anew.
 */
static int open_pin(const struct vns_native *native, const char *pin,
		    const char *what, struct vns_place *place,
		    struct vns_error *err)
{
	int rc = vns_native_open_at(native->home, pin, what, place, err);

	if (rc < 0 || !place->likely)
		return rc;
	vns_safefile_close(&place->root);
	place->root = -1;
	place->likely = false;
	rc = vns_namespace_open_root(place->ns[VNS_NS_MNT], &place->root, err);
	if (rc < 0)
		vns_place_close(place);
	return rc;
}

int vns_pins_open_running(const struct vns_native *native,
			  struct vns_place *place, struct vns_error *err)
{
	return open_pin(native, VNS_RUNDIR_PIN, "its mount namespace", place,
			err);
}

int vns_pins_open_staged(const struct vns_native *native,
			 struct vns_place *place, struct vns_error *err)
{
	return open_pin(native, STAGED, "the new namespace", place, err);
}

int vns_pins_open_retired(const struct vns_native *native,
			  struct vns_place *place, struct vns_error *err)
{
	return open_pin(native, RETIRED, "the old namespace", place, err);
}

/*
 * Moves the pin from one name to another; at no time do others find none or
 * both. The placeholder under the old name stays, so that moving the pin back
 * takes no disk space.
 */
static int swap_pin(const struct vns_native *native, const char *from,
		    const char *to, struct vns_error *err)
{
	int rc = make_placeholder(native->home, to, err);

	if (rc < 0)
		return rc;
	rc = work_there(native, (struct work){ .from = from, .to = to });
	return rc < 0 ? vns_error_errno(err, -rc, "moving the pin") : 0;
}

static int move_pin(const struct vns_native *native, const char *from,
		    const char *to, struct vns_error *err)
{
	int rc = swap_pin(native, from, to, err);

	if (rc == 0)
		unlinkat(native->home, from, 0);
	return rc;
}

int vns_pins_publish(const struct vns_native *native, struct vns_error *err)
{
	VNS_AUTOCLOSE int everything = -1;
	int rc = take_lock(native, EVERYTHING, LOCK_TIMEOUT_MS, &everything,
			   err);

	/* The lock keeps two vservers from claiming the same number. */
	if (rc == 0)
		rc = vns_notes_claim_context(native, err);
	if (rc == 0)
		rc = vns_notes_write_owner(native, err);
	return rc < 0 ? rc : move_pin(native, STAGED, VNS_RUNDIR_PIN, err);
}

int vns_pins_retire(const struct vns_native *native, struct vns_error *err)
{
	vns_notes_release_context(native);
	return move_pin(native, VNS_RUNDIR_PIN, RETIRED, err);
}

int vns_pins_hide(const struct vns_native *native, struct vns_error *err)
{
	return swap_pin(native, VNS_RUNDIR_PIN, HIDDEN, err);
}

int vns_pins_show(const struct vns_native *native, struct vns_error *err)
{
	return move_pin(native, HIDDEN, VNS_RUNDIR_PIN, err);
}

/*
 * Keep this order: if the process is killed in between, the pin is never
 * without its number while it can still be shown again.
 */
int vns_pins_retire_hidden(const struct vns_native *native,
			   struct vns_error *err)
{
	int rc = move_pin(native, HIDDEN, RETIRED, err);

	if (rc == 0)
		vns_notes_release_context(native);
	return rc;
}

/*
 * Shows a pin again that was left hidden. The process that hid it was killed:
 * the vserver runs, and somebody may be inside.
 */
static int show_hidden(const struct vns_native *native, struct vns_error *err)
{
	bool hidden;
	int rc = vns_hold_mounted(native->home, HIDDEN, &hidden, err);

	/*
	 * The pin may be mounted elsewhere (vns_notes_check_owner). Leave it
	 * then.
	 */
	return rc == 0 && hidden ? vns_pins_show(native, err) : rc;
}

/*
 * A vserver that an older pam_vns has started has its pin in the host's mount
 * namespace, and keeps it there. There, ns/ is a mount, too.
 */
static int find_older(struct vns_native *native, struct vns_error *err)
{
	static const char *const pins[] = { VNS_RUNDIR_PIN, STAGED, RETIRED,
					    HIDDEN };
	VNS_AUTOCLOSE int ns = -1;
	VNS_AUTOCLOSE int home = -1;
	bool mounted;
	size_t i;
	int rc = vns_hold_mounted(native->run, VNS_RUNDIR_NS, &mounted, err);

	if (rc < 0 || !mounted)
		return rc;
	rc = vns_runtime_directory(native->run, VNS_RUNDIR_NS, &ns, err);
	if (rc == 0)
		rc = vns_runtime_directory(ns, native->vserver->name, &home,
					   err);
	mounted = false;
	for (i = 0; !mounted && i < sizeof(pins) / sizeof(pins[0]); i++)
		if (rc == 0)
			rc = vns_hold_mounted(home, pins[i], &mounted, err);
	if (rc < 0 || !mounted)
		return rc;
	vns_safefile_close(&native->holder);
	native->holder = -1;
	vns_safefile_close(&native->ns);
	native->ns = ns;
	vns_safefile_close(&native->home);
	native->home = home;
	ns = home = -1;
	return 0;
}

/* The lock keeps the holder from being taken away meanwhile. */
static int open_home(struct vns_native *native, struct vns_error *err)
{
	VNS_AUTOCLOSE int everything = -1;
	int rc = take_lock(native, EVERYTHING, LOCK_TIMEOUT_MS, &everything,
			   err);

	if (rc < 0)
		return rc;
	rc = vns_hold_open(native, err);
	if (rc == 0)
		rc = vns_runtime_directory(native->ns, native->vserver->name,
					   &native->home, err);
	if (rc == 0)
		rc = find_older(native, err);
	if (rc == 0)
		return 0;
	unlinkat(native->ns, native->vserver->name, AT_REMOVEDIR);
	vns_hold_end(native);
	return rc;
}

int vns_pins_open(struct vns_native *native, const struct vns_config *config,
		  const struct vns_vserver *vserver, struct vns_error *err)
{
	int rc = vns_rundir_open(config, &native->run, err);

	native->config = config;
	native->vserver = vserver;
	if (rc == 0)
		rc = vns_runtime_directory(native->run, VNS_RUNDIR_LOCK,
					   &native->locks, err);
	if (rc == 0)
		rc = vns_runtime_directory(native->run, VNS_RUNDIR_CONTEXT,
					   &native->contexts, err);
	if (rc == 0)
		rc = lock_vserver(native, err);
	if (rc == 0)
		rc = open_home(native, err);
	if (rc < 0)
		return rc;
	rc = show_hidden(native, err);
	if (rc < 0)
		vns_pins_tidy(native);
	return rc;
}

void vns_pins_remove(const struct vns_native *native)
{
	vns_notes_release_context(native);
	end_init(native);
	unpin_all(native);
	unlinkat(native->home, VNS_RUNDIR_OWNER, 0);
}

void vns_pins_tidy(const struct vns_native *native)
{
	VNS_AUTOCLOSE int everything = -1;
	struct vns_error ignored;

	if (unlinkat(native->ns, native->vserver->name, AT_REMOVEDIR) == 0 &&
	    take_lock(native, EVERYTHING, LOCK_TIMEOUT_MS, &everything,
		      &ignored) == 0)
		vns_hold_end(native);
}
