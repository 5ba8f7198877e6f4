/*
 * Runs the start_command under the lock that a native vserver's start has, and
 * looks again and again for what the engine has started.
 */
#include "vserver/engine.h"

#include "system/deadline.h"
#include "system/lock.h"
#include "system/safefile.h"
#include "vserver/hook.h"
#include "vserver/open.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <poll.h>

/* An engine may go on in the background. */
#define APPEAR_MS 10000
#define STEP_MS 100

/* A paused one runs. */
static int look(const struct vns_config *config,
		const struct vns_vserver *vserver, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc = vns_open_vserver(config, vserver, VNS_PLACE_ANYBODY, &place,
				  err);

	return rc == -EBUSY ? 0 : rc;
}

static int run_command(const struct vns_vserver *vserver, struct vns_error *err)
{
	const struct vns_hook_facts facts = {
		.hook = "start_command",
		.vserver = vserver->name,
		.instance = vserver->instance,
		.context = vserver->context,
	};
	struct vns_spawn_said said;
	int rc = vns_hook_run(&vserver->engine_start, &facts, &said, err);

	if (rc < 0)
		vns_hook_explain(&said, err);
	return rc;
}

static int wait_for(const struct vns_config *config,
		    const struct vns_vserver *vserver, struct vns_error *err)
{
	const int64_t end = vns_deadline_now() + APPEAR_MS;
	int rc = look(config, vserver, err);

	while (rc == -ESRCH && vns_deadline_now() < end) {
		poll(NULL, 0, STEP_MS);
		rc = look(config, vserver, err);
	}
	if (rc == -ESRCH)
		vns_error_context(err, "after its start_command");
	return rc;
}

static int take_lock(const struct vns_config *config,
		     const struct vns_vserver *vserver, int *lock,
		     struct vns_error *err)
{
	const long patience =
		(long)vserver->engine_start.timeout * 1000 + 2L * APPEAR_MS;
	VNS_AUTOCLOSE int locks = -1;
	int rc = vns_rundir_make(config, VNS_RUNDIR_LOCK, &locks, err);

	if (rc == 0)
		rc = vns_lock_take(locks, vserver->name, VNS_RUNDIR_LOCK,
				   patience, lock, err);
	if (rc == 0)
		vns_lock_sign(*lock);
	if (rc == -EDEADLK)
		return vns_error_set(err, EDEADLK,
				     "its own start_command cannot start it");
	if (rc == -EBUSY)
		vns_error_context(err, "another start of it is still at work");
	return rc;
}

int vns_engine_start(const struct vns_config *config,
		     const struct vns_vserver *vserver, bool *started,
		     struct vns_error *err)
{
	int lock = -1;
	int rc = take_lock(config, vserver, &lock, err);

	*started = false;
	if (rc < 0)
		return rc;
	rc = look(config, vserver, err);
	if (rc == -ESRCH) {
		*started = true;
		rc = run_command(vserver, err);
		if (rc == 0)
			rc = wait_for(config, vserver, err);
	}
	vns_lock_release(&lock);
	return rc;
}
