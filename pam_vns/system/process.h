/*
 * A process and its namespaces, held against the reuse of its number: a pidfd
 * (pidfd_open(2)) is taken first, everything else is read then, and what was
 * read counts only if the process has not ended by the end of it all.
 */
#ifndef VNS_PROCESS_H
#define VNS_PROCESS_H

#include "lib/error.h"
#include "system/place.h"

#include <stdbool.h>

struct vns_process {
	int pid;
	int pidfd;
	int proc; /* its /proc/PID (O_PATH) */
};
#define VNS_PROCESS_NONE ((struct vns_process){ 0, -1, -1 })

/* -ESRCH where there is no such process (any more). */
int vns_process_open(int pid, struct vns_process *process,
		     struct vns_error *err);
void vns_process_close(struct vns_process *process);
#define VNS_AUTOPROCESS __attribute__((cleanup(vns_process_close)))

/* Whether it has ended; nobody need have waited for it. */
bool vns_process_has_ended(const struct vns_process *process);

/* When it started, in clock ticks since boot (proc(5)). */
int vns_process_start_time(const struct vns_process *process,
			   unsigned long long *ticks, struct vns_error *err);

/* In which of the host's lives a start time is; the caller frees. */
int vns_process_boot(char **id, struct vns_error *err);

/*
 * Those of its namespaces that are wanted and not the caller's own; see
 * vns_vet_place, whose errors it has. -ESRCH if it has ended, -EXDEV if
 * its root directory is not its mount namespace's, which a join would not
 * know of. what names it in errors.
 */
int vns_process_place(const struct vns_process *process, vns_nsset wanted,
		      const char *what, struct vns_place *place,
		      struct vns_error *err);

#endif
