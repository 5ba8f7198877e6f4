/* Does what is to be done when a session has ended. */
#ifndef VNS_CLOSE_H
#define VNS_CLOSE_H

#include "keeper/office.h"
#include "vserver/due.h"

#include <stdbool.h>

/*
 * Claims the session's record, and does nothing if another process has done so.
 * Otherwise writes the line for the log, runs the close hooks (for a session
 * that had begun), takes the terminal away, removes the record, and stops the
 * vserver if this was the last session and the definition says so, or has the
 * keeper do that later (stop_delay). For a process of its own: this may take as
 * long as other processes live in the vserver.
 *
 * master holds the number of the session's terminal, or is -1, and is closed.
 */
void vns_close_session(const struct vns_office *office, const vns_session name,
		       bool entered, int master);

/*
 * Stops a vserver whose stop is due, unless there is a session or another note
 * by now. Also for a process of its own.
 */
void vns_close_due(const struct vns_due *due);

#endif
