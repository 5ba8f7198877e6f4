#include "reach.h"

#include "util.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* Group bits are the mask, too, where there is an access control list. */
static bool is_closed(const char *directory)
{
	struct stat st;

	return stat(directory, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == 0 && (st.st_mode & 0011) == 0;
}

int vns_reach_check(const char *path, struct vns_error *err)
{
	char directory[PATH_MAX];
	struct statvfs fs;
	char *slash;

	if (!vns_util_format(directory, sizeof(directory), "%s", path))
		return vns_error_errno(err, ENAMETOOLONG, "%s", path);
	if (statvfs(path, &fs) == 0 && fs.f_flag & ST_NOSUID)
		return 0;
	/* Not path itself, which may be the tenant's to open. */
	while ((slash = strrchr(directory, '/')) && slash > directory) {
		*slash = '\0';
		if (is_closed(directory))
			return 0;
	}
	if (!vns_util_format(directory, sizeof(directory), "%s", path))
		return vns_error_errno(err, ENAMETOOLONG, "%s", path);
	slash = strrchr(directory, '/');
	if (slash && slash > directory)
		*slash = '\0';
	return vns_error_set(
		err, EPERM,
		"users of the host could reach the set-user-ID "
		"programs of its root in %s: \"chmod go-x %s\", or "
		"mount it with nosuid",
		path, directory);
}
