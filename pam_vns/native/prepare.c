/*
 * Opens the root directory, the template and the sources of all mounts, and
 * makes of them mounts that are not attached yet, with their ids mapped.
 */
#include "native/prepare.h"

#include "config/definition.h"
#include "config/load.h"
#include "lib/tmpfsopt.h"
#include "native/exposure.h"
#include "native/trial.h"
#include "system/account.h"
#include "system/mount.h"
#include "system/safefile.h"
#include "system/userns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void vns_prepare_free(struct vns_build *build)
{
	size_t i;

	vns_safefile_close(&build->user);
	vns_safefile_close(&build->root);
	vns_safefile_close(&build->lower);
	vns_safefile_close(&build->log);
	vns_safefile_close(&build->init);
	for (i = 0; i < build->part_count; i++)
		vns_safefile_close(&build->parts[i].mount);
	vns_fstab_free(build->fstab);
	vns_devices_free(&build->devices);
	*build = VNS_BUILD_NONE;
}

/*
 * Collects all options of a mount, those set by the definition's default
 * included.
 */
static int find_options(const struct vns_vserver *vserver,
			const struct vns_mount *mount,
			struct vns_mountopt *options, struct vns_error *err)
{
	size_t i;

	vns_mountopt_init(options, mount->type);
	for (i = 0; i < mount->options.count; i++)
		vns_mountopt_add(options, mount->options.items[i]);
	/* For a filesystem, unknown options are passed on to it. */
	if (options->kind != VNS_MOUNTOPT_FILESYSTEM && options->unknown)
		return vns_error_set(err, EINVAL, "unknown mount option \"%s\"",
				     options->unknown);
	if (vns_mountopt_is_bind(options) && !options->propagation)
		options->propagation = vserver->propagation;
	if (options->propagation == MS_SHARED && vserver->user_namespace)
		return vns_error_set(err, EPERM,
				     "with a user namespace its propagation "
				     "cannot be \"shared\", but can be "
				     "\"slave\"");
	return 0;
}

static bool maps_ids(const struct vns_vserver *vserver,
		     const struct vns_mountopt *options)
{
	return vserver->user_namespace && !options->keep_ids;
}

/*
 * A tenant's root may make files in the source that are the host root's on
 * disk.
 */
static int open_bind(const char *source, const struct vns_vserver *vserver,
		     const struct vns_mountopt *options, int *fd,
		     struct vns_error *err)
{
	int rc = vns_safefile_open(source, VNS_SAFEFILE_PATH, fd, err);

	if (rc < 0 || !maps_ids(vserver, options) ||
	    options->set & MOUNT_ATTR_RDONLY)
		return rc;
	return vns_exposure_check(*fd, options->kind == VNS_MOUNTOPT_RBIND,
				  err);
}

static int prepare_bind(const char *source, const struct vns_vserver *vserver,
			const struct vns_mountopt *options, int *made,
			struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc = open_bind(source, vserver, options, &fd, err);

	return rc < 0 ? rc :
			vns_mount_bind(fd, options->kind == VNS_MOUNTOPT_RBIND,
				       options, made, err);
}

/* Moves a mount that an earlier part has mounted on the same path. */
static int prepare_move(struct vns_build *build, struct vns_build_part *part,
			const char *source, struct vns_error *err)
{
	size_t i;

	for (i = build->part_count; i-- > 0;) {
		struct vns_build_part *earlier = &build->parts[i];

		if (!earlier->place || strcmp(earlier->place, source) != 0)
			continue;
		earlier->place = part->target;
		part->place = NULL;
		part->moved = i;
		return 0;
	}
	return vns_error_set(err, ENOENT,
			     "no mount before this one is on %s, and only "
			     "such a mount can be moved",
			     source);
}

/*
 * Where ids are mapped, device nodes may belong to whoever made the files,
 * which may be the host's root. So devices are only usable with the option
 * "dev".
 */
static int shut_devices(const struct vns_mountopt *options, int made,
			struct vns_error *err)
{
	static const char *const shut[] = { "nodev", NULL };

	if (options->dev)
		return 0;
	return vns_mount_restrict(made, options->kind == VNS_MOUNTOPT_RBIND,
				  shut, err);
}

/* Whether ids are mapped by the filesystem's options, not on its mount. */
static bool maps_options(const struct vns_vserver *vserver,
			 const struct vns_mount *mount,
			 const struct vns_mountopt *options)
{
	return options->kind == VNS_MOUNTOPT_FILESYSTEM &&
	       strcmp(mount->type, "tmpfs") == 0 && maps_ids(vserver, options);
}

static int make_filesystem(const struct vns_build *build,
			   const struct vns_mount *mount, const char *source,
			   bool map, int *made, struct vns_error *err)
{
	const struct vns_idrange ids = { build->base, build->count };
	struct vns_strings mapped = { 0 };
	int rc = 0;

	if (map)
		rc = vns_tmpfsopt_map(&mount->options, &ids,
				      build->vserver->map_users, &mapped, err);
	if (rc == 0)
		rc = vns_mount_create(
			mount->type, *source ? source : NULL,
			(const char *const *)(map ? mapped.items :
						    mount->options.items),
			made, err);
	vns_strings_free(&mapped);
	return rc;
}

static int make_part(struct vns_build *build, const struct vns_vserver *vserver,
		     const struct vns_mount *mount, struct vns_build_part *part,
		     struct vns_error *err)
{
	const struct vns_mountopt *options = &part->options;
	bool recursive = options->kind == VNS_MOUNTOPT_RBIND;
	bool by_options = maps_options(vserver, mount, options);
	char source[PATH_MAX];
	int rc = vns_config_mount_source(vserver, mount, options, source, err);

	if (rc < 0)
		return rc;
	/* fsconfig(2) also returns ENOENT for reasons other than this one. */
	if (options->may_miss && source[0] == '/' &&
	    options->kind == VNS_MOUNTOPT_FILESYSTEM &&
	    access(source, F_OK) < 0 && errno == ENOENT)
		return -ENOENT;
	if (options->kind == VNS_MOUNTOPT_MOVE)
		return prepare_move(build, part, source, err);
	if (options->kind == VNS_MOUNTOPT_FILESYSTEM)
		rc = make_filesystem(build, mount, source, by_options,
				     &part->mount, err);
	else
		rc = prepare_bind(source, vserver, options, &part->mount, err);
	if (rc < 0 || !maps_ids(vserver, options))
		return rc;
	rc = shut_devices(options, part->mount, err);
	return rc < 0 || by_options ? rc :
				      vns_mount_idmap(part->mount, recursive,
						      build->user, err);
}

static int check_ids(const struct vns_vserver *vserver,
		     const struct vns_mount *mount, struct vns_error *err)
{
	struct vns_idrange ids = { VNS_IDRANGE_AUTO_BASE,
				   VNS_IDRANGE_AUTO_COUNT };
	struct vns_strings mapped = { 0 };
	int rc;

	/* This fails for "auto", where only the base is unknown yet. */
	(void)vns_idrange_parse(vserver->user_namespace, &ids);
	rc = vns_tmpfsopt_map(&mount->options, &ids, vserver->map_users,
			      &mapped, err);
	vns_strings_free(&mapped);
	return rc;
}

int vns_prepare_check_mount(const struct vns_vserver *vserver,
			    const struct vns_mount *mount,
			    struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	struct vns_mountopt options = { 0 };
	char source[PATH_MAX];
	int rc = find_options(vserver, mount, &options, err);

	if (rc == 0)
		rc = vns_config_mount_source(vserver, mount, &options, source,
					     err);
	if (rc == 0 && maps_options(vserver, mount, &options))
		rc = check_ids(vserver, mount, err);
	/* Other filesystems would have to be mounted in order to be checked. */
	if (rc < 0 || options.kind == VNS_MOUNTOPT_FILESYSTEM ||
	    options.kind == VNS_MOUNTOPT_MOVE)
		return rc;
	rc = open_bind(source, vserver, &options, &fd, err);
	if (rc == -ENOENT && options.may_miss)
		return 0;
	return rc < 0 || !maps_ids(vserver, &options) ?
		       rc :
		       vns_trial_ids(fd, options.kind == VNS_MOUNTOPT_RBIND,
				     err);
}

void vns_prepare_name_mount(const struct vns_mount *mount, const char *path,
			    struct vns_error *err)
{
	vns_error_context(err, "mount \"%s\"", mount->target);
	if (mount->line)
		vns_error_context(err, "%s:%u", path, mount->line);
}

int vns_prepare_check_root(const struct vns_vserver *vserver,
			   struct vns_error *err)
{
	VNS_AUTOCLOSE int root = -1;
	VNS_AUTOCLOSE int lower = -1;
	int rc =
		vns_safefile_open(vserver->root, VNS_SAFEFILE_ROOT, &root, err);

	if (rc == 0 && vserver->user_namespace)
		rc = vns_exposure_check(root, false, err);
	if (rc < 0)
		vns_error_context(err, "root");
	if (rc < 0 || !vserver->template)
		return rc;
	rc = vns_safefile_open(vserver->template, VNS_SAFEFILE_ROOT, &lower,
			       err);
	if (rc < 0)
		vns_error_context(err, "template");
	return rc;
}

/* Binds the host's syslog socket. It is no error if the host has none. */
static int prepare_log(int *made, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = open("/dev/log", O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return vns_error_errno(err, errno, "/dev/log");
	if (!S_ISSOCK(st.st_mode))
		return 0;
	return vns_mount_clone(fd, false, made, err);
}

static int make_directory(int root, const char *name, struct vns_error *err)
{
	if (mkdirat(root, name, 0755) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno,
				       "\"%s\" in the root directory", name);
	return 0;
}

/* With a template, the root directory only holds what differs from it. */
static int prepare_template(struct vns_build *build,
			    const struct vns_vserver *vserver,
			    struct vns_error *err)
{
	static const char *const read_only[] = { "ro", NULL };
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_safefile_open(vserver->template, VNS_SAFEFILE_ROOT, &fd,
				   err);

	if (rc == 0)
		rc = make_directory(build->root, "upper", err);
	if (rc == 0)
		rc = make_directory(build->root, "work", err);
	if (rc == 0)
		rc = vns_mount_clone(fd, false, &build->lower, err);
	if (rc == 0)
		rc = vns_mount_restrict(build->lower, false, read_only, err);
	if (rc == 0 && build->user >= 0)
		rc = vns_mount_idmap(build->lower, false, build->user, err);
	if (rc < 0)
		vns_error_context(err, "template");
	return rc;
}

static int prepare_user(struct vns_build *build,
			const struct vns_vserver *vserver, int root_fd,
			const struct vns_idrange *ids, struct vns_error *err)
{
	int rc;

	if (ids->count == 0)
		return 0;
	build->base = (unsigned)ids->base;
	build->count = ids->count;
	rc = vns_exposure_check(root_fd, false, err);
	return rc < 0 ? rc :
			vns_userns_new(ids, vserver->more, &vserver->limited,
				       &build->user, err);
}

/* vns-init is a program of the host's that is executed in a tenant's reach. */
static int prepare_init(struct vns_build *build, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc = vns_safefile_open(VNS_LIBEXECDIR "/vns-init",
				   VNS_SAFEFILE_CONFIG, &fd, err);

	return rc < 0 ? rc : vns_mount_program(fd, &build->init, err);
}

static int prepare_root(struct vns_build *build,
			const struct vns_vserver *vserver, int root_fd,
			struct vns_error *err)
{
	/*
	 * The vserver gets a /dev of ours. Device nodes elsewhere are not
	 * trusted.
	 */
	static const char *const options[] = { "nodev", NULL };
	int rc = vns_mount_clone(root_fd, false, &build->root, err);

	if (rc == 0)
		rc = vns_mount_restrict(build->root, false, options, err);
	/*
	 * Do this before ids are mapped: the host's root owns those
	 * directories.
	 */
	if (rc == 0 && vserver->template)
		rc = prepare_template(build, vserver, err);
	if (rc == 0 && build->user >= 0)
		rc = vns_mount_idmap(build->root, false, build->user, err);
	if (rc < 0)
		vns_error_context(err, "root %s", vserver->root);
	return rc;
}

static int prepare_part(struct vns_build *build,
			const struct vns_vserver *vserver,
			const struct vns_mount *mount, struct vns_error *err)
{
	struct vns_build_part *part = &build->parts[build->part_count];
	int rc;

	if (build->part_count == VNS_BUILD_PARTS_MAX)
		return vns_error_set(err, E2BIG, "more than %d mounts",
				     VNS_BUILD_PARTS_MAX);
	part->target = part->place = mount->target;
	part->mount = -1;
	rc = find_options(vserver, mount, &part->options, err);
	if (rc < 0 || part->options.skip)
		return rc;
	part->memory = part->options.kind == VNS_MOUNTOPT_FILESYSTEM &&
		       strcmp(mount->type, "tmpfs") == 0;
	part->owner = maps_ids(vserver, &part->options) ? build->base : 0;
	rc = make_part(build, vserver, mount, part, err);
	if (rc == -ENOENT && part->options.may_miss) {
		vns_safefile_close(&part->mount);
		return 0;
	}
	/* Count the part even if it failed, so that its mount is closed. */
	build->part_count++;
	return rc;
}

/* Devices come first, so that mounts can cover them. */
static int prepare_devices(struct vns_build *build,
			   const struct vns_vserver *vserver,
			   struct vns_error *err)
{
	int rc = vns_devices_mount(&vserver->devices, &build->devices,
				   VNS_BUILD_PARTS_MAX, err);
	size_t i;

	for (i = 0; rc == 0 && i < build->devices.count; i++) {
		struct vns_build_part *part =
			&build->parts[build->part_count++];

		part->target = build->devices.items[i].path;
		part->mount = build->devices.items[i].mount;
		build->devices.items[i].mount = -1;
		vns_mountopt_init(&part->options, "bind");
	}
	return rc;
}

static int prepare_parts(struct vns_build *build,
			 const struct vns_vserver *vserver,
			 struct vns_error *err)
{
	size_t i;
	int rc = vns_load_fstab(vserver, &build->fstab, err);

	for (i = 0; rc == 0 && i < vserver->mount_count; i++) {
		rc = prepare_part(build, vserver, &vserver->mounts[i], err);
		if (rc < 0)
			vns_prepare_name_mount(&vserver->mounts[i], NULL, err);
	}
	for (i = 0; rc == 0 && build->fstab && i < build->fstab->count; i++) {
		rc = prepare_part(build, vserver, &build->fstab->mounts[i],
				  err);
		if (rc < 0)
			vns_prepare_name_mount(&build->fstab->mounts[i],
					       build->fstab->path, err);
	}
	return rc;
}

int vns_prepare_build(struct vns_build *build,
		      const struct vns_vserver *vserver, int root_fd,
		      const struct vns_idrange *ids, struct vns_error *err)
{
	bool has_tty = false;
	gid_t tty = 0;
	int rc;

	build->vserver = vserver;
	build->name = vserver->name;
	build->hostname = vserver->hostname;
	build->namespaces = vserver->namespaces & ~VNS_NSSET(VNS_NS_MNT);
	if (sched_getaffinity(0, sizeof(build->cpus), &build->cpus) < 0)
		return vns_error_errno(err, errno, "sched_getaffinity");
	rc = prepare_user(build, vserver, root_fd, ids, err);
	if (rc == 0)
		rc = prepare_root(build, vserver, root_fd, err);
	if (rc == 0)
		rc = vns_account_group_id("tty", &tty, &has_tty, err);
	/* An id outside the range belongs to another tenant. */
	if (!has_tty || (ids->count > 0 && tty >= ids->count))
		tty = 0;
	build->tty = tty;
	if (rc == 0 && build->namespaces)
		rc = prepare_init(build, err);
	if (rc == 0 && vserver->host_log)
		rc = prepare_log(&build->log, err);
	if (rc == 0)
		rc = prepare_devices(build, vserver, err);
	return rc < 0 ? rc : prepare_parts(build, vserver, err);
}
