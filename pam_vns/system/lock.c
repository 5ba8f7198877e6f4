/*
 * Takes locks with a time limit, names the process that has one, and notices
 * when a process would wait for itself.
 */
#include "system/lock.h"

#include "lib/util.h"
#include "system/deadline.h"
#include "system/process.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#define STEP_MS 5

/* Whether the process is an ancestor of the caller. */
static bool is_above(int pid)
{
	char path[32], text[512], *after;
	unsigned long parent = (unsigned long)getppid();

	while (parent > 1 && parent != (unsigned long)pid) {
		VNS_AUTOCLOSE int fd = -1;
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/%lu/stat", parent);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		if (length <= 0)
			return false;
		text[length] = '\0';
		/*
		 * The line is "PID (NAME) STATE PARENT ...", and NAME may
		 * contain anything.
		 */
		after = strrchr(text, ')');
		if (!after || strlen(after) < 5)
			return false;
		after[4 + strcspn(after + 4, " ")] = '\0';
		if (!vns_util_number(after + 4, INT_MAX, &parent))
			return false;
	}
	return parent == (unsigned long)pid;
}

/* A hook run by the process that holds the lock would wait for itself. */
static bool waits_for_us(int lock)
{
	unsigned long pid;
	char text[24] = "";

	return pread(lock, text, sizeof(text) - 1, 0) > 0 &&
	       vns_util_number(text, INT_MAX, &pid) && pid > 0 &&
	       is_above((int)pid);
}

void vns_lock_sign(int lock)
{
	char text[24];
	int length = snprintf(text, sizeof(text), "%d", (int)getpid());

	/* A failure is harmless: the signature only serves a better message. */
	if (ftruncate(lock, 0) == 0)
		(void)!pwrite(lock, text, (size_t)length, 0);
}

/*
 * Returns the process that has locked the file, or 0: see proc_locks(5). Those
 * who wait for a lock have "->" in front of FLOCK.
 */
static int find_holder(int fd)
{
	char line[160], file[64], *end, *number;
	unsigned long pid = 0;
	struct stat st;
	FILE *locks;

	if (fstat(fd, &st) < 0)
		return 0;
	snprintf(file, sizeof(file), " %02x:%02x:%lu ", major(st.st_dev),
		 minor(st.st_dev), (unsigned long)st.st_ino);
	locks = fopen("/proc/locks", "re");
	while (locks && pid == 0 && fgets(line, sizeof(line), locks)) {
		end = strstr(line, ": FLOCK ") ? strstr(line, file) : NULL;
		if (!end)
			continue;
		*end = '\0';
		number = strrchr(line, ' ');
		if (!number || !vns_util_number(number + 1, INT_MAX, &pid))
			pid = 0;
	}
	if (locks)
		(void)fclose(locks);
	return (int)pid;
}

static int name_holder(int fd, const char *what, struct vns_error *err)
{
	char command[VNS_PROCESS_NAME];
	int pid = find_holder(fd);

	/* The process may have ended, and its child have the lock. */
	if (!vns_process_name(pid, command))
		return vns_error_set(err, EBUSY,
				     "%s: another process holds this lock; see "
				     "which one with fuser(1), and try again",
				     what);
	return vns_error_set(err, EBUSY,
			     "%s: process %d (%s) holds this lock; try again "
			     "once it has ended",
			     what, pid, command);
}

int vns_lock_hold(int fd, const char *what, long timeout_ms,
		  struct vns_error *err)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };
	const int64_t end = vns_deadline_now() + timeout_ms;

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return vns_error_errno(err, errno, "%s", what);
		if (waits_for_us(fd))
			return vns_error_set(err, EDEADLK,
					     "%s: a process that waits for "
					     "this one holds this lock",
					     what);
		if (vns_deadline_now() >= end)
			return name_holder(fd, what, err);
		nanosleep(&step, NULL);
	}
	return 0;
}

/* *fd stays -1 where the one who had the lock has removed the file with it. */
static int take_once(int directory, const char *name, const char *what,
		     int64_t end, int *fd, struct vns_error *err)
{
	VNS_AUTOCLOSE int lock =
		openat(directory, name,
		       O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat st;
	int rc;

	if (lock < 0)
		return vns_error_errno(err, errno, "%s", what);
	rc = vns_lock_hold(lock, what, end - vns_deadline_now(), err);
	if (rc < 0)
		return rc;
	if (fstat(lock, &st) < 0)
		return vns_error_errno(err, errno, "%s", what);
	if (st.st_nlink == 0)
		return 0;
	*fd = lock;
	lock = -1;
	return 0;
}

int vns_lock_take(int directory, const char *name, const char *what,
		  long timeout_ms, int *fd, struct vns_error *err)
{
	const int64_t end = vns_deadline_now() + timeout_ms;
	int rc = 0;

	*fd = -1;
	while (rc == 0 && *fd < 0)
		rc = take_once(directory, name, what, end, fd, err);
	return rc;
}

void vns_lock_release(int *lock)
{
	if (*lock >= 0)
		(void)!ftruncate(*lock, 0);
	vns_safefile_close(lock);
	*lock = -1;
}

void vns_lock_remove(int directory, const char *name, int *lock)
{
	if (*lock < 0)
		return;
	(void)!unlinkat(directory, name, 0);
	vns_safefile_close(lock);
	*lock = -1;
}
