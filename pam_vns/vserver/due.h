/*
 * Notes when vservers are to be stopped (stop_delay), where the next keeper
 * finds it: the file /run/vns/due/NAME:ID for the vserver NAME, with an ID that
 * stands for its run_dir, whatever run_dir the configuration has. It has the
 * fields (lib/fields.h)
 *
 *	config run_dir vserver		as in a session's record
 *	when				milliseconds of vns_deadline_now
 *
 * The directory is root's alone.
 */
#ifndef VNS_DUE_H
#define VNS_DUE_H

#include "lib/error.h"
#include "lib/fields.h"

#include <stdint.h>

/* No stop is due later than that: 7 days, in seconds. */
#define VNS_DUE_MAX 604800

/*
 * Notes that the vserver of a session's record is to be stopped in so many
 * seconds, in place of what was noted before. *when is set to the time.
 */
int vns_due_note(const struct vns_strings *record, unsigned seconds,
		 int64_t *when, struct vns_error *err);

/* Removes what is noted of the vserver, which has been stopped. */
void vns_due_forget(const char *run_dir, const char *vserver);

/* A stop that is due, for the process that sees to it. */
struct vns_due {
	int fd; /* holds a lock, together with all copies of it */
	char name[VNS_NAME_MAX + 32];
	struct vns_strings fields;
};

/*
 * Calls visit for each stop that is due by now and that no process sees to.
 * visit copies fd, if the lock is to last. Returns when the next stop is due,
 * or is to be asked for again, or 0.
 */
int64_t vns_due_walk(int64_t now,
		     void (*visit)(const struct vns_due *due, void *context),
		     void *context);

/* Whether something else has been noted of the vserver in the meantime. */
bool vns_due_replaced(const struct vns_due *due);

/* Removes the note, unless it was replaced. */
void vns_due_remove(const struct vns_due *due);

#endif
