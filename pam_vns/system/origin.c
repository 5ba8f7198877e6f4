/* Compares the caller's namespaces with those of process 1, and joins these. */
#include "system/origin.h"

#include "system/namespace.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define FIRST "/proc/1"

static const vns_nsset joined = VNS_NSSET(VNS_NS_MNT) | VNS_NSSET(VNS_NS_NET) |
				VNS_NSSET(VNS_NS_UTS) | VNS_NSSET(VNS_NS_IPC) |
				VNS_NSSET(VNS_NS_CGROUP);
static const vns_nsset kept = VNS_NSSET(VNS_NS_PID) | VNS_NSSET(VNS_NS_USER);

static bool is_own(int type, int fd)
{
	VNS_AUTOCLOSE int own = -1;
	char path[64];

	snprintf(path, sizeof(path), VNS_PLACE_SELF "/%s",
		 vns_place_file(type, false));
	own = open(path, O_RDONLY | O_CLOEXEC);
	return own >= 0 && vns_place_same(own, fd);
}

/* Closes what need not be joined. Returns whether anything is left. */
static bool is_elsewhere(struct vns_place *place, int root)
{
	VNS_AUTOCLOSE int own = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool elsewhere = !vns_place_same_directory(own, root);
	int type;

	for (type = 0; type < VNS_NS_COUNT; type++) {
		if (place->ns[type] < 0)
			continue;
		if (!is_own(type, place->ns[type]))
			elsewhere = true;
		else if (type != VNS_NS_MNT) {
			vns_safefile_close(&place->ns[type]);
			place->ns[type] = -1;
		}
	}
	return elsewhere;
}

static int check_kept(int proc, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	const vns_nsset wanted = kept | VNS_NSSET(VNS_NS_MNT);
	int rc = vns_place_of_process(proc, wanted, &place, err);
	int type;

	for (type = 0; rc == 0 && type < VNS_NS_COUNT; type++)
		if ((kept & VNS_NSSET(type)) && place.ns[type] >= 0 &&
		    !is_own(type, place.ns[type]))
			rc = vns_error_set(err, EXDEV,
					   "this process has a %s namespace of "
					   "its own",
					   vns_nsname((enum vns_ns)type));
	return rc;
}

static int join(const struct vns_place *place, int root, struct vns_error *err)
{
	struct vns_way_back way = VNS_WAY_BACK_NONE;
	int type, rc;

	for (type = 0; type < VNS_NS_COUNT; type++)
		way.ns[type] = place->ns[type];
	rc = vns_namespace_return(&way, err);
	if (rc < 0)
		return rc;
	/* The root directory of process 1 need not be that of its mounts. */
	if (fchdir(root) < 0 || chroot(".") < 0)
		return vns_error_errno(err, errno, FIRST "/root");
	return 0;
}

int vns_origin_join(struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	VNS_AUTOCLOSE int proc = open(FIRST, O_PATH | O_DIRECTORY | O_CLOEXEC);
	VNS_AUTOCLOSE int root = -1;
	int rc;

	if (proc < 0)
		return vns_error_errno(err, errno, FIRST);
	rc = check_kept(proc, err);
	if (rc == 0)
		rc = vns_place_of_process(proc, joined, &place, err);
	if (rc < 0)
		return rc;
	root = openat(proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return vns_error_errno(err, errno, FIRST "/root");
	return is_elsewhere(&place, root) ? join(&place, root, err) : 0;
}
