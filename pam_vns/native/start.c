/*
 * Goes through the steps of a start under the vserver's lock, from the hooks
 * before it to those after it, and undoes all of them where one fails.
 */
#include "native/start.h"

#include "native/builder.h"
#include "native/cgtree.h"
#include "native/lifecycle.h"
#include "native/notes.h"
#include "native/pins.h"
#include "native/ranges.h"
#include "native/stop.h"
#include "system/deadline.h"
#include "system/safefile.h"
#include "vserver/metrics.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Checks that what will be entered is what was built. */
static int check_root(const struct vns_native *native,
		      const struct vns_built *built, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	struct stat found;
	int rc = vns_pins_open_staged(native, &place, err);

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

/* The mount namespace to pin may by now be the init process's own. */
static int pin_init(const struct vns_native *native,
		    const struct vns_built *built, struct vns_error *err)
{
	int rc;

	if (!built->init)
		return 0;
	rc = vns_notes_init(native, built->init, err);
	if (rc < 0)
		return rc;
	rc = vns_pins_stage(native, built->init);
	return rc < 0 ? vns_error_errno(err, -rc,
					"pinning the mount namespace") :
			0;
}

static int build_and_pin(const struct vns_native *native,
			 const struct vns_build *build, struct vns_error *err)
{
	VNS_AUTOBUILDER struct vns_builder builder = { .channel = -1 };
	struct vns_built built = { 0 };
	int rc = vns_builder_pin(&builder, build, native, vns_pins_stage, err);

	if (rc == 0)
		rc = vns_builder_run(&builder, &built, err);
	if (rc == 0)
		rc = pin_init(native, &built, err);
	if (rc == 0)
		rc = vns_builder_release(&builder, err);
	if (rc == 0)
		rc = check_root(native, &built, err);
	if (rc == 0)
		rc = vns_lifecycle_announce(native, err);
	return rc < 0 ? rc : vns_pins_publish(native, err);
}

/*
 * Finds the vserver's ids as seen outside. Without a user namespace there are
 * none.
 */
static int find_ids(const struct vns_native *native, struct vns_idrange *ids,
		    struct vns_error *err)
{
	const struct vns_vserver *vserver = native->vserver;
	struct vns_idrange asked = { 0, 0 };
	bool automatic;

	if (!vserver->user_namespace)
		return 0;
	automatic = strcmp(vserver->user_namespace, "auto") == 0;
	if (!automatic && !vns_idrange_parse(vserver->user_namespace, &asked))
		return vns_error_set(err, EINVAL, "user_namespace = \"%s\"",
				     vserver->user_namespace);
	return vns_ranges_claim(native->config->state_dir, vserver->name,
				automatic ? NULL : &asked, ids, err);
}

/*
 * Whether the error means that no cgroup can be made on this host, or only by
 * another process.
 */
static bool is_impossible(int rc)
{
	return rc == -ENOTSUP || rc == -EROFS || rc == -EACCES || rc == -EPERM;
}

static int make_cgroup(const struct vns_native *native, struct vns_cgtree *tree,
		       const struct vns_log *log, struct vns_error *err)
{
	const struct vns_vserver *vserver = native->vserver;
	/* Note it only once it exists: it may be another vserver's before. */
	int rc = vns_cgtree_make(vserver, tree, err);

	if (rc < 0 && vserver->cgroup_usual && is_impossible(rc)) {
		vns_log_write(log, VNS_LOG_DEBUG,
			      "vserver \"%s\" has no cgroup of its own: %s",
			      vserver->name, err->text);
		return 0;
	}
	if (rc == 0)
		rc = vns_notes_cgroup(native, vserver->cgroup, err);
	return rc;
}

static int start_clean(const struct vns_native *native, struct vns_cgtree *tree,
		       const struct vns_log *log, struct vns_error *err)
{
	VNS_AUTOBUILD struct vns_build build = VNS_BUILD_NONE;
	struct vns_idrange ids = { 0, 0 };
	VNS_AUTOCLOSE int root_fd = -1;
	int rc = vns_safefile_open(native->vserver->root, VNS_SAFEFILE_ROOT,
				   &root_fd, err);

	if (rc == 0)
		rc = find_ids(native, &ids, err);
	if (rc == 0)
		rc = vns_prepare_build(&build, native->vserver, root_fd, &ids,
				       err);
	if (rc == 0)
		rc = vns_pins_clean(native, err);
	if (rc == 0)
		rc = make_cgroup(native, tree, log, err);
	build.cgroup = tree->directory;
	return rc < 0 ? rc : build_and_pin(native, &build, err);
}

static int start_hooked(const struct vns_native *native,
			const struct vns_log *log, struct vns_error *err)
{
	VNS_AUTOCGTREE struct vns_cgtree tree = VNS_CGTREE_NONE;
	struct vns_stopping stop = { .tell = false };
	struct vns_error undoing;
	bool found = false;
	int rc = vns_lifecycle_prepare(native, log, err);

	if (rc == 0)
		rc = start_clean(native, &tree, log, err);
	found = rc == 0;
	if (rc == 0)
		rc = vns_lifecycle_started(native, log, err);
	if (rc == 0)
		return 0;
	if (vns_stop_pinned(native, found, &stop, log, &undoing) < 0)
		vns_log_write(log, VNS_LOG_ERR, "vserver \"%s\": %s",
			      native->vserver->name, undoing.text);
	else
		vns_cgtree_undo(&tree);
	return rc;
}

static int start_locked(const struct vns_native *native, bool *done,
			const struct vns_log *log, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	struct vns_stopping stop = { .tell = false };
	bool found;
	int rc = vns_pins_open_running(native, &place, err);

	if (rc == 0 && !vns_rundir_starting(native->home))
		return 0;
	if (rc < 0 && rc != -ESRCH && rc != -EOWNERDEAD)
		return rc;
	/*
	 * If the init process is gone, the vserver is over, but there may be
	 * something left inside. If a start was cut short, the vserver is
	 * started anew.
	 */
	found = rc != -ESRCH;
	vns_place_close(&place);
	rc = found ? 0 : vns_notes_check_owner(native, err);
	if (rc == 0)
		rc = vns_stop_pinned(native, found, &stop, log, err);
	if (stop.done)
		vns_metrics_add_stop();
	if (rc == 0)
		rc = start_hooked(native, log, err);
	*done = rc == 0;
	return rc;
}

int vns_start_vserver(const struct vns_config *config,
		      const struct vns_vserver *vserver,
		      const struct vns_log *log, bool *done,
		      struct vns_error *err)
{
	VNS_AUTOPINS struct vns_native native = VNS_NATIVE_NONE;
	int rc = vns_pins_open(&native, config, vserver, err);
	const int64_t began = vns_deadline_now();

	*done = false;
	if (rc < 0)
		return rc;
	rc = start_locked(&native, done, log, err);
	if (*done)
		vns_metrics_add_start(vns_deadline_now() - began);
	vns_pins_tidy(&native);
	return rc;
}
