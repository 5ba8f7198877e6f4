#include "native/stop.h"

#include "native/builder.h"
#include "native/cgtree.h"
#include "native/notes.h"
#include "native/processes.h"
#include "native/lifecycle.h"
#include "native/pins.h"
#include "native/ranges.h"
#include "vserver/rundir.h"
#include "system/safefile.h"
#include "native/seed.h"
#include "vserver/sessions.h"
#include "vserver/native.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

/* How long SIGKILL may take, and how often it is looked. */
#define KILL_TIMEOUT_MS 5000
#define KILL_STEP_MS 20

/* Whether what will be entered is what was built. */
static int check_root(const struct vns_native *pins,
		      const struct vns_built *built, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	struct stat found;
	int rc = vns_pins_open_staged(pins, &place, err);

	if (rc == -EOWNERDEAD)
		return -EIO;
	if (rc < 0)
		return rc;
	if (fstat(place.root, &found) == 0 && found.st_dev == built->device &&
	    found.st_ino == built->inode)
		return 0;
	return vns_error_set(err, EIO,
			     "the new namespace's root is not the root "
			     "directory");
}

/* The mount namespace may be the init process's own by now. */
static int pin_init(const struct vns_native *pins,
		    const struct vns_built *built, struct vns_error *err)
{
	int rc;

	if (!built->init)
		return 0;
	rc = vns_notes_init(pins, built->init, err);
	if (rc < 0)
		return rc;
	rc = vns_pins_stage(pins, built->init);
	return rc < 0 ? vns_error_errno(err, -rc,
					"pinning the mount namespace") :
			0;
}

static int build_and_pin(const struct vns_native *pins,
			 const struct vns_build *build, struct vns_error *err)
{
	VNS_AUTOBUILDER struct vns_builder builder = { .channel = -1 };
	struct vns_built built = { 0 };
	int rc = vns_builder_pin(&builder, build, pins, vns_pins_stage, err);

	if (rc == 0)
		rc = vns_builder_run(&builder, &built, err);
	if (rc == 0)
		rc = pin_init(pins, &built, err);
	if (rc == 0)
		rc = vns_builder_release(&builder, err);
	if (rc == 0)
		rc = check_root(pins, &built, err);
	if (rc == 0)
		rc = vns_lifecycle_announce(pins, err);
	return rc < 0 ? rc : vns_pins_publish(pins, err);
}

static bool is_inside(const void *place, int pid)
{
	return vns_inside_has(place, pid);
}

/*
 * Those that are only found by the cgroup: they have left the namespaces and
 * the root directory, or have not entered yet.
 */
static unsigned signal_others(const struct vns_place *place, const char *cgroup,
			      int signal, int *example)
{
	struct vns_error ignored;
	unsigned count = 0;

	if (*cgroup)
		(void)vns_cgtree_signal(cgroup, signal, is_inside, place,
					&count, example, &ignored);
	return count;
}

/* With the init process everybody in its PID namespace is ended, for sure. */
static int kill_inside(const struct vns_place *place, const char *cgroup,
		       unsigned grace, struct vns_error *err)
{
	const struct timespec step = { 0, KILL_STEP_MS * 1000000L };
	struct vns_error ignored;
	unsigned waited, count;
	int example;
	int rc = vns_inside_signal(place, SIGTERM, &count, &example, err);

	count += signal_others(place, cgroup, SIGTERM, &example);
	for (waited = 0; rc == 0 && count > 0; waited += KILL_STEP_MS) {
		bool hard = waited >= grace * 1000;

		if (waited >= grace * 1000 + KILL_TIMEOUT_MS)
			return vns_error_set(err, EBUSY,
					     "process %d (of %u) inside does "
					     "not die",
					     example, count);
		if (hard && place->process >= 0)
			syscall(SYS_pidfd_send_signal, place->process, SIGKILL,
				NULL, 0);
		if (hard && *cgroup)
			(void)vns_cgtree_kill(cgroup, &ignored);
		nanosleep(&step, NULL);
		rc = vns_inside_signal(place, hard ? SIGKILL : 0, &count,
				       &example, err);
		count += signal_others(place, cgroup, 0, &example);
	}
	return rc < 0 ? rc :
			vns_inside_end_process(place, KILL_TIMEOUT_MS, err);
}

/* By now only those are left in it who hide from a look for them. */
static int end_cgroup(const struct vns_native *pins, const char *cgroup,
		      struct vns_error *err)
{
	int rc;

	if (!*cgroup)
		return 0;
	rc = vns_cgtree_end(cgroup, KILL_TIMEOUT_MS, err);
	if (rc == 0)
		vns_notes_forget_cgroup(pins);
	return rc;
}

/* Ends what a stop, this one or one cut short, has retired. */
static int end_retired(const struct vns_native *pins, unsigned grace,
		       bool *done, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	char cgroup[PATH_MAX] = "";
	bool was_there;
	int rc = vns_rundir_cgroup(pins->home, cgroup, sizeof(cgroup), err);

	if (rc < 0)
		return rc;
	rc = vns_pins_open_retired(pins, &place, err);
	was_there = rc != -ESRCH;
	if (rc == 0 || rc == -EOWNERDEAD)
		rc = kill_inside(&place, cgroup, grace, err);
	if (rc < 0 && was_there)
		return rc;
	*done = *done || was_there;
	return end_cgroup(pins, cgroup, err);
}

/* Its ids outside: none without a user namespace. */
static int find_ids(const struct vns_native *pins, struct vns_idrange *ids,
		    struct vns_error *err)
{
	const struct vns_vserver *vserver = pins->vserver;
	struct vns_idrange asked = { 0, 0 };
	bool automatic;

	if (!vserver->user_namespace)
		return 0;
	automatic = strcmp(vserver->user_namespace, "auto") == 0;
	if (!automatic && !vns_idrange_parse(vserver->user_namespace, &asked))
		return vns_error_set(err, EINVAL, "user_namespace = \"%s\"",
				     vserver->user_namespace);
	return vns_ranges_claim(pins->config->state_dir, vserver->name,
				automatic ? NULL : &asked, ids, err);
}

/* On this host no cgroup can be made, or only by another. */
static bool is_impossible(int rc)
{
	return rc == -ENOTSUP || rc == -EROFS || rc == -EACCES || rc == -EPERM;
}

static int make_cgroup(const struct vns_native *pins, struct vns_cgtree *tree,
		       const struct vns_log *log, struct vns_error *err)
{
	const struct vns_vserver *vserver = pins->vserver;
	/* Noted when it is there: until then it may be another's. */
	int rc = vns_cgtree_make(vserver, tree, err);

	if (rc < 0 && vserver->cgroup_usual && is_impossible(rc)) {
		vns_log_write(log, VNS_LOG_DEBUG,
			      "vserver \"%s\" has no cgroup of its own: %s",
			      vserver->name, err->text);
		return 0;
	}
	if (rc == 0)
		rc = vns_notes_cgroup(pins, vserver->cgroup, err);
	return rc;
}

static int start_clean(const struct vns_native *pins, struct vns_cgtree *tree,
		       const struct vns_log *log, struct vns_error *err)
{
	VNS_AUTOBUILD struct vns_build build = VNS_BUILD_NONE;
	struct vns_idrange ids = { 0, 0 };
	VNS_AUTOCLOSE int root_fd = -1;
	int rc = vns_safefile_open(pins->vserver->root, VNS_SAFEFILE_ROOT,
				   &root_fd, err);

	if (rc == 0)
		rc = find_ids(pins, &ids, err);
	if (rc == 0)
		rc = vns_build_prepare(&build, pins->vserver, root_fd, &ids,
				       err);
	if (rc == 0)
		rc = vns_pins_clean(pins, err);
	if (rc == 0)
		rc = make_cgroup(pins, tree, log, err);
	build.cgroup = tree->directory;
	if (rc == 0) {
		vns_seed_open(pins, &build.seed);
		rc = build_and_pin(pins, &build, err);
	}
	return rc;
}

/* Ends what is there, so that nobody can enter it, and all that is due then. */
static int end_all(const struct vns_native *pins, bool found, unsigned grace,
		   bool *done, const struct vns_log *log, struct vns_error *err)
{
	int rc = 0;

	if (found) {
		rc = vns_lifecycle_owe(pins, err);
		if (rc == 0)
			rc = vns_pins_retire(pins, err);
	}
	if (rc == 0)
		rc = end_retired(pins, grace, done, err);
	if (rc < 0)
		return rc;
	/* Left by a start that was killed before it could note it. */
	vns_cgtree_remove_empty(pins->vserver);
	vns_pins_remove(pins);
	vns_lifecycle_ended(pins, log);
	return 0;
}

static int start_hooked(const struct vns_native *pins,
			const struct vns_log *log, struct vns_error *err)
{
	VNS_AUTOCGTREE struct vns_cgtree tree = VNS_CGTREE_NONE;
	struct vns_error undoing;
	bool found = false, ended = false;
	int rc = vns_lifecycle_prepare(pins, log, err);

	if (rc == 0)
		rc = start_clean(pins, &tree, log, err);
	found = rc == 0;
	if (rc == 0)
		rc = vns_lifecycle_started(pins, log, err);
	if (rc == 0)
		return 0;
	if (end_all(pins, found, 0, &ended, log, &undoing) < 0)
		vns_log_write(log, VNS_LOG_ERR, "vserver \"%s\": %s",
			      pins->vserver->name, undoing.text);
	else
		vns_cgtree_undo(&tree);
	return rc;
}

static int start_locked(const struct vns_native *pins, bool *done,
			const struct vns_log *log, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	bool found, ended = false;
	int rc = vns_native_open(pins->config, pins->vserver, &place, err);

	if (rc == 0 && !vns_rundir_starting(pins->home))
		return 0;
	if (rc < 0 && rc != -ESRCH && rc != -EOWNERDEAD)
		return rc;
	/*
	 * Without its init process it is over, but for what is left inside; and
	 * one whose start was cut short is started anew.
	 */
	found = rc != -ESRCH;
	vns_place_close(&place);
	rc = found ? 0 : vns_notes_check_owner(pins, err);
	if (rc == 0)
		rc = end_all(pins, found, 0, &ended, log, err);
	if (rc == 0)
		rc = start_hooked(pins, log, err);
	*done = rc == 0;
	return rc;
}

static int stop_locked(const struct vns_native *pins, unsigned grace,
		       bool *done, const struct vns_log *log,
		       struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc = vns_native_open(pins->config, pins->vserver, &place, err);
	bool found = rc == 0 || rc == -EOWNERDEAD;

	if (rc == 0)
		rc = vns_lifecycle_leave(pins, log, err);
	else if (rc == -EOWNERDEAD)
		rc = 0;
	else if (rc == -ESRCH)
		rc = vns_notes_check_owner(pins, err);
	/* Held open, its mounts would stay for post-stop to stumble over. */
	vns_place_close(&place);
	return rc < 0 ? rc : end_all(pins, found, grace, done, log, err);
}

int vns_vserver_start(const struct vns_config *config,
		      const struct vns_vserver *vserver,
		      const struct vns_log *log, bool *done,
		      struct vns_error *err)
{
	VNS_AUTOPINS struct vns_native pins = VNS_NATIVE_NONE;
	int rc = vns_pins_open(&pins, config, vserver, err);

	*done = false;
	if (rc < 0)
		return rc;
	rc = start_locked(&pins, done, log, err);
	vns_pins_tidy(&pins);
	return rc;
}

int vns_vserver_stop(const struct vns_config *config,
		     const struct vns_vserver *vserver,
		     const struct vns_log *log, unsigned grace, bool *done,
		     struct vns_error *err)
{
	VNS_AUTOPINS struct vns_native pins = VNS_NATIVE_NONE;
	int rc = vns_pins_open(&pins, config, vserver, err);

	*done = false;
	if (rc < 0)
		return rc;
	rc = stop_locked(&pins, grace, done, log, err);
	vns_pins_tidy(&pins);
	return rc;
}

/* --- without anybody inside ----------------------------------------------- */

/* One of them waits for all: *turn is false for those who need not. */
static int take_turn(const struct vns_native *pins,
		     struct vns_vserver_idle *idle, bool *turn,
		     struct vns_error *err)
{
	*turn = true;
	if (idle->turn >= 0)
		return 0;
	snprintf(idle->lock, sizeof(idle->lock), ".wait-%s",
		 pins->vserver->name);
	idle->turn = openat(pins->locks, idle->lock,
			    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (idle->turn < 0)
		return vns_error_errno(err, errno, "lock %s", idle->lock);
	if (flock(idle->turn, LOCK_EX | LOCK_NB) == 0)
		return 0;
	vns_safefile_close(&idle->turn);
	idle->turn = -1;
	*turn = false;
	return 0;
}

static void end_turn(const struct vns_native *pins,
		     struct vns_vserver_idle *idle)
{
	if (idle->turn < 0)
		return;
	unlinkat(pins->locks, idle->lock, 0);
	vns_safefile_close(&idle->turn);
	idle->turn = -1;
}

static int count_inside(const struct vns_native *pins,
			const struct vns_place *place, unsigned *count,
			int *example, struct vns_error *err)
{
	char cgroup[PATH_MAX];
	int rc = vns_rundir_cgroup(pins->home, cgroup, sizeof(cgroup), err);

	if (rc == 0)
		rc = vns_inside_signal(place, 0, count, example, err);
	if (rc == 0)
		*count += signal_others(place, cgroup, 0, example);
	return rc;
}

/* Whether it is in use by now, the pin being hidden. */
static int check_again(const struct vns_native *pins,
		       const struct vns_place *place, bool *empty, int *example,
		       struct vns_error *err)
{
	bool watched = false;
	unsigned count = 0;
	int rc = count_inside(pins, place, &count, example, err);

	/* Those on their way in have been recorded before they looked. */
	if (rc == 0 && count == 0)
		rc = vns_sessions_watched(pins->config->run_dir,
					  pins->vserver->name, &watched, err);
	*empty = rc == 0 && count == 0 && !watched;
	return rc;
}

/*
 * Those inside, while nobody can come: who has come before the pin was hidden
 * is found, and who comes later finds it hidden and waits.
 */
static int hide_if_empty(const struct vns_native *pins, bool *empty,
			 int *example, const struct vns_log *log,
			 struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	struct vns_error ignored;
	unsigned count = 0;
	int rc = vns_native_open(pins->config, pins->vserver, &place, err);
	bool ended = rc == -EOWNERDEAD;

	if (rc == -ESRCH)
		return 0;
	if (rc < 0 && !ended)
		return rc;
	rc = count_inside(pins, &place, &count, example, err);
	if (rc < 0 || count > 0)
		return rc;
	if (!ended)
		rc = vns_lifecycle_leave(pins, log, err);
	if (rc == 0)
		rc = vns_lifecycle_owe(pins, err);
	if (rc == 0)
		rc = vns_pins_hide(pins, err);
	if (rc < 0)
		return rc;
	rc = check_again(pins, &place, empty, example, err);
	if (!*empty)
		(void)vns_pins_show(pins, &ignored);
	return rc;
}

static int stop_if_empty(const struct vns_native *pins,
			 struct vns_vserver_idle *idle,
			 const struct vns_log *log, struct vns_error *err)
{
	bool empty = false;
	int rc = hide_if_empty(pins, &empty, &idle->process, log, err);

	if (rc < 0 || !empty)
		return rc;
	rc = vns_pins_retire_hidden(pins, err);
	return rc < 0 ? rc : end_all(pins, false, 0, &idle->stopped, log, err);
}

static int stop_idle_locked(const struct vns_native *pins,
			    struct vns_vserver_idle *idle,
			    const struct vns_log *log, struct vns_error *err)
{
	bool turn, watched;
	int rc = take_turn(pins, idle, &turn, err);

	if (rc < 0 || !turn)
		return rc;
	/* Those who watch will come here themselves. */
	rc = vns_sessions_watched(pins->config->run_dir, pins->vserver->name,
				  &watched, err);
	if (rc == 0 && !watched)
		rc = stop_if_empty(pins, idle, log, err);
	if (rc < 0 || idle->process == 0)
		end_turn(pins, idle);
	return rc;
}

int vns_vserver_stop_idle(const struct vns_config *config,
			  const struct vns_vserver *vserver,
			  const struct vns_log *log,
			  struct vns_vserver_idle *idle, struct vns_error *err)
{
	VNS_AUTOPINS struct vns_native pins = VNS_NATIVE_NONE;
	int rc;

	idle->process = 0;
	rc = vns_pins_open(&pins, config, vserver, err);
	if (rc < 0)
		return rc;
	rc = stop_idle_locked(&pins, idle, log, err);
	vns_pins_tidy(&pins);
	return rc;
}

void vns_vserver_settle(const struct vns_config *config,
			const struct vns_vserver *vserver)
{
	VNS_AUTOPINS struct vns_native pins = VNS_NATIVE_NONE;
	char home[PATH_MAX], hidden[PATH_MAX];
	struct vns_error ignored;

	if (!vns_rundir_home(config, vserver->name, home, sizeof(home)) ||
	    !vns_util_format(hidden, sizeof(hidden), "%s/" VNS_RUNDIR_HIDDEN,
			     home) ||
	    faccessat(AT_FDCWD, hidden, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	if (vns_pins_open(&pins, config, vserver, &ignored) == 0)
		vns_pins_tidy(&pins);
}
