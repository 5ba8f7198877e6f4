/* A mount namespace pinned to a file, as by "unshare --mount=FILE". */
#include "source.h"

#include "safefile.h"

#include <errno.h>

int vns_source_ns_open(const char *argument, struct vns_place *place,
		       struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_safefile_open(argument, VNS_SAFEFILE_ANY, &fd, err);

	if (rc == -ENOENT)
		return vns_error_set(
			err, ESRCH, "not running: %s does not exist", argument);
	return rc < 0 ? rc : vns_namespace_take(fd, argument, place, err);
}
