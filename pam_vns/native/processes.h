/* Finds, signals and ends the processes that live in a vserver. */
#ifndef VNS_PROCESSES_H
#define VNS_PROCESSES_H

#include "lib/error.h"
#include "system/place.h"

#include <dirent.h>
#include <stdbool.h>

/*
 * A process lives in place if its mount, PID or user namespace is one of
 * place's, or if it has moved to another mount namespace of its own but still
 * has the same root directory. In a vserver without a PID namespace, a process
 * that has also changed its root directory is not found; only a cgroup would
 * find it.
 *
 * Counts these processes, and sends each of them the signal unless it is 0.
 * *count is set to their number, *example to one of their pids. The caller
 * itself and place's own process are left out.
 */
int vns_processes_signal(const struct vns_place *place, int signal,
			 unsigned *count, int *example, struct vns_error *err);

/* Calls visit with the pid of each of these processes, but those left out. */
int vns_processes_visit(const struct vns_place *place,
			void (*visit)(int pid, void *context), void *context,
			struct vns_error *err);

/* Whether a process is one of those, or is place's own process. */
bool vns_processes_has(const struct vns_place *place, int pid);

/* Returns the pid of the next process in an open /proc, or 0 at the end. */
unsigned long vns_processes_next(DIR *proc);

/*
 * False for a process that has ended, even while nobody has waited for it: it
 * still shows its user and its PID namespace.
 */
bool vns_processes_alive(unsigned long pid);

/* Whether any process has the mount namespace with these numbers. */
bool vns_processes_lives(unsigned long device, unsigned long inode);

/*
 * Ends place's process, if there is one, and with it all processes in its PID
 * namespace. Returns -EBUSY if it does not end within timeout_ms.
 */
int vns_processes_end_process(const struct vns_place *place, int timeout_ms,
			      struct vns_error *err);

#endif
