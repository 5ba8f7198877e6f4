/* What "vns start" has pinned below run_dir. */
#include "source.h"

#include "rundir.h"
#include "safefile.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

/* The placeholder shows through where the pin is not mounted. */
static bool is_placeholder(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 &&
	       (st.st_mode & 0777) == 0;
}

int vns_source_native_open(const struct vns_config *config,
			   const struct vns_vserver *vserver,
			   struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	char path[PATH_MAX];
	int rc;

	if (!vns_rundir_pin(config, vserver->name, path, sizeof(path)))
		return vns_error_errno(err, ENAMETOOLONG, "run_dir");
	rc = vns_safefile_open(path, VNS_SAFEFILE_ANY, &fd, err);
	if (rc == -ENOENT || (rc == 0 && is_placeholder(fd)))
		return vns_error_set(err, ESRCH, "not running");
	return rc < 0 ? rc : vns_namespace_take(fd, path, place, err);
}
