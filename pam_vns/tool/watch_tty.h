/*
 * The watcher's part in what terminal.h does: where several sessions were
 * started on one terminal, it is placed once, and taken away after the last.
 */
#ifndef VNS_WATCH_TTY_H
#define VNS_WATCH_TTY_H

#include "tool/bindtty.h"
#include "lib/util.h"

#include <sys/types.h>

/*
 * One message of the module's (watch.h); what vns_watch_terminal asks for is
 * done, and answered. As recv(2), with *word its first character. lock is
 * run_dir/sessions.
 */
ssize_t vns_cli_terminal_receive(int socket, int lock,
				 struct vns_bindtty *terminal, char *word);

/*
 * After the session of this record: takes the terminal away. Where another
 * session is on it, this is left to be done again; *process is that one's.
 */
int vns_cli_terminal_release(const struct vns_strings *record, int lock,
			     struct vns_bindtty *terminal,
			     unsigned long *process, struct vns_error *err);

#endif
