/*
 * The keeper's part in placing a session's terminal inside (bindtty.h): where
 * several sessions were started on one terminal, it is placed once, and removed
 * after the last of them.
 */
#ifndef VNS_TERMINAL_H
#define VNS_TERMINAL_H

#include "keeper/bindtty.h"
#include "vserver/sessions.h"

/*
 * Places the terminal behind tty at path, and notes that in the session's
 * record. directory is that of vns_sessions_open.
 */
int vns_terminal_place(struct vns_bindtty *terminal, int directory,
		       const vns_session name, const char *path, int tty,
		       const struct vns_place *place, struct vns_error *err);

/* Takes away what was placed for a session that has not begun. */
int vns_terminal_undo(struct vns_bindtty *terminal, const vns_session name,
		      const struct vns_place *place, struct vns_error *err);

/*
 * Returns what the record of a session says that was placed. master is the
 * descriptor that holds the terminal's number, or -1.
 */
struct vns_bindtty vns_terminal_recorded(const struct vns_strings *record,
					 int master);

/*
 * Removes the terminal after the session of this record. If another session is
 * still on the terminal, it is left in place, this has to be called again, and
 * *process is a process of that session.
 */
int vns_terminal_release(const struct vns_strings *record,
			 struct vns_bindtty *terminal, unsigned long *process,
			 struct vns_error *err);

#endif
