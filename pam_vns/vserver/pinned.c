/*
 * Opens namespaces that are pinned to files, as by "unshare --mount=FILE":
 * either one file for a mount namespace, or a directory with one file for each
 * type, named as in /proc/PID/ns.
 */
#include "vserver/pinned.h"

#include "system/nsinit.h"
#include "system/process.h"
#include "system/safefile.h"
#include "system/vet.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static int open_type(int home, enum vns_ns type, const char *directory, int *fd,
		     struct vns_error *err)
{
	*fd = openat(home, vns_nsname(type),
		     O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd < 0 && errno == ELOOP)
		return vns_error_set(err, ELOOP,
				     "%s/%s: must not be a symbolic link",
				     directory, vns_nsname(type));
	if (*fd < 0)
		return vns_error_errno(err, errno, "%s/%s", directory,
				       vns_nsname(type));
	return 0;
}

/* Whether all that is in place is the process's own. */
static bool is_in(const struct vns_process *process,
		  const struct vns_place *place)
{
	VNS_AUTOPLACE struct vns_place own = VNS_PLACE_NONE;
	struct vns_error ignored;
	int type;

	if (vns_place_of_process(process->proc, VNS_NSSET_ALL, &own, &ignored) <
	    0)
		return false;
	for (type = 0; type < VNS_NS_COUNT; type++)
		if (place->ns[type] >= 0 &&
		    (own.ns[type] < 0 ||
		     !vns_place_same(place->ns[type], own.ns[type])))
			return false;
	return true;
}

/*
 * Pins outlive the processes. A PID namespace whose first process has ended
 * takes no others. Otherwise that process stands for the place, as if it were
 * in a pid file, unless some of the pins are none of its own.
 */
static int find_process(struct vns_place *place, const char *directory,
			struct vns_error *err)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	int pidfd = -1;
	int rc = vns_nsinit_open(place, &pidfd, err);

	if (rc == 0)
		rc = vns_process_take(pidfd, &process, err);
	if (rc == -ESRCH || (rc == 0 && vns_process_has_ended(&process)))
		return vns_error_set(err, ESRCH,
				     "not running: the first process of %s/pid "
				     "has ended",
				     directory);
	if (rc < 0) {
		vns_error_context(err, "%s/pid", directory);
		return rc;
	}
	if (!is_in(&process, place))
		return 0;
	place->pid = process.pid;
	place->process = process.pidfd;
	process.pidfd = -1;
	return 0;
}

/*
 * The directory is opened once, and all files are opened in it. Otherwise
 * another directory could be put in its place in between, and the namespaces
 * would be a mixture of both.
 */
static int open_directory(const char *directory, vns_nsset wanted,
			  struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place found = vns_place_like(place);
	VNS_AUTOCLOSE int home = -1;
	int type, rc;

	rc = vns_safefile_open(directory, VNS_SAFEFILE_DIRECTORY, &home, err);
	if (rc < 0)
		return rc;
	for (type = 0; type < VNS_NS_COUNT; type++) {
		if (!(wanted & VNS_NSSET(type)))
			continue;
		rc = open_type(home, (enum vns_ns)type, directory,
			       &found.ns[type], err);
		if (rc == -ENOENT && type == VNS_NS_MNT)
			return vns_error_set(err, ESRCH,
					     "not running: %s/mnt does not "
					     "exist",
					     directory);
		if (rc < 0 && rc != -ENOENT)
			return rc;
	}
	rc = vns_vet_place(&found, wanted, directory, err);
	if (rc == 0 && found.ns[VNS_NS_PID] >= 0)
		rc = find_process(&found, directory, err);
	if (rc < 0)
		return rc;
	*place = found;
	found = VNS_PLACE_NONE;
	return 0;
}

int vns_pinned_open(const char *argument, vns_nsset wanted,
		    struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	struct stat st;
	int rc = vns_safefile_open(argument, VNS_SAFEFILE_ANY, &fd, err);

	if (rc == -ENOENT)
		return vns_error_set(
			err, ESRCH, "not running: %s does not exist", argument);
	if (rc < 0)
		return rc;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return open_directory(argument, wanted, place, err);
	return vns_vet_mount(fd, wanted, argument, place, err);
}
