/*
 * Preloaded, this makes a process live thirty times as fast: poll(2), alarm(2)
 * and the clock that deadlines go by; for programs that wait a minute by a
 * constant in a library. With -DPATIENT, poll(2) takes its time.
 */
#include <dlfcn.h>
#include <poll.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define TIMES 30

#ifndef PATIENT
int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int (*real)(struct pollfd *, nfds_t, int) =
		(int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll");

	return real(fds, count, timeout > 0 ? timeout / TIMES + 1 : timeout);
}
#endif

unsigned alarm(unsigned seconds)
{
	const struct itimerval timer = {
		.it_value = { seconds / TIMES,
			      seconds % TIMES * 1000000L / TIMES },
	};

	setitimer(ITIMER_REAL, &timer, NULL);
	return 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int (*real)(clockid_t, struct timespec *) =
		(int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT,
							     "clock_gettime");
	int rc = real(clock, now);
	int64_t ns;

	if (rc < 0 || clock != CLOCK_MONOTONIC)
		return rc;
	ns = (now->tv_sec * INT64_C(1000000000) + now->tv_nsec) * TIMES;
	now->tv_sec = ns / 1000000000;
	now->tv_nsec = ns % 1000000000;
	return 0;
}
