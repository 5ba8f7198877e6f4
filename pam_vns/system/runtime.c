/* Makes directories with mode 0700, and shuts those that have another one. */
#include "system/runtime.h"

#include "lib/paths.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

int vns_runtime_top(int *directory, struct vns_error *err)
{
	if (mkdir(VNS_KEEPER_RUN, 0700) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir " VNS_KEEPER_RUN);
	return vns_safefile_open(VNS_KEEPER_RUN, VNS_SAFEFILE_DIRECTORY,
				 directory, err);
}

int vns_runtime_directory(int parent, const char *name, int *fd,
			  struct vns_error *err)
{
	bool made = mkdirat(parent, name, 0700) == 0;
	int rc;

	if (!made && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir %s", name);
	*fd = openat(parent, name,
		     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd >= 0 && (made || fchmod(*fd, 0700) == 0))
		return 0;
	rc = vns_error_errno(err, errno, "%s", name);
	if (made)
		unlinkat(parent, name, AT_REMOVEDIR);
	return rc;
}

int vns_runtime_open(const char *name, int *directory, struct vns_error *err)
{
	VNS_AUTOCLOSE int top = -1;
	int rc = vns_runtime_top(&top, err);

	if (rc == 0)
		rc = vns_runtime_directory(top, name, directory, err);
	if (rc < 0)
		vns_error_context(err, VNS_KEEPER_RUN);
	return rc;
}
