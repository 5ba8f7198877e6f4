/* What "vns start" has pinned below run_dir. */
#include "source.h"

#include "rundir.h"
#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

/* The placeholder shows through where the pin is not mounted. */
static bool is_placeholder(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 &&
	       (st.st_mode & 0777) == 0;
}

int vns_source_native_at(int home, const char *pin, const char *what,
			 struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = openat(home, pin,
				      O_RDONLY | O_NONBLOCK | O_NOCTTY |
					      O_NOFOLLOW | O_CLOEXEC);
	int rc;

	if ((fd < 0 && errno == ENOENT) || (fd >= 0 && is_placeholder(fd)))
		return vns_error_set(err, ESRCH, "not running");
	if (fd < 0 && errno == ELOOP)
		return vns_error_set(err, ELOOP,
				     "%s: must not be a symbolic link", what);
	if (fd < 0)
		return vns_error_errno(err, errno, "%s", what);
	rc = vns_namespace_take(fd, what, place, err);
	if (rc < 0)
		return rc;
	place->guard = fcntl(home, F_DUPFD_CLOEXEC, 3);
	if (place->guard >= 0)
		return 0;
	vns_namespace_close(place);
	return vns_error_errno(err, errno, "%s", what);
}

int vns_source_native_open(const struct vns_config *config,
			   const struct vns_vserver *vserver,
			   struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOCLOSE int home = -1;
	char path[PATH_MAX], pin[PATH_MAX];
	int rc;

	if (!vns_rundir_home(config, vserver->name, path, sizeof(path)) ||
	    !vns_util_format(pin, sizeof(pin), "%s/" VNS_RUNDIR_PIN, path))
		return vns_error_errno(err, ENAMETOOLONG, "run_dir");
	rc = vns_safefile_open(path, VNS_SAFEFILE_DIRECTORY, &home, err);
	if (rc == -ENOENT)
		return vns_error_set(err, ESRCH, "not running");
	if (rc < 0)
		return rc;
	return vns_source_native_at(home, VNS_RUNDIR_PIN, pin, place, err);
}
