/*
 * Makes paths and directories below run_dir, and reads what is noted there of a
 * vserver's cgroup and of context numbers.
 */
#include "vserver/rundir.h"

#include "system/runtime.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

bool vns_rundir_home(const struct vns_config *config, const char *name,
		     char *path, size_t size)
{
	return vns_util_format(path, size, "%s/" VNS_RUNDIR_NS "/%s",
			       config->run_dir, name);
}

int vns_rundir_open(const struct vns_config *config, int *directory,
		    struct vns_error *err)
{
	const char *path = config->run_dir;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir %s", path);
	return vns_safefile_open(path, VNS_SAFEFILE_DIRECTORY, directory, err);
}

int vns_rundir_make(const struct vns_config *config, const char *name,
		    int *directory, struct vns_error *err)
{
	VNS_AUTOCLOSE int run = -1;
	int rc = vns_rundir_open(config, &run, err);

	return rc < 0 ? rc : vns_runtime_directory(run, name, directory, err);
}

bool vns_rundir_starting(int home)
{
	return faccessat(home, VNS_RUNDIR_STARTING, F_OK, 0) == 0;
}

int vns_rundir_cgroup(int home, char *cgroup, size_t size,
		      struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = openat(home, VNS_RUNDIR_CGROUP,
				      O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t length;

	cgroup[0] = '\0';
	if (fd < 0 && errno == ENOENT)
		return 0;
	length = fd < 0 ? -1 : read(fd, cgroup, size - 1);
	if (length < 0)
		return vns_error_errno(err, errno,
				       "reading the record of its cgroup");
	cgroup[length] = '\0';
	return 0;
}

int vns_rundir_by_context(const struct vns_config *config,
			  unsigned long context, vns_name name,
			  struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	char path[PATH_MAX];
	size_t length;
	int rc;

	if (!vns_util_format(path, sizeof(path),
			     "%s/" VNS_RUNDIR_CONTEXT "/%lu", config->run_dir,
			     context))
		return vns_error_errno(err, ENAMETOOLONG, "run_dir");
	rc = vns_safefile_read(path, sizeof(vns_name), &text, &length, err);
	if (rc == -ENOENT)
		return vns_error_set(err, ESRCH,
				     "no running vserver has context %lu",
				     context);
	if (rc < 0)
		return rc;
	text[strcspn(text, "\n")] = '\0';
	if (!vns_util_name_valid(text))
		return vns_error_set(err, EINVAL,
				     "%s: does not contain a valid vserver "
				     "name",
				     path);
	memcpy(name, text, strlen(text) + 1);
	return 0;
}
