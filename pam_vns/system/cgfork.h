/*
 * Forks a child that is in another cgroup from its first moment on. Moving the
 * child later costs some milliseconds, for it and for all processes that fork
 * meanwhile.
 */
#ifndef VNS_CGFORK_H
#define VNS_CGFORK_H

#include <sys/types.h>

/*
 * Works as fork(2) does, and also gives a pidfd of the child. The parent gets
 * the signal when the child ends, or none if signal is 0. cgroup is the open
 * directory of the child's cgroup, or -1 to let the child stay in the caller's.
 * In the child *rc is 0, or -errno if the child could not be moved there.
 */
pid_t vns_cgfork(int cgroup, int signal, int *pidfd, int *rc);

#endif
