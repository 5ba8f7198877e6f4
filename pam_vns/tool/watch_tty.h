/*
 * Does the watcher's part in placing a terminal inside (bindtty.h): where
 * several sessions were started on one terminal, it is placed once, and removed
 * after the last of them.
 */
#ifndef VNS_WATCH_TTY_H
#define VNS_WATCH_TTY_H

#include "tool/bindtty.h"
#include "lib/util.h"

#include <sys/types.h>

/*
 * Receives one message from the module (watch.h). If vns_watch_terminal sent
 * it, does what it asks for and answers. Returns the message's length, 0 at the
 * end, or -errno; *word is its first character. lock is run_dir/sessions.
 */
ssize_t vns_cli_terminal_receive(int socket, int lock,
				 struct vns_bindtty *terminal, char *word);

/*
 * Removes the terminal after the session of this record. If another session is
 * still on the terminal, it is left in place, this has to be called again, and
 * *process is a process of that session.
 */
int vns_cli_terminal_release(const struct vns_strings *record, int lock,
			     struct vns_bindtty *terminal,
			     unsigned long *process, struct vns_error *err);

#endif
