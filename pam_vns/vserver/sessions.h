/*
 * Writes and finds the records of the sessions that live. A session of the
 * vserver NAME has the file /run/vns/sessions/NAME:ID, with its record
 * (record.h), whatever run_dir the configuration has.
 *
 * The keeper holds sessions and ends their records. When a session has ended, a
 * process of the keeper's claims its record by renaming it to NAME:ID:ended,
 * locks it (flock(2)) while it does what is to be done, and removes it; as only
 * one rename succeeds, that is done once. If it is killed before, another one
 * claims what is not locked, and goes on with what is not noted to be done. A
 * keeper that was killed leaves the records to the next one.
 */
#ifndef VNS_SESSIONS_H
#define VNS_SESSIONS_H

#include "system/process.h"
#include "vserver/record.h"

/* The name of a record's file, with its NUL. */
#define VNS_SESSIONS_NAME (VNS_NAME_MAX + 32)
typedef char vns_session[VNS_SESSIONS_NAME];

/*
 * Opens /run/vns/sessions, and creates it if it is missing. The caller closes
 * *directory.
 */
int vns_sessions_open(int *directory, struct vns_error *err);

/*
 * Writes the record of a session, and stores its name. Others see the whole
 * record at once, or no file at all.
 */
int vns_sessions_write(int directory, const struct vns_strings *record,
		       vns_session name, struct vns_error *err);

/* Adds a field to a record that is written already, or changes nothing. */
int vns_sessions_append(int directory, const vns_session name, const char *key,
			const char *value, struct vns_error *err);

/*
 * Reads a record, which the caller frees. Returns -ENOENT if there is none, or
 * none any more.
 */
int vns_sessions_read(int directory, const vns_session name,
		      struct vns_strings *record, struct vns_error *err);

/* Removes what a process has left that was killed while it wrote a record. */
void vns_sessions_unwritten(int directory, const vns_session name);

/* Removes the record of a session that has not begun. */
void vns_sessions_forget(int directory, const vns_session name);

/* The record of a session that has ended. */
struct vns_sessions_claim {
	int fd; /* holds the lock */
	vns_session name;
	struct vns_strings record;
};
#define VNS_SESSIONS_CLAIM ((struct vns_sessions_claim){ .fd = -1 })

/*
 * Claims the record, and reads it. Returns -ENOENT where somebody else has, who
 * lives. A file that is no record is removed; if reading fails for another
 * reason, the record is left to the next keeper (vns_sessions_walk_left).
 */
int vns_sessions_claim(int directory, const vns_session name,
		       struct vns_sessions_claim *claim, struct vns_error *err);

/* Removes the record that was claimed, and frees the claim. */
void vns_sessions_remove(int directory, struct vns_sessions_claim *claim);

/*
 * Opens the process that opened the session. Returns -ESRCH if it has ended:
 * the host has been rebooted since, or the number belongs to another process.
 */
int vns_sessions_leader(const struct vns_strings *record,
			struct vns_process *process, struct vns_error *err);

/*
 * Calls visit for each session that lives and whose run_dir this is (NULL:
 * any), in no particular order, until visit returns false. A session lives
 * while its leader does or, with kept, while a keeper says so by the record. It
 * is no error if there are no sessions.
 */
int vns_sessions_walk(const char *run_dir, bool kept,
		      bool (*visit)(const vns_session name,
				    const struct vns_strings *record,
				    void *context),
		      void *context, struct vns_error *err);

/* Does the same for one vserver. Reads no record of another vserver. */
int vns_sessions_walk_in(const char *run_dir, const char *vserver, bool kept,
			 bool (*visit)(const vns_session name,
				       const struct vns_strings *record,
				       void *context),
			 void *context, struct vns_error *err);

/*
 * Calls visit for each record that was claimed by a process that has been
 * killed.
 */
int vns_sessions_walk_left(void (*visit)(const vns_session name, void *context),
			   void *context, struct vns_error *err);

/*
 * For the keeper's processes: whether there is a session of this vserver that
 * is not refused, or one that has ended and for which something is still being
 * done.
 */
int vns_sessions_watched(const char *run_dir, const char *vserver, bool *found,
			 struct vns_error *err);

#endif
