/*
 * Opens device nodes in the host's /dev, following root's links, and binds them
 * one by one.
 */
#include "native/devices.h"

#include "lib/devname.h"
#include "system/mount.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define MAX_LINKS 8

static int check_device(int fd, const char *path, struct vns_error *err)
{
	struct statvfs fs;
	struct stat st;

	if (fstat(fd, &st) < 0 || fstatvfs(fd, &fs) < 0)
		return vns_error_errno(err, errno, "%s", path);
	if (S_ISDIR(st.st_mode))
		return vns_error_set(err, EISDIR,
				     "%s is a directory; for the devices in it "
				     "write \"%s/*\"",
				     path, path);
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		return vns_error_set(err, ENODEV, "%s is no device", path);
	if (fs.f_flag & ST_NODEV)
		return vns_error_set(err, ENODEV,
				     "%s cannot be opened on the host either: "
				     "it lies on a mount with nodev",
				     path);
	return 0;
}

/*
 * Replaces path, which is a link, by what it leads to. The directory must be
 * root's, so nobody else has made the link.
 */
static int follow(char path[PATH_MAX], struct vns_error *err)
{
	char directory[PATH_MAX], target[PATH_MAX];
	char *name = strrchr(path, '/');
	VNS_AUTOCLOSE int fd = -1;
	ssize_t length;
	int rc;

	vns_util_format(directory, sizeof(directory), "%.*s/.",
			(int)(name - path), path);
	rc = vns_safefile_open(directory, VNS_SAFEFILE_DIRECTORY, &fd, err);
	if (rc < 0)
		return rc;
	length = readlinkat(fd, name + 1, target, sizeof(target) - 1);
	if (length < 0)
		return vns_error_errno(err, errno, "%s", path);
	target[length] = '\0';
	directory[strlen(directory) - 1] = '\0';
	if (!vns_util_format(path, PATH_MAX, "%s%s",
			     target[0] == '/' ? "" : directory, target))
		return vns_error_errno(err, ENAMETOOLONG, "%s", target);
	return 0;
}

/* Opens the device (O_PATH) that path is, or that it leads to. */
static int open_device(const char *path, int *fd, struct vns_error *err)
{
	char real[PATH_MAX];
	int links, rc = -ELOOP;

	if (!vns_util_format(real, sizeof(real), "%s", path))
		return vns_error_errno(err, ENAMETOOLONG, "%s", path);
	for (links = 0; rc == -ELOOP && links < MAX_LINKS; links++) {
		rc = vns_safefile_open(real, VNS_SAFEFILE_PATH, fd, err);
		if (rc == -ELOOP && follow(real, err) < 0)
			return -ENODEV;
	}
	if (rc == 0)
		rc = check_device(*fd, real, err);
	if (rc < 0 && strcmp(real, path) != 0)
		vns_error_context(err, "%s", path);
	return rc;
}

static int add(struct vns_strings *found, const char *path,
	       struct vns_error *err)
{
	size_t i;

	for (i = 0; i < found->count; i++)
		if (strcmp(found->items[i], path) == 0)
			return 0;
	return vns_strings_add(found, path) < 0 ? vns_error_memory(err) : 0;
}

int vns_devices_find(const char *pattern, struct vns_strings *found,
		     struct vns_error *err)
{
	struct vns_error ignored;
	glob_t matches = { .gl_pathc = 0 };
	size_t i;
	int rc = 0;

	if (!vns_devname_pattern(pattern)) {
		VNS_AUTOCLOSE int fd = -1;

		rc = open_device(pattern, &fd, err);
		return rc < 0 ? rc : add(found, pattern, err);
	}
	if (glob(pattern, GLOB_NOESCAPE, NULL, &matches) == GLOB_NOSPACE)
		rc = vns_error_memory(err);
	for (i = 0; rc == 0 && i < matches.gl_pathc; i++) {
		const char *path = matches.gl_pathv[i];
		VNS_AUTOCLOSE int fd = -1;

		if (vns_util_path_valid(path) && !vns_devname_own(path) &&
		    open_device(path, &fd, &ignored) == 0)
			rc = add(found, path, err);
	}
	globfree(&matches);
	return rc;
}

/*
 * The host's root, and whoever shares the host's ids, could change the node
 * itself, for the host, too; so it is read-only, which does not keep anybody
 * from writing to the device.
 */
static int bind_device(const char *path, int *mount, struct vns_error *err)
{
	static const char *const options[] = { "ro", "nosuid", "noexec", "dev",
					       NULL };
	VNS_AUTOCLOSE int fd = -1;
	int rc = open_device(path, &fd, err);

	if (rc == 0)
		rc = vns_mount_clone(fd, false, mount, err);
	return rc < 0 ? rc : vns_mount_restrict(*mount, false, options, err);
}

static int bind_all(const struct vns_strings *found,
		    struct vns_devices *devices, struct vns_error *err)
{
	size_t i;
	int rc = 0;

	devices->items = calloc(found->count + 1, sizeof(*devices->items));
	if (!devices->items)
		return vns_error_memory(err);
	for (i = 0; rc == 0 && i < found->count; i++) {
		struct vns_device *device = &devices->items[devices->count++];

		device->mount = -1;
		device->path = strdup(found->items[i]);
		rc = device->path ?
			     bind_device(device->path, &device->mount, err) :
			     vns_error_memory(err);
	}
	return rc;
}

int vns_devices_mount(const struct vns_strings *patterns,
		      struct vns_devices *devices, size_t max,
		      struct vns_error *err)
{
	struct vns_strings found = { 0 };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < patterns->count; i++)
		rc = vns_devices_find(patterns->items[i], &found, err);
	if (rc == 0 && found.count > max)
		rc = vns_error_set(err, E2BIG, "more than %zu devices", max);
	if (rc == 0)
		rc = bind_all(&found, devices, err);
	vns_strings_free(&found);
	if (rc < 0)
		vns_error_context(err, "devices");
	return rc;
}

void vns_devices_free(struct vns_devices *devices)
{
	size_t i;

	for (i = 0; i < devices->count; i++) {
		vns_safefile_close(&devices->items[i].mount);
		free(devices->items[i].path);
	}
	free(devices->items);
	*devices = (struct vns_devices){ NULL, 0 };
}
