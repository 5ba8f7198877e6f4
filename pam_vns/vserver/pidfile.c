/* Opens the namespaces of the process whose number is in a file. */
#include "vserver/pidfile.h"

#include "system/process.h"
#include "lib/procfs.h"
#include "lib/util.h"
#include "system/safefile.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#define PIDFILE_MAX 64
/* Start times are in clock ticks. This allows for rounding and a bit more. */
#define START_SLACK_NS 30000000

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

static int64_t nanoseconds(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

/*
 * Computes when the process started, on the clock that is used for the times of
 * files.
 */
static int read_start(const struct vns_process *process, int64_t *start,
		      struct vns_error *err)
{
	struct timespec real, boot;
	unsigned long long ticks;
	int rc = vns_process_start_time(process, &ticks, err);

	if (rc < 0)
		return rc;
	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	*start = nanoseconds(&real) - nanoseconds(&boot) +
		 (int64_t)(ticks * (1000000000ULL /
				    (unsigned long)sysconf(_SC_CLK_TCK)));
	return 0;
}

/*
 * A process that is younger than the file cannot be the one that the file
 * names.
 */
static int check_age(const struct vns_process *process, const char *path,
		     const struct pidfile *pidfile, struct vns_error *err)
{
	int64_t start;
	int rc = read_start(process, &start, err);

	if (rc < 0)
		return rc;
	if (start > nanoseconds(&pidfile->written) + START_SLACK_NS)
		return vns_error_set(err, ESTALE,
				     "%s is stale: process %d started after it "
				     "was written",
				     path, pidfile->pid);
	return 0;
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
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	VNS_AUTOPLACE struct vns_place found = vns_place_like(place);
	struct pidfile pidfile;
	int rc = read_pidfile(argument, &pidfile, err);

	if (rc < 0)
		return rc;
	found.shared = true;
	rc = vns_process_open(pidfile.pid, &process, err);
	if (rc == 0)
		rc = check_age(&process, argument, &pidfile, err);
	if (rc == 0)
		rc = vns_process_place(&process, wanted, argument, &found, err);
	if (rc == -ESRCH)
		return vns_error_set(err, ESRCH,
				     "not running: process %d of %s has ended",
				     pidfile.pid, argument);
	if (rc == 0)
		rc = check_unchanged(argument, pidfile.pid, err);
	if (rc < 0)
		return rc;
	*place = found;
	found = VNS_PLACE_NONE;
	return 0;
}
