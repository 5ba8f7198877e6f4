/*
 * Runs the host's hook and the vserver's own one after the other, and makes and
 * removes the files that say what is still to be done.
 */
#include "native/lifecycle.h"

#include "config/lifecycle.h"
#include "vserver/hook.h"
#include "vserver/rundir.h"
#include "vserver/native.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int note(const struct vns_native *native, const char *name,
		struct vns_error *err)
{
	int fd = openat(native->home, name,
			O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (fd < 0)
		return vns_error_errno(err, errno, "run_dir: %s", name);
	close(fd);
	return 0;
}

static bool configured(const struct vns_native *native,
		       enum vns_lifecycle which)
{
	return vns_config_has_hook(native->config, native->vserver, which);
}

static int run_one(const struct vns_native *native, const struct vns_hook *hook,
		   const struct vns_hook_facts *facts,
		   const struct vns_log *log, struct vns_error *err)
{
	struct vns_spawn_said said;
	int rc;

	if (hook->command.count == 0)
		return 0;
	rc = vns_hook_run(hook, facts, &said, err);
	if (rc == 0)
		return 0;
	vns_hook_explain(&said, err);
	if (hook->deny)
		return rc;
	vns_log_write(log, VNS_LOG_WARNING, "vserver \"%s\": %s (ignored)",
		      native->vserver->name, err->text);
	return 0;
}

/*
 * Runs the host's hook and the vserver's own: at a start the host's hook comes
 * first, at a stop it comes last.
 */
static int run_both(const struct vns_native *native, enum vns_lifecycle which,
		    int init, const struct vns_log *log, struct vns_error *err)
{
	const struct vns_hook_facts facts = {
		.hook = vns_config_lifecycle_name(which),
		.vserver = native->vserver->name,
		.instance = native->vserver->instance,
		.context = native->vserver->context,
		.root = native->vserver->root,
		.init = init,
	};
	const struct vns_hook *hosts = &native->config->lifecycle[which];
	const struct vns_hook *own = &native->vserver->lifecycle[which];
	bool up = which == VNS_LIFECYCLE_PRE_START ||
		  which == VNS_LIFECYCLE_POST_START;
	int rc = run_one(native, up ? hosts : own, &facts, log, err);

	return rc < 0 ? rc :
			run_one(native, up ? own : hosts, &facts, log, err);
}

int vns_lifecycle_owe(const struct vns_native *native, struct vns_error *err)
{
	return configured(native, VNS_LIFECYCLE_POST_STOP) ?
		       note(native, VNS_RUNDIR_OWED, err) :
		       0;
}

int vns_lifecycle_prepare(const struct vns_native *native,
			  const struct vns_log *log, struct vns_error *err)
{
	int rc = vns_lifecycle_owe(native, err);

	return rc < 0 ? rc :
			run_both(native, VNS_LIFECYCLE_PRE_START, 0, log, err);
}

int vns_lifecycle_announce(const struct vns_native *native,
			   struct vns_error *err)
{
	return configured(native, VNS_LIFECYCLE_POST_START) ?
		       note(native, VNS_RUNDIR_STARTING, err) :
		       0;
}

/* Returns the pid of the vserver's init process, or 0. */
static int find_init(const struct vns_native *native)
{
	VNS_AUTOPROCESS struct vns_process init = VNS_PROCESS_NONE;
	struct vns_error ignored;

	return vns_native_init(native->home, &init, &ignored) == 0 ? init.pid :
								     0;
}

int vns_lifecycle_started(const struct vns_native *native,
			  const struct vns_log *log, struct vns_error *err)
{
	int rc = run_both(native, VNS_LIFECYCLE_POST_START, find_init(native),
			  log, err);

	if (rc == 0 && unlinkat(native->home, VNS_RUNDIR_STARTING, 0) < 0 &&
	    errno != ENOENT)
		rc = vns_error_errno(err, errno,
				     "run_dir: " VNS_RUNDIR_STARTING);
	return rc;
}

int vns_lifecycle_leave(const struct vns_native *native,
			const struct vns_log *log, struct vns_error *err)
{
	/* pre-stop is only for vservers whose start was completed. */
	if (vns_rundir_starting(native->home))
		return 0;
	return run_both(native, VNS_LIFECYCLE_PRE_STOP, find_init(native), log,
			err);
}

/* Runs all hooks, even if one of them fails: nobody will run the rest later. */
static void run_last(const struct vns_native *native,
		     const struct vns_hook *hook, const struct vns_log *log)
{
	struct vns_hook patient = *hook;
	struct vns_error ignored;
	const struct vns_hook_facts facts = {
		.hook = vns_config_lifecycle_name(VNS_LIFECYCLE_POST_STOP),
		.vserver = native->vserver->name,
		.instance = native->vserver->instance,
		.context = native->vserver->context,
		.root = native->vserver->root,
	};

	patient.deny = false;
	run_one(native, &patient, &facts, log, &ignored);
}

void vns_lifecycle_ended(const struct vns_native *native,
			 const struct vns_log *log)
{
	unlinkat(native->home, VNS_RUNDIR_STARTING, 0);
	if (faccessat(native->home, VNS_RUNDIR_OWED, F_OK, 0) < 0)
		return;
	run_last(native, &native->vserver->lifecycle[VNS_LIFECYCLE_POST_STOP],
		 log);
	run_last(native, &native->config->lifecycle[VNS_LIFECYCLE_POST_STOP],
		 log);
	unlinkat(native->home, VNS_RUNDIR_OWED, 0);
}
