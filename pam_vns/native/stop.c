/*
 * Moves the mount by which the vserver is entered out of the way, ends all
 * processes inside, first with SIGTERM, and removes what the start has made.
 */
#include "native/stop.h"

#include "native/cgtree.h"
#include "native/farewell.h"
#include "native/notes.h"
#include "native/processes.h"
#include "native/lifecycle.h"
#include "native/pins.h"
#include "native/remains.h"
#include "vserver/due.h"
#include "vserver/metrics.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

/* How long SIGKILL may take to end one more process; how often to check. */
#define KILL_TIMEOUT_MS 5000
#define KILL_STEP_MS 20

static bool is_inside(const void *place, int pid)
{
	return vns_processes_has(place, pid);
}

/*
 * See stop.h. The processes in question have left the namespaces and the root
 * directory, or have not entered yet.
 */
unsigned vns_stop_signal_others(const struct vns_place *place,
				const char *cgroup, int signal, int *example)
{
	struct vns_error ignored;
	unsigned count = 0;

	if (*cgroup)
		(void)vns_cgtree_signal(cgroup, signal, is_inside, place,
					&count, example, &ignored);
	return count;
}

/*
 * When the init process ends, the kernel ends all processes in its PID
 * namespace.
 */
static int kill_inside(const struct vns_place *place, const char *cgroup,
		       unsigned grace, struct vns_error *err)
{
	const struct timespec step = { 0, KILL_STEP_MS * 1000000L };
	struct vns_error ignored;
	unsigned waited, count, stuck = 0, least = UINT_MAX;
	int example;
	int rc = vns_processes_signal(place, SIGTERM, &count, &example, err);

	count += vns_stop_signal_others(place, cgroup, SIGTERM, &example);
	for (waited = 0; rc == 0 && count > 0; waited += KILL_STEP_MS) {
		bool hard = waited >= grace * 1000;

		/* They may be many, on a slow host, and get fewer. */
		stuck = hard && count >= least ? stuck + KILL_STEP_MS : 0;
		least = hard && count < least ? count : least;
		if (stuck >= KILL_TIMEOUT_MS)
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
		rc = vns_processes_signal(place, hard ? SIGKILL : 0, &count,
					  &example, err);
		count += vns_stop_signal_others(place, cgroup, 0, &example);
	}
	return rc < 0 ? rc :
			vns_processes_end_process(place, KILL_TIMEOUT_MS, err);
}

/* By now only processes that hide from a search are left in the cgroup. */
static int end_cgroup(const struct vns_native *native, const char *cgroup,
		      struct vns_error *err)
{
	int rc;

	if (!*cgroup)
		return 0;
	rc = vns_cgtree_end(cgroup, KILL_TIMEOUT_MS, err);
	if (rc == 0)
		vns_notes_forget_cgroup(native);
	return rc;
}

/* Ends what was retired by this stop, or by a stop that was cut short. */
static int end_retired(const struct vns_native *native,
		       struct vns_stopping *stop, const struct vns_log *log,
		       struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	char cgroup[PATH_MAX] = "";
	bool was_there;
	int rc = vns_rundir_cgroup(native->home, cgroup, sizeof(cgroup), err);

	if (rc < 0)
		return rc;
	rc = vns_pins_open_retired(native, &place, err);
	was_there = rc != -ESRCH;
	if (rc == 0 || rc == -EOWNERDEAD)
		rc = kill_inside(&place, cgroup, stop->grace, err);
	if (rc < 0 && was_there)
		return rc;
	stop->done = stop->done || was_there;
	rc = end_cgroup(native, cgroup, err);
	if (rc < 0 || !was_there)
		return rc;
	vns_remains_note(native, &place);
	if (stop->tell)
		vns_remains_tell(native, &place, log);
	return 0;
}

/*
 * Ends a vserver that nobody can enter any more, and does what is due
 * afterwards.
 */
int vns_stop_pinned(const struct vns_native *native, bool found,
		    struct vns_stopping *stop, const struct vns_log *log,
		    struct vns_error *err)
{
	int rc = 0;

	if (found) {
		rc = vns_lifecycle_owe(native, err);
		if (rc == 0)
			rc = vns_pins_retire(native, err);
	}
	if (rc == 0)
		rc = end_retired(native, stop, log, err);
	if (rc < 0)
		return rc;
	/* A start may have been killed before it could note its cgroup. */
	vns_cgtree_remove_empty(native->vserver);
	vns_pins_remove(native);
	vns_due_forget(native->config->run_dir, native->vserver->name);
	vns_lifecycle_ended(native, log);
	return 0;
}

static int stop_locked(const struct vns_native *native,
		       struct vns_stopping *stop, const struct vns_log *log,
		       struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc = vns_pins_open_running(native, &place, err);
	bool found = rc == 0 || rc == -EOWNERDEAD;

	if (rc == 0)
		rc = vns_lifecycle_leave(native, log, err);
	if (found && rc == 0 && stop->message)
		vns_farewell_tell(&place, stop->message);
	if (rc == -EOWNERDEAD)
		rc = 0;
	else if (rc == -ESRCH)
		rc = vns_notes_check_owner(native, err);
	/*
	 * If place stayed open, its mounts would stay, too, and post-stop would
	 * stumble over them.
	 */
	vns_place_close(&place);
	return rc < 0 ? rc : vns_stop_pinned(native, found, stop, log, err);
}

int vns_stop_vserver(const struct vns_config *config,
		     const struct vns_vserver *vserver,
		     const struct vns_log *log, struct vns_stopping *stop,
		     struct vns_error *err)
{
	VNS_AUTOPINS struct vns_native native = VNS_NATIVE_NONE;
	int rc = vns_pins_open(&native, config, vserver, err);

	stop->done = false;
	if (rc < 0)
		return rc;
	rc = stop_locked(&native, stop, log, err);
	if (stop->done)
		vns_metrics_add_stop();
	vns_pins_tidy(&native);
	return rc;
}
