/*
 * Looks whether a directory is on a nosuid mount, or below a directory that
 * only root can pass.
 */
#include "native/exposure.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Group bits count, too: with an access control list they are its mask. */
static bool is_closed(const char *directory)
{
	struct stat st;

	return stat(directory, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == 0 && (st.st_mode & 0011) == 0;
}

/*
 * Asks the kernel for the path of fd, because the path that fd was opened by
 * may have contained symbolic links.
 */
static int find_path(int fd, char path[PATH_MAX], struct vns_error *err)
{
	char link[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, PATH_MAX);
	if (length < 0)
		return vns_error_errno(err, errno, "%s", link);
	if (length == PATH_MAX || path[0] != '/')
		return vns_error_errno(err, ENAMETOOLONG, "%s", link);
	path[length] = '\0';
	return 0;
}

/*
 * Looks at the directories above path only, as the tenant may be able to open
 * path itself to others.
 */
static bool is_below_closed(char *path)
{
	char *slash;

	while ((slash = strrchr(path, '/')) && slash > path) {
		*slash = '\0';
		if (is_closed(path))
			return true;
	}
	return false;
}

int vns_exposure_check(int fd, bool tree, struct vns_error *err)
{
	char path[PATH_MAX], directory[PATH_MAX];
	struct statvfs fs;
	char *slash;
	int rc;

	if (!tree && fstatvfs(fd, &fs) == 0 && fs.f_flag & ST_NOSUID)
		return 0;
	rc = find_path(fd, path, err);
	if (rc < 0)
		return rc;
	memcpy(directory, path, sizeof(directory));
	if (is_below_closed(directory))
		return 0;
	memcpy(directory, path, sizeof(directory));
	slash = strrchr(directory, '/');
	slash[slash == directory] = '\0';
	return vns_error_set(err, EPERM,
			     "users of the host could reach the set-user-ID "
			     "programs of its root in %s: \"chmod go-x %s\"%s",
			     path, directory,
			     tree ? "" : ", or mount it with nosuid");
}
