/* Does what is to be done when a session has ended. */
#ifndef VNS_CLOSE_H
#define VNS_CLOSE_H

#include "vserver/sessions.h"

#include <stdbool.h>

/*
 * Claims the session's record, and does nothing if another process has done so.
 * Otherwise writes the line for the log, runs the close hooks (for a session
 * that had begun), takes the terminal away, removes the record, and stops the
 * vserver if this was the last session and the definition says so. For a process
 * of its own: this may take as long as other processes live in the vserver.
 *
 * sessions is the directory of vns_sessions_open; master holds the number of the
 * session's terminal, or is -1, and is closed.
 */
void vns_close_session(int sessions, const vns_session name, bool entered,
		       int master);

#endif
