/*
 * Writes and finds the records of the sessions that live. A session of the
 * vserver NAME has the file run_dir/sessions/NAME:ID, with its record
 * (record.h).
 *
 * The session's watcher holds a lock (flock(2)) on the file, and removes the
 * file when the session has ended. If the watcher was killed, the session
 * counts as alive as long as the process that opened it. Any other file is left
 * over, and is removed by whichever process comes across it.
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

/*
 * Writes the session's file. Others see the whole record at once, or no file at
 * all.
 */
int vns_sessions_write(const struct vns_strings *record,
		       struct vns_sessions_file *file, struct vns_error *err);

/*
 * Marks a session that has ended while something is still to be done for it: it
 * no longer counts as alive, but still counts as watched.
 */
void vns_sessions_retire(struct vns_sessions_file *file);

/* Removes and closes the session's file. */
void vns_sessions_remove(struct vns_sessions_file *file);

/*
 * Calls visit for each session that lives, in no particular order, until visit
 * returns false. It is no error if there are no sessions.
 */
int vns_sessions_walk(const char *run_dir,
		      bool (*visit)(const struct vns_strings *record,
				    void *context),
		      void *context, struct vns_error *err);

/* Whether there is a watcher for a session of this vserver. */
int vns_sessions_watched(const char *run_dir, const char *vserver, bool *found,
			 struct vns_error *err);

#endif
