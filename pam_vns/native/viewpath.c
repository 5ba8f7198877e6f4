/*
 * Walks down a path in the mounts and layers of a stopped vserver, and follows
 * links by their text, so that each descriptor is opened without following any.
 */
#include "native/viewpath.h"

#include "lib/util.h"
#include "system/inroot.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

/* As many as the kernel follows. */
#define LINKS_MAX 40

/* Whether path is place, or lies below it. */
static bool is_in(const char *path, const char *place)
{
	const size_t length = strlen(place);

	return strncmp(path, place, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

/* A mount covers all that was mounted there and below before. */
const struct vns_view_part *vns_viewpath_part(const struct vns_view *view,
					      const char *place)
{
	size_t i;

	for (i = view->count; i-- > 0;)
		if (is_in(place, view->parts[i].place))
			return &view->parts[i];
	return NULL;
}

/* --- layers --------------------------------------------------------------- */

static int copy(int fd)
{
	int made = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return made < 0 ? -errno : made;
}

/* Opens path, which may begin with "/", below a directory, or it itself. */
static int open_below(int directory, const char *path)
{
	path += strspn(path, "/");
	if (directory < 0)
		return -ENOENT;
	return *path ? vns_inroot_open(directory, path, O_PATH | O_NOFOLLOW,
				       VNS_INROOT_BENEATH) :
		       copy(directory);
}

/*
 * Reads an attribute that overlayfs gives to a directory. Descriptors with
 * O_PATH have no attributes.
 */
static bool has_attribute(int fd, const char *name)
{
	char link[64], value[8];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	errno = 0;
	return getxattr(link, name, value, sizeof(value)) > 0 ||
	       errno == ERANGE;
}

static bool is_directory(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

/*
 * What a file of the upper layer does to that of the same name in the lower
 * one: 0, or 1 if it covers the file, or -ENOENT if it stands for its removal,
 * or -EXDEV if the lower one has another name.
 */
static int cover(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISCHR(st.st_mode) && st.st_rdev == 0)
		return -ENOENT;
	if (!S_ISDIR(st.st_mode))
		return 1;
	if (has_attribute(fd, "trusted.overlay.redirect"))
		return -EXDEV;
	return has_attribute(fd, "trusted.overlay.opaque");
}

/* Goes down to name in both layers, each of which is -1 where it is not. */
static int descend(int *upper, int *lower, const char *name)
{
	VNS_AUTOCLOSE int above = open_below(*upper, name);
	VNS_AUTOCLOSE int below = open_below(*lower, name);
	int covers = above < 0 ? 0 : cover(above);

	if (covers < 0)
		return covers;
	if (covers > 0 || (above >= 0 && !is_directory(below))) {
		vns_safefile_close(&below);
		below = -1;
	}
	vns_safefile_close(upper);
	vns_safefile_close(lower);
	*upper = above < 0 ? -1 : above;
	*lower = below < 0 ? -1 : below;
	if (above < 0 && below < 0)
		return above == -ENOENT || above == -ENOTDIR ? below : above;
	above = below = -1;
	return 0;
}

/* Opens a path without links in the root directory. */
static int open_layers(const struct vns_view *view, const char *path)
{
	VNS_AUTOCLOSE int upper = -1;
	VNS_AUTOCLOSE int lower = -1;
	char name[NAME_MAX + 1];
	int rc = 0;

	if (view->lower < 0)
		return open_below(view->upper, path);
	upper = copy(view->upper);
	lower = copy(view->lower);
	for (path += strspn(path, "/"); rc == 0 && *path;
	     path += strspn(path, "/")) {
		size_t length = strcspn(path, "/");

		if (!vns_util_format(name, sizeof(name), "%.*s", (int)length,
				     path))
			return -ENAMETOOLONG;
		rc = descend(&upper, &lower, name);
		path += length;
	}
	return rc < 0 ? rc : copy(upper >= 0 ? upper : lower);
}

/* --- paths ---------------------------------------------------------------- */

/* Whether something is mounted on the path or below: a start makes the path. */
static bool is_made(const struct vns_view *view, const char *path)
{
	size_t i;

	for (i = 0; i < view->count; i++)
		if (is_in(view->parts[i].place, path))
			return true;
	return false;
}

/* Finds a path of which only the last component may be a link. */
static enum vns_view_found look(const struct vns_view *view, const char *path,
				int *fd)
{
	const struct vns_view_part *part = vns_viewpath_part(view, path);
	int found;

	*fd = -1;
	if (part && part->mount < 0)
		return is_made(view, path) ? VNS_VIEW_THERE : VNS_VIEW_UNKNOWN;
	found = part ? open_below(part->mount, path + strlen(part->place)) :
		       open_layers(view, path);
	if (found < 0)
		return found == -ENOENT || found == -ENOTDIR ||
				       found == -ENAMETOOLONG ?
			       VNS_VIEW_MISSING :
			       VNS_VIEW_UNKNOWN;
	*fd = found;
	return VNS_VIEW_THERE;
}

struct walk {
	const struct vns_view *view;
	bool follow;
	unsigned links;
	char done[PATH_MAX]; /* has no links, nor a "/" at its end */
	char rest[PATH_MAX];
};

/* Puts the text of a link in front of what is left. Returns whether it fits. */
static bool follow_link(struct walk *walk, int fd)
{
	char text[PATH_MAX], rest[PATH_MAX];
	ssize_t length = readlinkat(fd, "", text, sizeof(text) - 1);

	if (length <= 0 || ++walk->links > LINKS_MAX)
		return false;
	text[length] = '\0';
	if (!vns_util_format(rest, sizeof(rest), "%s/%s", text, walk->rest))
		return false;
	memcpy(walk->rest, rest, sizeof(rest));
	if (text[0] == '/')
		walk->done[0] = '\0';
	return true;
}

/* Goes on by one component. */
static enum vns_view_found step(struct walk *walk, const char *name)
{
	char path[PATH_MAX];
	VNS_AUTOCLOSE int fd = -1;
	enum vns_view_found found;
	struct stat st;

	if (strcmp(name, ".") == 0)
		return VNS_VIEW_THERE;
	if (strcmp(name, "..") == 0) {
		char *last = strrchr(walk->done, '/');

		if (last)
			*last = '\0';
		return VNS_VIEW_THERE;
	}
	if (!vns_util_format(path, sizeof(path), "%s/%s", walk->done, name))
		return VNS_VIEW_MISSING;
	found = look(walk->view, path, &fd);
	if (found == VNS_VIEW_THERE && fd >= 0 && fstat(fd, &st) == 0 &&
	    S_ISLNK(st.st_mode))
		return walk->follow && follow_link(walk, fd) ? VNS_VIEW_THERE :
							       VNS_VIEW_MISSING;
	memcpy(walk->done, path, sizeof(path));
	return found;
}

enum vns_view_found vns_viewpath_find(const struct vns_view *view,
				      const char *path, bool follow,
				      char place[PATH_MAX], int *fd)
{
	struct walk walk = { .view = view, .follow = follow };
	enum vns_view_found found = VNS_VIEW_THERE;
	char name[NAME_MAX + 1];

	*fd = -1;
	if (!vns_util_format(walk.rest, sizeof(walk.rest), "%s", path))
		return VNS_VIEW_MISSING;
	while (found == VNS_VIEW_THERE) {
		char *at = walk.rest + strspn(walk.rest, "/");
		const size_t length = strcspn(at, "/");

		if (!*at)
			break;
		if (!vns_util_format(name, sizeof(name), "%.*s", (int)length,
				     at))
			return VNS_VIEW_MISSING;
		memmove(walk.rest, at + length, strlen(at + length) + 1);
		found = step(&walk, name);
	}
	if (found != VNS_VIEW_THERE)
		return found;
	vns_util_format(place, PATH_MAX, "%s", *walk.done ? walk.done : "/");
	return look(view, place, fd);
}
