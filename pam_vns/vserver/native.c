/* Opens the native vservers that "vns start" has pinned below run_dir. */
#include "vserver/native.h"

#include "lib/procfs.h"
#include "system/safefile.h"
#include "system/vet.h"
#include "vserver/holder.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

/*
 * Whether fd is the empty placeholder file, which is what one sees where the
 * pin is not mounted.
 */
static bool is_placeholder(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 &&
	       (st.st_mode & 0777) == 0;
}

int vns_native_init(int home, struct vns_process *process,
		    struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = openat(home, VNS_RUNDIR_INIT,
				      O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	unsigned long long ticks;
	char text[64] = "";
	bool exact;
	int pid;

	if (fd < 0 && errno == ENOENT)
		return vns_error_set(err, ENOENT, "there is no init process");
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return vns_error_errno(err, errno, VNS_RUNDIR_INIT);
	/* By now another process could have the same number. */
	if (vns_procfs_parse_claim(text, &pid, &exact, &ticks) !=
		    VNS_PROCFS_CLAIM_PROCESS ||
	    !exact)
		return vns_error_set(err, EINVAL,
				     VNS_RUNDIR_INIT ": does not name a "
						     "process");
	return vns_process_reopen(pid, ticks, process, err);
}

/* Opens only the pin. The vserver can then be stopped, but not entered. */
static int take_orphan(int fd, const char *what, const char *why,
		       struct vns_place *place, struct vns_error *err)
{
	int rc;

	place->owner = vns_vet_owner(fd);
	rc = vns_vet_mount(fd, VNS_NSSET_ALL, what, place, err);
	return rc < 0 ? rc : vns_error_set(err, EOWNERDEAD, "%s", why);
}

/* Opens all namespaces: the pinned one, and those of the init process. */
static int take_all(int home, int fd, const char *what, struct vns_place *place,
		    struct vns_error *err)
{
	VNS_AUTOPROCESS struct vns_process init = VNS_PROCESS_NONE;
	int rc = vns_native_init(home, &init, err);

	place->owner = vns_vet_owner(fd);
	if (rc == -ENOENT)
		return vns_vet_mount(fd, VNS_NSSET(VNS_NS_MNT), what, place,
				     err);
	if (rc == 0)
		rc = vns_process_place(&init, VNS_NSSET_ALL, what, place, err);
	if (rc == 0 && vns_place_same(fd, place->ns[VNS_NS_MNT]))
		return 0;
	if (rc == -ESRCH)
		return take_orphan(fd, what, "its init process has ended",
				   place, err);
	if (rc < 0)
		return rc;
	/* The vserver's root may have made the init process leave. */
	vns_place_close(place);
	rc = take_orphan(fd, what, "its init process has left its namespaces",
			 place, err);
	if (rc == -EOWNERDEAD) {
		place->process = init.pidfd;
		init.pidfd = -1;
	}
	return rc;
}

static bool is_pinned(int home, const char *pin, int fd)
{
	struct stat now, then;

	return fstatat(home, pin, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstat(fd, &then) == 0 && now.st_dev == then.st_dev &&
	       now.st_ino == then.st_ino;
}

int vns_native_open_at(int home, const char *pin, const char *what,
		       struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = openat(home, pin,
				      O_RDONLY | O_NONBLOCK | O_NOCTTY |
					      O_NOFOLLOW | O_CLOEXEC);
	int rc;

	if ((fd < 0 && errno == ENOENT) || (fd >= 0 && is_placeholder(fd)))
		return vns_error_set(err, ESRCH, "not running");
	if (fd < 0 && errno == ELOOP)
		return vns_error_set(err, ELOOP,
				     "%s: must not be a symbolic link", what);
	if (fd < 0)
		return vns_error_errno(err, errno, "%s", what);
	rc = take_all(home, fd, what, place, err);
	/*
	 * If the pin is gone as well, the vserver was stopped while we opened
	 * it.
	 */
	if (rc < 0 && rc != -EOWNERDEAD && !is_pinned(home, pin, fd))
		return vns_error_set(err, ESRCH, "not running any more");
	if (rc < 0 && rc != -EOWNERDEAD)
		return rc;
	place->guard = fcntl(home, F_DUPFD_CLOEXEC, 3);
	if (place->guard >= 0)
		return rc;
	vns_place_close(place);
	return vns_error_errno(err, errno, "%s", what);
}

/* As in the holder, if there is one with this vserver in it. */
static int open_held(const struct vns_config *config, const char *name,
		     const char *path, const char *pin, struct vns_place *place,
		     struct vns_error *err)
{
	VNS_AUTOHOLDER struct vns_holder own = VNS_HOLDER_NONE;
	struct vns_holder *holder = config->holder ? config->holder : &own;
	VNS_AUTOCLOSE int run = -1;
	VNS_AUTOCLOSE int home = -1;
	int rc = vns_safefile_open(config->run_dir, VNS_SAFEFILE_DIRECTORY,
				   &run, err);

	if (rc == -ENOENT)
		return vns_error_set(err, ESRCH, "not running");
	if (rc == 0)
		rc = vns_holder_open(run, holder, err);
	if (rc == 0)
		rc = vns_holder_home(holder, name, path, &home, err);
	return rc < 0 ? rc :
			vns_native_open_at(home, VNS_RUNDIR_PIN, pin, place,
					   err);
}

int vns_native_open(const struct vns_config *config,
		    const struct vns_vserver *vserver, struct vns_place *place,
		    struct vns_error *err)
{
	VNS_AUTOCLOSE int home = -1;
	char path[PATH_MAX], pin[PATH_MAX];
	int rc;

	if (!vns_rundir_home(config, vserver->name, path, sizeof(path)) ||
	    !vns_util_format(pin, sizeof(pin), "%s/" VNS_RUNDIR_PIN, path))
		return vns_error_errno(err, ENAMETOOLONG, "run_dir");
	rc = open_held(config, vserver->name, path, pin, place, err);
	if (rc != -ESRCH)
		return rc;
	/*
	 * Before there was a holder, vservers were pinned in the host's mount
	 * namespace. Those that have run since then still are.
	 */
	rc = vns_safefile_open(path, VNS_SAFEFILE_DIRECTORY, &home, err);
	if (rc == -ENOENT)
		return vns_error_set(err, ESRCH, "not running");
	if (rc < 0)
		return rc;
	return vns_native_open_at(home, VNS_RUNDIR_PIN, pin, place, err);
}
