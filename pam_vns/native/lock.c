/*
 * Takes locks with a time limit, and notices when a process would wait for
 * itself.
 */
#include "native/lock.h"

#include "lib/util.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
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

int vns_lock_hold(int fd, const char *what, long timeout_ms,
		  struct vns_error *err)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };
	long waited;

	for (waited = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited += STEP_MS) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return vns_error_errno(err, errno, "%s", what);
		if (waits_for_us(fd))
			return vns_error_set(err, EDEADLK,
					     "one of its own hooks cannot "
					     "start or stop it");
		if (waited >= timeout_ms)
			return vns_error_set(err, EBUSY,
					     "%s: other processes hold this "
					     "lock for too long; see which "
					     "ones with fuser(1), and try "
					     "again",
					     what);
		nanosleep(&step, NULL);
	}
	return 0;
}

int vns_lock_take(int directory, const char *name, const char *what,
		  long timeout_ms, int *fd, struct vns_error *err)
{
	*fd = openat(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
		     0600);
	if (*fd < 0)
		return vns_error_errno(err, errno, "%s", what);
	return vns_lock_hold(*fd, what, timeout_ms, err);
}

void vns_lock_release(int *lock)
{
	if (*lock >= 0)
		(void)!ftruncate(*lock, 0);
	vns_safefile_close(lock);
	*lock = -1;
}
