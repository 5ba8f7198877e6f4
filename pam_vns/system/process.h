/*
 * Holds a process and its namespaces so that a reuse of its process id cannot
 * deceive. A pidfd (pidfd_open(2)) is taken first and everything else is read
 * after that. What was read counts only if the process has not ended when all
 * has been read.
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

/* Returns -ESRCH where there is no such process (any more). */
int vns_process_open(int pid, struct vns_process *process,
		     struct vns_error *err);
/*
 * Opens the process of which this number and start time were noted. Returns
 * -ESRCH if it has ended, also where its number is another process's by now.
 */
int vns_process_reopen(int pid, unsigned long long ticks,
		       struct vns_process *process, struct vns_error *err);
/*
 * Holds the process behind pidfd, which becomes the struct's also on failure.
 * Returns -ESRCH if it has ended, or is none that can be seen from here.
 */
int vns_process_take(int pidfd, struct vns_process *process,
		     struct vns_error *err);
void vns_process_close(struct vns_process *process);
#define VNS_AUTOPROCESS __attribute__((cleanup(vns_process_close)))

/*
 * Whether the process has ended; it counts as ended also while nobody has
 * waited for it.
 */
bool vns_process_has_ended(const struct vns_process *process);

/* Reads when the process started, in clock ticks since boot (proc(5)). */
int vns_process_start_time(const struct vns_process *process,
			   unsigned long long *ticks, struct vns_error *err);

/*
 * Reads what the process calls itself, which may be anything but a line break
 * (/proc/PID/comm, which never has to be waited for, as "cmdline" may). Returns
 * false if it cannot be read; name is "" then.
 */
#define VNS_PROCESS_NAME 24
bool vns_process_name(int pid, char name[VNS_PROCESS_NAME]);

/*
 * Reads the first string of /proc/PID/cmdline, cut off at size, which is what
 * some programs put there in place of their arguments. It may have to be waited
 * for: ask by vns_process_name first. Returns false if it cannot be read; title
 * is "" then.
 */
bool vns_process_title(const struct vns_process *process, char *title,
		       size_t size);

/*
 * Reads the id of the host's current boot, which says to which boot a start
 * time belongs; the caller frees it.
 */
int vns_process_boot(char **id, struct vns_error *err);

/*
 * Opens those of the process's namespaces that are wanted and are not the
 * caller's own, and that place->owner may own, or share; see vns_vet_place,
 * whose errors this returns, too. Returns
 * -ESRCH if the process has ended, and -EXDEV if its root directory is not its
 * mount namespace's root, which a join would not know of. what names the
 * process in errors.
 */
int vns_process_place(const struct vns_process *process, vns_nsset wanted,
		      const char *what, struct vns_place *place,
		      struct vns_error *err);

#endif
