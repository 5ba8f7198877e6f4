/*
 * Reads /proc/PID/cgroup and /proc/PID/status, and then sees by the pidfd
 * whether they were those of the process.
 */
#include "system/container.h"

#include "lib/cgname.h"
#include "lib/procfs.h"
#include "lib/util.h"
#include "system/cgroup.h"
#include "system/inroot.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/vfs.h>

#define TEXT_MAX (16UL * PATH_MAX)
#define FREEZER "/sys/fs/cgroup/freezer"

static int read_file(const struct vns_place *place, const char *file,
		     char **text, struct vns_error *err)
{
	struct pollfd process = { .fd = place->process, .events = POLLIN };
	VNS_AUTOCLOSE int fd = -1;
	char path[48];
	size_t length;
	int rc = -ESRCH;

	snprintf(path, sizeof(path), "/proc/%d/%s", place->pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		rc = vns_safefile_slurp(fd, path, TEXT_MAX, text, &length, err);
	/* Before, the number may have been another process's already. */
	if (rc == -ESRCH || poll(&process, 1, 0) != 0)
		return vns_error_set(err, ESRCH, "process %d has ended",
				     place->pid);
	return rc;
}

int vns_container_cgroup(const struct vns_place *place, char *path, size_t size,
			 struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	VNS_AUTOCLOSE int mount = -1;
	char whole[PATH_MAX], *at = whole;
	int rc = read_file(place, "cgroup", &text, err);

	if (rc == 0)
		rc = vns_cgroup_mount(&mount, err);
	if (rc < 0)
		return rc;
	if (vns_cgname_of_process(text, whole, sizeof(whole)) &&
	    vns_cgroup_locate(mount, &at) &&
	    vns_util_format(path, size, "%s", at))
		return 0;
	return vns_error_set(err, ENOTSUP,
			     "the cgroup that process %d is in cannot be seen "
			     "from here",
			     place->pid);
}

static bool reads(int directory, const char *file, const char *wanted)
{
	struct vns_error ignored;
	char text[32];

	return vns_cgroup_read(directory, file, text, sizeof(text), &ignored) ==
		       0 &&
	       strncmp(text, wanted, strlen(wanted)) == 0;
}

/* Whoever freezes a cgroup freezes all below it. */
static bool is_frozen(const char *text)
{
	VNS_AUTOCLOSE int mount = -1;
	struct vns_error ignored;
	char whole[PATH_MAX], *path = whole;
	char *end = whole;

	if (!vns_cgname_of_process(text, whole, sizeof(whole)) ||
	    vns_cgroup_mount(&mount, &ignored) < 0 ||
	    !vns_cgroup_locate(mount, &path))
		return false;
	while (end && *path) {
		VNS_AUTOCLOSE int directory = -1;

		if (vns_cgroup_open_at(mount, path, &directory, &ignored) ==
			    0 &&
		    reads(directory, "cgroup.freeze", "1"))
			return true;
		end = strrchr(path, '/');
		if (end)
			*end = '\0';
	}
	return false;
}

/* The file says so also where a cgroup above is frozen. */
static bool is_frozen_by_v1(const char *text)
{
	VNS_AUTOCLOSE int mount = -1;
	VNS_AUTOCLOSE int directory = -1;
	char path[PATH_MAX];
	struct statfs fs;

	if (!vns_cgname_of_controller(text, "freezer", path, sizeof(path)) ||
	    !*path)
		return false;
	mount = open(FREEZER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (mount < 0 || fstatfs(mount, &fs) < 0 ||
	    fs.f_type != CGROUP_SUPER_MAGIC)
		return false;
	directory = vns_inroot_open(mount, path, O_RDONLY | O_DIRECTORY,
				    VNS_INROOT_BENEATH | RESOLVE_NO_XDEV);
	/* FROZEN, or FREEZING until all are. */
	return directory >= 0 && reads(directory, "freezer.state", "FR");
}

int vns_container_frozen(const struct vns_place *place, bool *frozen,
			 struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	int rc = read_file(place, "cgroup", &text, err);

	if (rc < 0)
		return rc;
	*frozen = is_frozen(text) || is_frozen_by_v1(text);
	return 0;
}

/* Those that the kernel has no name for cannot be taken from anybody. */
static vns_capset unknown(void)
{
	vns_capset set = 0;
	unsigned long i;

	for (i = 64; i-- > 0 && prctl(PR_CAPBSET_READ, i) < 0;)
		set |= 1ULL << i;
	return set;
}

int vns_container_powers(const struct vns_place *place,
			 struct vns_container_powers *powers,
			 struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	unsigned long long bounding = 0, no_new_privs = 0, seccomp = 0;
	int rc = read_file(place, "status", &text, err);

	if (rc < 0)
		return rc;
	if (!vns_procfs_find_number(text, "CapBnd:", 16, &bounding) ||
	    !vns_procfs_find_number(text, "NoNewPrivs:", 10, &no_new_privs))
		return vns_error_set(err, EIO, "/proc/%d/status is unreadable",
				     place->pid);
	/* A kernel without seccomp has no such line. */
	(void)vns_procfs_find_number(text, "Seccomp:", 10, &seccomp);
	*powers = (struct vns_container_powers){
		.bounding = bounding | unknown(),
		.no_new_privs = no_new_privs != 0,
		.filtered = seccomp == SECCOMP_MODE_FILTER,
	};
	return 0;
}
