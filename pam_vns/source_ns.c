/*
 * Namespaces pinned to files, as by "unshare --mount=FILE": a mount namespace,
 * or a directory with one file of each type, called as in /proc/PID/ns.
 */
#include "source.h"

#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

static int open_type(const char *directory, enum vns_ns type, int *fd,
		     struct vns_error *err)
{
	char path[PATH_MAX];

	if (!vns_util_format(path, sizeof(path), "%s/%s", directory,
			     vns_nsname(type)))
		return vns_error_errno(err, ENAMETOOLONG, "%s", directory);
	return vns_safefile_open(path, VNS_SAFEFILE_ANY, fd, err);
}

static int open_directory(const char *directory, vns_nsset wanted,
			  struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place found = VNS_PLACE_NONE;
	int type, rc;

	for (type = 0; type < VNS_NS_COUNT; type++) {
		if (!(wanted & VNS_NSSET(type)))
			continue;
		rc = open_type(directory, (enum vns_ns)type, &found.ns[type],
			       err);
		if (rc == -ENOENT && type == VNS_NS_MNT)
			return vns_error_set(err, ESRCH,
					     "not running: %s/mnt does not "
					     "exist",
					     directory);
		if (rc < 0 && rc != -ENOENT)
			return rc;
	}
	rc = vns_namespace_check(&found, wanted, directory, err);
	if (rc < 0)
		return rc;
	*place = found;
	found = VNS_PLACE_NONE;
	return 0;
}

int vns_source_ns_open(const char *argument, vns_nsset wanted,
		       struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	struct stat st;
	int rc = vns_safefile_open(argument, VNS_SAFEFILE_ANY, &fd, err);

	if (rc == -ENOENT)
		return vns_error_set(
			err, ESRCH, "not running: %s does not exist", argument);
	if (rc < 0)
		return rc;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return open_directory(argument, wanted, place, err);
	return vns_namespace_take(fd, wanted, argument, place, err);
}
