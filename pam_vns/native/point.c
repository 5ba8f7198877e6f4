/*
 * Walks down from a filesystem of ours by descriptor, one component after the
 * other, and makes those that are missing.
 */
#include "native/point.h"

#include "system/inroot.h"
#include "system/mount.h"
#include "system/place.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

/* Here is no link of anybody's, and no mount is crossed. */
#define WITHIN (VNS_INROOT_BENEATH | RESOLVE_NO_XDEV)

void vns_point_add(struct vns_point_grounds *grounds, int mount,
		   const char *place, unsigned owner)
{
	if (grounds->count == VNS_POINT_GROUNDS_MAX)
		return;
	grounds->items[grounds->count++] =
		(struct vns_point_ground){ mount, place, owner };
}

static bool is_below(const char *target, const char *place)
{
	size_t length = strlen(place);

	return strncmp(target, place, length) == 0 && target[length] == '/';
}

/* Finds the innermost ground, and of those on one place the last. */
static const struct vns_point_ground *
find_ground(const struct vns_point_grounds *grounds, const char *target)
{
	const struct vns_point_ground *found = NULL;
	size_t i;

	for (i = 0; i < grounds->count; i++) {
		const struct vns_point_ground *ground = &grounds->items[i];

		if (is_below(target, ground->place) &&
		    (!found || strlen(ground->place) >= strlen(found->place)))
			found = ground;
	}
	return found;
}

/*
 * Whether the ground still is what its path leads to. Something else may have
 * been mounted on it, or it was moved away.
 */
static bool is_in_place(const struct vns_point_ground *ground, int root)
{
	VNS_AUTOCLOSE int fd = vns_inroot_open(
		root, ground->place, O_PATH | O_DIRECTORY, VNS_INROOT_CHROOT);

	return fd >= 0 && vns_place_same_directory(fd, ground->mount);
}

static int make(int directory, const char *name, bool is_directory,
		unsigned owner)
{
	int rc = is_directory ? mkdirat(directory, name, 0755) :
				mknodat(directory, name, S_IFREG, 0);

	if (rc == 0)
		rc = fchownat(directory, name, owner, owner,
			      AT_SYMLINK_NOFOLLOW);
	return rc < 0 ? -errno : 0;
}

/* Opens one component, which is made where it is missing, or returns -errno. */
static int descend(int directory, const char *name, bool is_directory,
		   unsigned owner)
{
	int fd = vns_inroot_open(directory, name, O_PATH, WITHIN);
	int rc;

	if (fd != -ENOENT)
		return fd;
	rc = make(directory, name, is_directory, owner);
	return rc < 0 ? rc : vns_inroot_open(directory, name, O_PATH, WITHIN);
}

/* Returns a descriptor of path, which is relative to the ground, or -errno. */
static int walk(const struct vns_point_ground *ground, const char *path,
		bool directory)
{
	VNS_AUTOCLOSE int at = vns_inroot_open(ground->mount, ".",
					       O_PATH | O_DIRECTORY, WITHIN);
	char name[NAME_MAX + 1];

	while (at >= 0 && *path) {
		size_t length = strcspn(path, "/");
		bool last = !path[length];
		int next;

		if (length > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, path, length);
		name[length] = '\0';
		next = descend(at, name, !last || directory, ground->owner);
		if (next < 0 || last)
			return next;
		vns_safefile_close(&at);
		at = next;
		path += length + 1;
	}
	return at < 0 ? at : -EINVAL;
}

int vns_point_open(const struct vns_point_grounds *grounds, int root,
		   const char *target, bool directory, int *fd,
		   struct vns_error *err)
{
	const struct vns_point_ground *ground = find_ground(grounds, target);
	int found = -EXDEV;

	if (ground && is_in_place(ground, root))
		found = walk(ground, target + strlen(ground->place) + 1,
			     directory);
	/* Nothing is made in another mount, nor behind a link of our /dev. */
	if (found == -EXDEV || found == -ELOOP)
		return vns_mount_find(root, target, false, fd, err);
	if (found < 0)
		return vns_error_errno(err, -found, "mount point %s", target);
	*fd = found;
	return 0;
}

int vns_point_directory(const struct vns_point_ground *ground, const char *path,
			unsigned mode, unsigned uid, unsigned gid,
			struct vns_error *err)
{
	VNS_AUTOCLOSE int fd =
		vns_inroot_open(ground->mount, path, O_PATH, WITHIN);

	if (fd >= 0)
		return 0;
	fd = walk(ground, path, true);
	/* A change of the owner takes bits of the mode away. */
	if (fd < 0 || fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0 ||
	    fchmodat(ground->mount, path, mode, 0) < 0)
		return vns_error_errno(err, fd < 0 ? -fd : errno, "%s/%s",
				       ground->place, path);
	return 0;
}
