/* The processes that live in a vserver. */
#ifndef VNS_PROCESSES_H
#define VNS_PROCESSES_H

#include "lib/error.h"
#include "system/place.h"

#include <stdbool.h>

/*
 * A process lives in place if its mount, PID or user namespace is place's, or
 * if it has made itself another mount namespace and still has the same root
 * directory. In a vserver without a PID namespace, what has made itself
 * another root as well is not found: only a cgroup would.
 *
 * Counts them, and sends each the signal unless it is 0. *count is how many
 * there were, *example one of their pids. The caller itself and the place's
 * own process are left out.
 */
int vns_processes_signal(const struct vns_place *place, int signal,
			 unsigned *count, int *example, struct vns_error *err);

/* Whether a process is one of those, or the place's own. */
bool vns_processes_has(const struct vns_place *place, int pid);

/* Whether a process has the mount namespace with these numbers. */
bool vns_processes_lives(unsigned long device, unsigned long inode);

/*
 * Ends the place's process, if there is one, and with it everybody in its PID
 * namespace. -EBUSY if it does not end within timeout_ms.
 */
int vns_processes_end_process(const struct vns_place *place, int timeout_ms,
			      struct vns_error *err);

#endif
