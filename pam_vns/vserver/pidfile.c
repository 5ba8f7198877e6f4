/* Opens the namespaces of the process whose number is in a file. */
#include "vserver/pidfile.h"

#include "lib/procfs.h"
#include "lib/util.h"
#include "system/safefile.h"
#include "vserver/claim.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#define PIDFILE_MAX 64

struct pidfile {
	int pid;
	struct timespec written;
};

static int read_pidfile(const char *path, struct pidfile *pidfile,
			struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	VNS_AUTOFREE char *text = NULL;
	struct stat st;
	size_t length;
	int rc = vns_safefile_open(path, VNS_SAFEFILE_CONFIG, &fd, err);

	if (rc == -ENOENT)
		return vns_error_set(err, ESRCH,
				     "not running: %s does not exist", path);
	if (rc == 0)
		rc = vns_safefile_slurp(fd, path, PIDFILE_MAX, &text, &length,
					err);
	if (rc < 0)
		return rc;
	if (fstat(fd, &st) < 0)
		return vns_error_errno(err, errno, "%s", path);
	if (!vns_procfs_parse_pidfile(text, &pidfile->pid))
		return vns_error_set(err, EINVAL,
				     "%s: does not contain a process id", path);
	pidfile->written = st.st_mtim;
	return 0;
}

/*
 * The time at which the file was written, on the clock that start times are on.
 * A process that is younger cannot be the one that the file names.
 */
static int64_t read_written(const struct pidfile *pidfile)
{
	struct timespec real;
	int64_t boot = vns_claim_now();

	clock_gettime(CLOCK_REALTIME, &real);
	return boot - (real.tv_sec - pidfile->written.tv_sec) * 1000000000LL -
	       (real.tv_nsec - pidfile->written.tv_nsec);
}

/*
 * Checks that the file still has the same number. Only then is it known that
 * everything that was opened belongs to one process.
 */
static int check_unchanged(const char *path, int pid, struct vns_error *err)
{
	struct pidfile again;
	int rc = read_pidfile(path, &again, err);

	if (rc == 0 && again.pid != pid)
		return vns_error_set(err, ESTALE,
				     "%s was rewritten while it was read",
				     path);
	return rc;
}

int vns_pidfile_open(const char *argument, vns_nsset wanted,
		     struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place found = vns_place_like(place);
	struct vns_claim claim = { .who = argument };
	struct pidfile pidfile;
	int rc = read_pidfile(argument, &pidfile, err);

	if (rc < 0)
		return rc;
	claim.pid = pidfile.pid;
	claim.latest = read_written(&pidfile);
	rc = vns_claim_open(&claim, wanted, &found, err);
	if (rc == -ESTALE)
		return vns_error_set(err, ESTALE,
				     "%s is stale: process %d started after it "
				     "was written",
				     argument, pidfile.pid);
	if (rc == 0)
		rc = check_unchanged(argument, pidfile.pid, err);
	if (rc < 0)
		return rc;
	*place = found;
	found = VNS_PLACE_NONE;
	return 0;
}
