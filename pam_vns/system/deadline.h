/*
 * Waits until a deadline, a time of CLOCK_MONOTONIC in milliseconds, and no
 * longer.
 */
#ifndef VNS_DEADLINE_H
#define VNS_DEADLINE_H

#include <stdint.h>

int64_t vns_deadline_now(void);

/*
 * Returns 0 once there is something to be read from fd, -ETIMEDOUT, or -errno.
 */
int vns_deadline_wait(int fd, int64_t deadline);

/*
 * Kills the child behind a pidfd and waits for it. A child in an
 * uninterruptible sleep is not waited for longer than a second: then it is
 * left.
 */
void vns_deadline_end_child(int pidfd);

#endif
