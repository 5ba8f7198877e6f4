/*
 * Maps the ids of a copy of the mount, and makes an overlay in a mount
 * namespace that lasts only for the trial.
 */
#include "native/trial.h"

#include "lib/idrange.h"
#include "system/mount.h"
#include "system/namespace.h"
#include "system/overlay.h"
#include "system/safefile.h"
#include "system/userns.h"

/*
 * Any directory that every host has will do: the mounts are only made in our
 * own mount namespace.
 */
#define SCRATCH "/dev"

/* Makes a copy of the mount with mapped ids; which ids does not matter. */
static int map(int fd, bool recursive, int *mount, struct vns_error *err)
{
	const struct vns_idrange ids = { VNS_IDRANGE_AUTO_BASE,
					 VNS_IDRANGE_AUTO_COUNT };
	VNS_AUTOCLOSE int user = -1;
	int rc = vns_mount_clone(fd, recursive, mount, err);

	if (rc == 0)
		rc = vns_userns_new(&ids, NULL, NULL, &user, err);
	return rc < 0 ? rc : vns_mount_idmap(*mount, recursive, user, err);
}

int vns_trial_ids(int fd, bool recursive, struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;

	return map(fd, recursive, &mount, err);
}

struct layer {
	int mount;
	int code;
	struct vns_error *err;
};

static int try_layer(void *argument)
{
	struct layer *layer = argument;

	layer->code = vns_namespace_topmost(layer->err);
	if (layer->code == 0)
		layer->code = vns_mount_isolate(layer->err);
	if (layer->code == 0)
		layer->code = vns_overlay_try(layer->mount,
					      VNS_IDRANGE_AUTO_BASE, SCRATCH,
					      layer->err);
	return 0;
}

/* Whether an overlay accepts fd, with its ids mapped, as a read-only layer. */
static int try_overlay(int fd, struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	struct layer layer = { .err = err };
	int rc = map(fd, false, &mount, err);

	layer.mount = mount;
	if (rc == 0)
		rc = vns_namespace_run_inside(-1, try_layer, &layer, err);
	return rc < 0 ? rc : layer.code;
}

int vns_trial_template(const struct vns_vserver *vserver, struct vns_error *err)
{
	VNS_AUTOCLOSE int lower = -1;
	int rc = vns_safefile_open(vserver->template, VNS_SAFEFILE_ROOT, &lower,
				   err);

	if (rc == 0)
		rc = try_overlay(lower, err);
	if (rc < 0)
		vns_error_context(err, "template %s", vserver->template);
	return rc;
}

int vns_trial_vserver(const struct vns_vserver *vserver, struct vns_error *err)
{
	VNS_AUTOCLOSE int root = -1;
	int rc =
		vns_safefile_open(vserver->root, VNS_SAFEFILE_ROOT, &root, err);

	if (rc == 0)
		rc = vns_trial_ids(root, false, err);
	if (rc < 0)
		vns_error_context(err, "root %s", vserver->root);
	return rc < 0 || !vserver->template ? rc :
					      vns_trial_template(vserver, err);
}
