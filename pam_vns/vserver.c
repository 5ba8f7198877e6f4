#include "vserver.h"

#include "builder.h"
#include "inside.h"
#include "pins.h"
#include "ranges.h"
#include "safefile.h"
#include "sessions.h"
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
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

/*
 * Since 6.18 the kernel numbers namespaces in batches per CPU and refuses
 * (EINVAL) to pin one with a lower number than our own, which can happen when
 * we are not in the initial one ourselves. On the CPU that ours was made on
 * it cannot.
 */
static int start_builder(const struct vns_pins *pins,
			 const struct vns_build *build,
			 struct vns_builder *builder, struct vns_error *err)
{
	const char *scratch = pins->config->run_dir;
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
		rc = vns_pins_stage(pins, builder->pid);
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
static int check_root(const struct vns_pins *pins,
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
static int pin_init(const struct vns_pins *pins, const struct vns_built *built,
		    struct vns_error *err)
{
	int rc;

	if (!built->init)
		return 0;
	rc = vns_pins_note_init(pins, built->init, err);
	if (rc < 0)
		return rc;
	rc = vns_pins_stage(pins, built->init);
	return rc < 0 ? vns_error_errno(err, -rc,
					"pinning the mount namespace") :
			0;
}

static int build_and_pin(const struct vns_pins *pins,
			 const struct vns_build *build, struct vns_error *err)
{
	VNS_AUTOBUILDER struct vns_builder builder = { .channel = -1 };
	struct vns_built built = { 0 };
	int rc = start_builder(pins, build, &builder, err);

	if (rc == 0)
		rc = vns_builder_run(&builder, &built, err);
	if (rc == 0)
		rc = pin_init(pins, &built, err);
	if (rc == 0)
		rc = vns_builder_release(&builder, err);
	if (rc == 0)
		rc = check_root(pins, &built, err);
	return rc < 0 ? rc : vns_pins_publish(pins, err);
}

/* With the init process everybody in its PID namespace is ended, for sure. */
static int kill_inside(const struct vns_place *place, unsigned grace,
		       struct vns_error *err)
{
	const struct timespec step = { 0, KILL_STEP_MS * 1000000L };
	unsigned waited, count;
	int example;
	int rc = vns_inside_signal(place, SIGTERM, &count, &example, err);

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
		nanosleep(&step, NULL);
		rc = vns_inside_signal(place, hard ? SIGKILL : 0, &count,
				       &example, err);
	}
	return rc < 0 ? rc :
			vns_inside_end_process(place, KILL_TIMEOUT_MS, err);
}

/* Ends what a stop, this one or one cut short, has retired. */
static int end_retired(const struct vns_pins *pins, unsigned grace, bool *done,
		       struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc = vns_pins_open_retired(pins, &place, err);

	if (rc == -ESRCH)
		return 0;
	if (rc == 0 || rc == -EOWNERDEAD)
		rc = kill_inside(&place, grace, err);
	*done = *done || rc == 0;
	return rc;
}

/* Its ids outside: none without a user namespace. */
static int find_ids(const struct vns_pins *pins, struct vns_idrange *ids,
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

static int start_clean(const struct vns_pins *pins, struct vns_error *err)
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
		rc = build_and_pin(pins, &build, err);
	return rc;
}

static int start_locked(const struct vns_pins *pins, bool *done,
			struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	bool ended = false;
	int rc = vns_source_native_open(pins->config, pins->vserver, &place,
					err);

	if (rc != -ESRCH && rc != -EOWNERDEAD)
		return rc;
	/* Without its init process it is over, but for what is left inside. */
	if (rc == -EOWNERDEAD)
		rc = vns_pins_retire(pins, err);
	else
		rc = vns_pins_check_owner(pins, err);
	if (rc == 0)
		rc = end_retired(pins, 0, &ended, err);
	if (rc < 0)
		return rc;
	rc = start_clean(pins, err);
	if (rc < 0)
		vns_pins_remove(pins);
	*done = rc == 0;
	return rc;
}

static int stop_locked(const struct vns_pins *pins, unsigned grace, bool *done,
		       struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc = vns_source_native_open(pins->config, pins->vserver, &place,
					err);

	if (rc == 0 || rc == -EOWNERDEAD)
		rc = vns_pins_retire(pins, err);
	else if (rc == -ESRCH)
		rc = vns_pins_check_owner(pins, err);
	if (rc == 0)
		rc = end_retired(pins, grace, done, err);
	if (rc == 0)
		vns_pins_remove(pins);
	return rc;
}

int vns_vserver_start(const struct vns_config *config,
		      const struct vns_vserver *vserver, bool *done,
		      struct vns_error *err)
{
	VNS_AUTOPINS struct vns_pins pins = VNS_PINS_NONE;
	int rc = vns_pins_open(&pins, config, vserver, err);

	*done = false;
	if (rc < 0)
		return rc;
	rc = start_locked(&pins, done, err);
	vns_pins_tidy(&pins);
	return rc;
}

int vns_vserver_stop(const struct vns_config *config,
		     const struct vns_vserver *vserver, unsigned grace,
		     bool *done, struct vns_error *err)
{
	VNS_AUTOPINS struct vns_pins pins = VNS_PINS_NONE;
	int rc = vns_pins_open(&pins, config, vserver, err);

	*done = false;
	if (rc < 0)
		return rc;
	rc = stop_locked(&pins, grace, done, err);
	vns_pins_tidy(&pins);
	return rc;
}

/* --- without anybody inside ----------------------------------------------- */

/* One of them waits for all: *turn is false for those who need not. */
static int take_turn(const struct vns_pins *pins, struct vns_vserver_idle *idle,
		     bool *turn, struct vns_error *err)
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

static void end_turn(const struct vns_pins *pins, struct vns_vserver_idle *idle)
{
	if (idle->turn < 0)
		return;
	unlinkat(pins->locks, idle->lock, 0);
	vns_safefile_close(&idle->turn);
	idle->turn = -1;
}

/*
 * Those inside, while nobody can come: who has come before the pin was hidden
 * is found, and who comes later finds it hidden and asks for a start.
 */
static int stop_if_empty(const struct vns_pins *pins,
			 struct vns_vserver_idle *idle, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	unsigned count;
	int rc = vns_source_native_open(pins->config, pins->vserver, &place,
					err);

	if (rc == -ESRCH)
		return 0;
	if (rc < 0 && rc != -EOWNERDEAD)
		return rc;
	rc = vns_inside_signal(&place, 0, &count, &idle->process, err);
	if (rc < 0 || count > 0)
		return rc;
	rc = vns_pins_hide(pins, err);
	if (rc == 0)
		rc = vns_inside_signal(&place, 0, &count, &idle->process, err);
	if (rc < 0 || count > 0) {
		struct vns_error ignored;

		(void)vns_pins_show(pins, &ignored);
		return rc;
	}
	rc = end_retired(pins, 0, &idle->stopped, err);
	if (rc == 0)
		vns_pins_remove(pins);
	return rc;
}

static int stop_idle_locked(const struct vns_pins *pins,
			    struct vns_vserver_idle *idle,
			    struct vns_error *err)
{
	bool turn, watched;
	int rc = take_turn(pins, idle, &turn, err);

	if (rc < 0 || !turn)
		return rc;
	/* Those who watch will come here themselves. */
	rc = vns_sessions_watched(pins->config->run_dir, pins->vserver->name,
				  &watched, err);
	if (rc == 0 && !watched)
		rc = stop_if_empty(pins, idle, err);
	if (rc < 0 || idle->process == 0)
		end_turn(pins, idle);
	return rc;
}

int vns_vserver_stop_idle(const struct vns_config *config,
			  const struct vns_vserver *vserver,
			  struct vns_vserver_idle *idle, struct vns_error *err)
{
	VNS_AUTOPINS struct vns_pins pins = VNS_PINS_NONE;
	int rc;

	idle->process = 0;
	rc = vns_pins_open(&pins, config, vserver, err);
	if (rc < 0)
		return rc;
	rc = stop_idle_locked(&pins, idle, err);
	vns_pins_tidy(&pins);
	return rc;
}
