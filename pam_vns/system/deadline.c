/*
 * Polls a descriptor until the time is up, and kills children without waiting
 * for one that cannot end.
 */
#include "system/deadline.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * A process that is killed is gone after so many milliseconds, or has to be
 * left.
 */
#define END_MS 1000

int64_t vns_deadline_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int vns_deadline_wait(int fd, int64_t deadline)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	for (;;) {
		int64_t left = deadline - vns_deadline_now();
		int count = poll(&wait, 1,
				 left <= 0	? 0 :
				 left < INT_MAX ? (int)left :
						  INT_MAX);

		if (count > 0)
			return 0;
		if (count < 0 && errno != EINTR)
			return -errno;
		if (left <= 0)
			return -ETIMEDOUT;
	}
}

void vns_deadline_end_child(int pidfd)
{
	siginfo_t info;

	syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	if (vns_deadline_wait(pidfd, vns_deadline_now() + END_MS) < 0)
		return;
	while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL) < 0 &&
	       errno == EINTR)
		;
}
