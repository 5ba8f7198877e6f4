/*
 * The sessions that live: run_dir/sessions/NAME:ID, one file for each of the
 * vserver NAME's, with its record (record.h).
 *
 * Its watcher holds a lock (flock(2)) on it, and has it removed when the
 * session has ended. Where the watcher was killed, the session lives as long as
 * the process that has opened it. What is left of others is removed by whoever
 * comes across it.
 */
#ifndef VNS_SESSIONS_H
#define VNS_SESSIONS_H

#include "vserver/record.h"

struct vns_sessions_file {
	int directory;
	int fd; /* holds the lock */
	char name[VNS_NAME_MAX + 32];
};
#define VNS_SESSIONS_NONE ((struct vns_sessions_file){ -1, -1, "" })

/* From one moment to the next the session is there; whole, or not at all. */
int vns_sessions_write(const struct vns_strings *record,
		       struct vns_sessions_file *file, struct vns_error *err);

/*
 * It has ended, and there still is something to be done: it is not counted
 * among those that live, but as watched.
 */
void vns_sessions_retire(struct vns_sessions_file *file);

/* Removes and closes it. */
void vns_sessions_remove(struct vns_sessions_file *file);

/*
 * Calls visit for each session that lives, in no order, until it returns
 * false. There may be none.
 */
int vns_sessions_walk(const char *run_dir,
		      bool (*visit)(const struct vns_strings *record,
				    void *context),
		      void *context, struct vns_error *err);

/* Whether there is a watcher for a session of this vserver. */
int vns_sessions_watched(const char *run_dir, const char *vserver, bool *found,
			 struct vns_error *err);

#endif
