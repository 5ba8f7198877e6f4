/*
 * Keeps a file for each wired service, with the lines that were put in, in a
 * directory that only root can read.
 */
#include "pamd/wired.h"

#include "system/safefile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LINES_MAX ((size_t)64 * 1024)

int vns_wired_directory(const char *path, int *directory, struct vns_error *err)
{
	if ((mkdir(VNS_WIRED_PARENT, 0700) < 0 && errno != EEXIST) ||
	    (mkdir(path, 0700) < 0 && errno != EEXIST))
		return vns_error_errno(err, errno, "%s", path);
	return vns_safefile_open(path, VNS_SAFEFILE_DIRECTORY, directory, err);
}

int vns_wired_note(const char *service, const char *lines,
		   struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	int rc = vns_wired_directory(VNS_WIRED_DIR, &directory, err);

	return rc < 0 ? rc : vns_safefile_keep(directory, service, lines, err);
}

int vns_wired_read(const char *service, char **path, char **lines,
		   struct vns_error *err)
{
	size_t length;
	int rc;

	*lines = NULL;
	if (asprintf(path, VNS_WIRED_DIR "/%s", service) < 0) {
		*path = NULL;
		return vns_error_memory(err);
	}
	rc = vns_safefile_read(*path, LINES_MAX, lines, &length, err);
	if (rc == 0 && strlen(*lines) != length)
		rc = vns_error_set(err, EINVAL, "%s: has a NUL in it", *path);
	return rc;
}

int vns_wired_forget(const char *service, struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	int rc = vns_safefile_open(VNS_WIRED_DIR, VNS_SAFEFILE_DIRECTORY,
				   &directory, err);

	if (rc == -ENOENT)
		return 0;
	if (rc < 0)
		return rc;
	if (unlinkat(directory, service, 0) < 0 && errno != ENOENT)
		return vns_error_errno(err, errno, VNS_WIRED_DIR "/%s",
				       service);
	return 0;
}

int vns_wired_list(struct vns_strings *services, struct vns_error *err)
{
	DIR *directory = opendir(VNS_WIRED_DIR);
	const struct dirent *entry;
	int rc = 0;

	if (!directory)
		return errno == ENOENT ?
			       0 :
			       vns_error_errno(err, errno, VNS_WIRED_DIR);
	/* The name of a file that a crash has left begins with a dot. */
	while (rc == 0 && (entry = readdir(directory)))
		if (vns_util_name_valid(entry->d_name))
			rc = vns_strings_add(services, entry->d_name);
	closedir(directory);
	if (rc < 0)
		return vns_error_memory(err);
	vns_strings_sort(services);
	return 0;
}
