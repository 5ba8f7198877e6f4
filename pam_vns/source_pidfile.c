/* The mount namespace of the process whose number is in a file. */
#include "source.h"

#include "procfs.h"
#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define PIDFILE_MAX 64
/* Start times are in clock ticks; a little more for rounding. */
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
		return vns_error_set(err, EINVAL, "%s: holds no process id",
				     path);
	pidfile->written = st.st_mtim;
	return 0;
}

static int64_t nanoseconds(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

/* When the process started, on the clock that files' times are on. */
static int read_start(int proc, int64_t *start, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = openat(proc, "stat", O_RDONLY | O_CLOEXEC);
	struct timespec real, boot;
	unsigned long long ticks;
	char text[1024];
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (length < 0)
		return vns_error_set(err, ESRCH, "the process is gone");
	text[length] = '\0';
	if (!vns_procfs_parse_start(text, &ticks))
		return vns_error_set(err, EIO, "/proc/PID/stat is unreadable");
	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	*start = nanoseconds(&real) - nanoseconds(&boot) +
		 (int64_t)(ticks * (1000000000ULL /
				    (unsigned long)sysconf(_SC_CLK_TCK)));
	return 0;
}

/* A process younger than the file cannot be the one the file is about. */
static int check_age(int proc, const char *path, const struct pidfile *pidfile,
		     struct vns_error *err)
{
	int64_t start;
	int rc = read_start(proc, &start, err);

	if (rc < 0)
		return rc;
	if (start > nanoseconds(&pidfile->written) + START_SLACK_NS)
		return vns_error_set(err, ESTALE,
				     "%s is stale: process %d started after it "
				     "was written",
				     path, pidfile->pid);
	return 0;
}

/* A join knows nothing of a chroot: a session would land outside of it. */
static int check_chroot(int proc, const char *path,
			const struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOCLOSE int root =
		openat(proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root >= 0 && vns_namespace_same_directory(root, place->root))
		return 0;
	return vns_error_set(err, EXDEV,
			     "%s: its process is in a chroot, which cannot be "
			     "entered",
			     path);
}

static bool has_ended(int pidfd)
{
	struct pollfd fds = { .fd = pidfd, .events = POLLIN };

	return poll(&fds, 1, 0) != 0;
}

static int check_alive(int pidfd, const char *path, int pid,
		       struct vns_error *err)
{
	struct pidfile again;
	int rc;

	if (has_ended(pidfd))
		return vns_error_set(err, ESRCH,
				     "not running: process %d of %s has ended",
				     pid, path);
	rc = read_pidfile(path, &again, err);
	if (rc == 0 && again.pid != pid)
		return vns_error_set(err, ESTALE,
				     "%s was rewritten while it was read",
				     path);
	return rc;
}

int vns_source_pidfile_open(const char *argument, struct vns_place *place,
			    struct vns_error *err)
{
	VNS_AUTOCLOSE int pidfd = -1;
	VNS_AUTOCLOSE int proc = -1;
	VNS_AUTOCLOSE int mnt = -1;
	VNS_AUTOPLACE struct vns_place found = VNS_PLACE_NONE;
	struct pidfile pidfile;
	char path[64];
	int rc = read_pidfile(argument, &pidfile, err);

	if (rc < 0)
		return rc;
	pidfd = (int)syscall(SYS_pidfd_open, pidfile.pid, 0);
	if (pidfd < 0 && errno == ESRCH)
		return vns_error_set(err, ESRCH,
				     "not running: process %d of %s has ended",
				     pidfile.pid, argument);
	if (pidfd < 0)
		return vns_error_errno(err, errno, "%s: process %d", argument,
				       pidfile.pid);
	snprintf(path, sizeof(path), "/proc/%d", pidfile.pid);
	proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc >= 0)
		mnt = openat(proc, "ns/mnt", O_RDONLY | O_CLOEXEC);
	/* One that nobody has waited for has no namespace any more. */
	if (mnt < 0 && has_ended(pidfd))
		return check_alive(pidfd, argument, pidfile.pid, err);
	if (mnt < 0)
		return vns_error_errno(err, errno, "%s/ns/mnt", path);
	rc = check_age(proc, argument, &pidfile, err);
	if (rc == 0)
		rc = vns_namespace_take(mnt, argument, &found, err);
	if (rc == 0)
		rc = check_chroot(proc, argument, &found, err);
	/* Only now is it known that all of this was one process. */
	if (rc == 0)
		rc = check_alive(pidfd, argument, pidfile.pid, err);
	if (rc < 0)
		return rc;
	*place = found;
	found = VNS_PLACE_NONE;
	return 0;
}
