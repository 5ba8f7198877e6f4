/*
 * Puts the mounts of a stopped vserver into the order of a start, and checks
 * for each whether its source and its mount point are there.
 */
#include "native/view.h"

#include "config/definition.h"
#include "config/load.h"
#include "lib/mountopt.h"
#include "system/inroot.h"
#include "system/mount.h"
#include "system/safefile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What each vserver has of ours, besides what is below these. */
static const struct {
	const char *place;
	bool memory;
} ours[] = {
	{ "/dev", true },
	{ "/dev/shm", true },
	{ "/proc", false },
	{ "/run", true },
};
#define OURS (sizeof(ours) / sizeof(ours[0]))

void vns_view_close(struct vns_view *view)
{
	size_t i;

	vns_safefile_close(&view->upper);
	vns_safefile_close(&view->lower);
	for (i = 0; i < view->count; i++)
		vns_safefile_close(&view->parts[i].mount);
	free(view->parts);
	vns_fstab_free(view->fstab);
	*view = VNS_VIEW_NONE;
}

/* --- the root directory --------------------------------------------------- */

/* Copies the mount, so that the host's mounts below it are not seen. */
static int open_layer(const char *path, int *mount, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_safefile_open(path, VNS_SAFEFILE_ROOT, &fd, err);

	return rc < 0 ? rc : vns_mount_clone(fd, false, mount, err);
}

/* With a template, the root directory only holds what differs from it. */
static int open_upper(struct vns_view *view, const struct vns_vserver *vserver,
		      struct vns_error *err)
{
	VNS_AUTOCLOSE int root = -1;
	int rc = open_layer(vserver->root, &root, err);

	if (rc < 0)
		return rc;
	if (vserver->template)
		view->upper = vns_inroot_open(root, "upper",
					      O_PATH | O_DIRECTORY,
					      VNS_INROOT_BENEATH);
	else
		view->upper = root;
	if (!vserver->template)
		root = -1;
	/* A start makes it where it is missing. */
	if (view->upper >= 0 || view->upper == -ENOENT)
		return 0;
	rc = view->upper;
	view->upper = -1;
	return vns_error_errno(err, -rc, "\"upper\" in %s", vserver->root);
}

static bool is_empty(int mount)
{
	int fd = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool empty = directory != NULL;

	if (!directory) {
		vns_safefile_close(&fd);
		return false;
	}
	while (empty && (entry = readdir(directory)))
		empty = strcmp(entry->d_name, ".") == 0 ||
			strcmp(entry->d_name, "..") == 0;
	closedir(directory);
	return empty;
}

static int open_root(struct vns_view *view, const struct vns_vserver *vserver,
		     struct vns_error *err)
{
	const char *lowest = vserver->template ? vserver->template :
						 vserver->root;
	int rc = open_upper(view, vserver, err);

	if (rc < 0)
		vns_error_context(err, "root");
	if (rc == 0 && vserver->template) {
		rc = open_layer(vserver->template, &view->lower, err);
		if (rc < 0)
			vns_error_context(err, "template");
	}
	if (rc == 0 && is_empty(vserver->template ? view->lower : view->upper))
		rc = vns_error_set(err, ENOENT,
				   "%s %s is empty; is its file system "
				   "mounted?",
				   vserver->template ? "template" : "root",
				   lowest);
	return rc;
}

/* --- mounts --------------------------------------------------------------- */

static int find_point(const struct vns_view *view, const char *target,
		      bool strict, char place[PATH_MAX], int *fd,
		      struct vns_error *err)
{
	enum vns_view_found found =
		vns_viewpath_find(view, target, !strict, place, fd);

	if (found == VNS_VIEW_MISSING)
		return vns_error_errno(err, ENOENT,
				       "mount point %s inside the root "
				       "directory",
				       target);
	/* What cannot be known is taken to be right. */
	if (found == VNS_VIEW_UNKNOWN)
		vns_util_format(place, PATH_MAX, "%s", target);
	return 0;
}

static void add_part(struct vns_view *view, const struct vns_view_part *part)
{
	view->parts[view->count++] = *part;
}

static int add_ours(struct vns_view *view, struct vns_error *err)
{
	size_t i;

	for (i = 0; i < OURS; i++) {
		struct vns_view_part part = { .target = ours[i].place,
					      .mount = -1,
					      .memory = ours[i].memory };
		VNS_AUTOCLOSE int fd = -1;
		struct stat st;
		int rc = 0;

		/* /dev/shm is made in our /dev. */
		if (strcmp(ours[i].place, "/dev/shm") != 0)
			rc = find_point(view, ours[i].place, true, part.place,
					&fd, err);
		if (rc < 0)
			return rc;
		if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode)))
			return vns_error_errno(err, ENOTDIR,
					       "mount point %s inside the "
					       "root directory",
					       ours[i].place);
		vns_util_format(part.place, sizeof(part.place), "%s",
				ours[i].place);
		add_part(view, &part);
	}
	return 0;
}

/*
 * Whether a start makes what is missing of target: it lies in a filesystem in
 * memory, and nothing else is mounted there on the way.
 */
static bool is_made(const struct vns_view *view, const char *target)
{
	const struct vns_view_part *part = vns_viewpath_part(view, target);

	return part && part->memory && strcmp(part->place, target) != 0;
}

/* Moves the part that an earlier mount has mounted on the source. */
static int move_part(struct vns_view *view, const char *source,
		     const char *target, const char *place,
		     struct vns_error *err)
{
	size_t i;

	for (i = view->count; i-- > OURS;) {
		struct vns_view_part part = view->parts[i];

		if (strcmp(part.target, source) != 0)
			continue;
		memmove(&view->parts[i], &view->parts[i + 1],
			(view->count - i - 1) * sizeof(part));
		view->count--;
		part.target = target;
		vns_util_format(part.place, sizeof(part.place), "%s", place);
		add_part(view, &part);
		return 0;
	}
	return vns_error_set(err, ENOENT,
			     "no mount before this one is on %s, and only "
			     "such a mount can be moved",
			     source);
}

static int open_source(const char *source, const struct vns_mountopt *options,
		       int *mount, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_safefile_open(source, VNS_SAFEFILE_PATH, &fd, err);

	return rc < 0 ? rc :
			vns_mount_clone(fd, options->kind == VNS_MOUNTOPT_RBIND,
					mount, err);
}

static int add_mount(struct vns_view *view, const struct vns_vserver *vserver,
		     const struct vns_mount *mount, struct vns_error *err)
{
	struct vns_view_part part = { .target = mount->target, .mount = -1 };
	VNS_AUTOCLOSE int opened = -1;
	VNS_AUTOCLOSE int point = -1;
	struct vns_mountopt options;
	char source[PATH_MAX];
	size_t i;
	int rc;

	vns_mountopt_init(&options, mount->type);
	for (i = 0; i < mount->options.count; i++)
		vns_mountopt_add(&options, mount->options.items[i]);
	if (options.skip)
		return 0;
	rc = vns_config_mount_source(vserver, mount, &options, source, err);
	if (rc == 0 && vns_mountopt_is_bind(&options))
		rc = open_source(source, &options, &opened, err);
	if (rc < 0)
		return rc == -ENOENT && options.may_miss ? 0 : rc;
	part.memory = options.kind == VNS_MOUNTOPT_FILESYSTEM &&
		      strcmp(mount->type, "tmpfs") == 0;
	if (is_made(view, mount->target))
		vns_util_format(part.place, sizeof(part.place), "%s",
				mount->target);
	else
		rc = find_point(view, mount->target, false, part.place, &point,
				err);
	if (rc == 0 && opened >= 0 && point >= 0)
		rc = vns_mount_fits(opened, point, mount->target, err);
	if (rc < 0)
		return rc;
	if (options.kind == VNS_MOUNTOPT_MOVE)
		return move_part(view, source, mount->target, part.place, err);
	part.mount = opened;
	opened = -1;
	add_part(view, &part);
	return 0;
}

static int add_mounts(struct vns_view *view, const struct vns_vserver *vserver,
		      const struct vns_mount *mounts, size_t count,
		      struct vns_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < count; i++) {
		rc = add_mount(view, vserver, &mounts[i], err);
		if (rc < 0)
			vns_error_context(err, "mount \"%s\"",
					  mounts[i].target);
		if (rc < 0 && mounts[i].line)
			vns_error_context(err, "%s:%u", view->fstab->path,
					  mounts[i].line);
	}
	return rc;
}

int vns_view_open(const struct vns_vserver *vserver, struct vns_view *view,
		  struct vns_error *err)
{
	size_t listed;
	int rc;

	*view = VNS_VIEW_NONE;
	rc = vns_load_fstab(vserver, &view->fstab, err);
	if (rc < 0)
		return rc;
	listed = view->fstab ? view->fstab->count : 0;
	view->parts = calloc(OURS + vserver->mount_count + listed,
			     sizeof(*view->parts));
	if (!view->parts)
		return vns_error_memory(err);
	rc = open_root(view, vserver, err);
	if (rc == 0)
		rc = add_ours(view, err);
	if (rc == 0)
		rc = add_mounts(view, vserver, vserver->mounts,
				vserver->mount_count, err);
	if (rc == 0 && listed)
		rc = add_mounts(view, vserver, view->fstab->mounts, listed,
				err);
	return rc;
}

enum vns_view_found vns_view_find(const struct vns_view *view, const char *path,
				  int *fd)
{
	char place[PATH_MAX];

	return vns_viewpath_find(view, path, true, place, fd);
}
