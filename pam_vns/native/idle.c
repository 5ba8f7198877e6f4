/* Stops a native vserver once nobody is inside any more. */
#include "native/idle.h"

#include "native/lifecycle.h"
#include "native/pins.h"
#include "native/processes.h"
#include "native/stop.h"
#include "system/lock.h"
#include "vserver/metrics.h"
#include "vserver/rundir.h"
#include "vserver/sessions.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/*
 * One caller waits on behalf of all; *turn is false for the others, which need
 * not wait.
 */
static int take_turn(const struct vns_native *native, struct vns_idle *idle,
		     bool *turn, struct vns_error *err)
{
	int rc;

	*turn = true;
	if (idle->turn >= 0)
		return 0;
	snprintf(idle->lock, sizeof(idle->lock), ".wait-%s",
		 native->vserver->name);
	rc = vns_lock_take(native->locks, idle->lock, idle->lock, 0,
			   &idle->turn, err);
	*turn = rc == 0;
	return rc == -EBUSY ? 0 : rc;
}

static void end_turn(const struct vns_native *native, struct vns_idle *idle)
{
	vns_lock_remove(native->locks, idle->lock, &idle->turn);
}

static int count_inside(const struct vns_native *native,
			const struct vns_place *place, unsigned *count,
			int *example, struct vns_error *err)
{
	char cgroup[PATH_MAX];
	int rc = vns_rundir_cgroup(native->home, cgroup, sizeof(cgroup), err);

	if (rc == 0)
		rc = vns_processes_signal(place, 0, count, example, err);
	if (rc == 0)
		*count += vns_stop_signal_others(place, cgroup, 0, example);
	return rc;
}

/* With the pin hidden, checks whether the vserver is in use by now. */
static int check_again(const struct vns_native *native,
		       const struct vns_place *place, bool *empty, int *example,
		       struct vns_error *err)
{
	bool watched = false;
	unsigned count = 0;
	int rc = count_inside(native, place, &count, example, err);

	/*
	 * Sessions on their way in were recorded before they looked for the
	 * pin.
	 */
	if (rc == 0 && count == 0)
		rc = vns_sessions_watched(native->config->run_dir,
					  native->vserver->name, &watched, err);
	*empty = rc == 0 && count == 0 && !watched;
	return rc;
}

/*
 * Looks for processes inside while nobody can enter: whoever entered before the
 * pin was hidden is found, and whoever comes later finds the pin hidden and
 * waits.
 */
static int hide_if_empty(const struct vns_native *native, bool *empty,
			 int *example, const struct vns_log *log,
			 struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	struct vns_error ignored;
	unsigned count = 0;
	int rc = vns_pins_open_running(native, &place, err);
	bool ended = rc == -EOWNERDEAD;

	if (rc == -ESRCH)
		return 0;
	if (rc < 0 && !ended)
		return rc;
	rc = count_inside(native, &place, &count, example, err);
	if (rc < 0 || count > 0)
		return rc;
	if (!ended)
		rc = vns_lifecycle_leave(native, log, err);
	if (rc == 0)
		rc = vns_lifecycle_owe(native, err);
	if (rc == 0)
		rc = vns_pins_hide(native, err);
	if (rc < 0)
		return rc;
	rc = check_again(native, &place, empty, example, err);
	if (!*empty)
		(void)vns_pins_show(native, &ignored);
	return rc;
}

static int stop_if_empty(const struct vns_native *native, struct vns_idle *idle,
			 const struct vns_log *log, struct vns_error *err)
{
	struct vns_stopping stop = { .tell = false };
	bool empty = false;
	int rc = hide_if_empty(native, &empty, &idle->process, log, err);

	if (rc < 0 || !empty)
		return rc;
	rc = vns_pins_retire_hidden(native, err);
	if (rc == 0)
		rc = vns_stop_pinned(native, false, &stop, log, err);
	idle->stopped = stop.done;
	if (idle->stopped)
		vns_metrics_add_stop();
	return rc;
}

static int stop_idle_locked(const struct vns_native *native,
			    struct vns_idle *idle, const struct vns_log *log,
			    struct vns_error *err)
{
	bool turn, watched;
	int rc = take_turn(native, idle, &turn, err);

	if (rc < 0 || !turn)
		return rc;
	/* If there are sessions, this is called again when they end. */
	rc = vns_sessions_watched(native->config->run_dir,
				  native->vserver->name, &watched, err);
	if (rc == 0 && !watched)
		rc = stop_if_empty(native, idle, log, err);
	if (rc < 0 || idle->process == 0)
		end_turn(native, idle);
	return rc;
}

int vns_idle_stop(const struct vns_config *config,
		  const struct vns_vserver *vserver, const struct vns_log *log,
		  struct vns_idle *idle, struct vns_error *err)
{
	VNS_AUTOPINS struct vns_native native = VNS_NATIVE_NONE;
	int rc;

	idle->process = 0;
	rc = vns_pins_open(&native, config, vserver, err);
	if (rc < 0)
		return rc;
	rc = stop_idle_locked(&native, idle, log, err);
	vns_pins_tidy(&native);
	return rc;
}

void vns_idle_settle(const struct vns_config *config,
		     const struct vns_vserver *vserver)
{
	VNS_AUTOPINS struct vns_native native = VNS_NATIVE_NONE;
	char home[PATH_MAX], hidden[PATH_MAX];
	struct vns_error ignored;

	if (!vns_rundir_home(config, vserver->name, home, sizeof(home)) ||
	    !vns_util_format(hidden, sizeof(hidden), "%s/" VNS_RUNDIR_HIDDEN,
			     home) ||
	    faccessat(AT_FDCWD, hidden, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	if (vns_pins_open(&native, config, vserver, &ignored) == 0)
		vns_pins_tidy(&native);
}
