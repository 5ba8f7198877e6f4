/*
 * A child that is in another cgroup from its first moment on: to be moved later
 * costs a process, and all that fork meanwhile, some milliseconds.
 */
#ifndef VNS_CGFORK_H
#define VNS_CGFORK_H

#include <sys/types.h>

/*
 * As fork(2), with this signal to the parent at the end, 0 for none, and a
 * pidfd. cgroup is its directory, or -1: the child stays in the caller's. In
 * the child *rc is 0, or -errno where it could not be moved there.
 */
pid_t vns_cgfork(int cgroup, int signal, int *pidfd, int *rc);

#endif
