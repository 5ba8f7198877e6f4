/*
 * Makes the caller's terminal available at its own path in a vserver, for a
 * session that was started on it (su, login). Programs look there for the name
 * of their standard input (tty, mesg), and util-linux's login opens it there
 * again.
 *
 * The terminal that is really open is bound on a file in the vserver's /dev; no
 * other terminal of the host is there. All paths inside are resolved by a child
 * process that ends, and the caller waits for it only for a limited time.
 */
#ifndef VNS_BINDTTY_H
#define VNS_BINDTTY_H

#include "system/place.h"
#include "system/tty.h"

#include <stdint.h>

struct vns_bindtty {
	char path[VNS_TTY_PATH_MAX]; /* empty: there is no terminal */
	uint64_t device, inode, number;
	bool placed; /* this process placed the terminal */
	/*
	 * As long as this is open, nobody inside is given a pseudo terminal
	 * with the same number. -1: the terminal is no pseudo terminal, or was
	 * not placed.
	 */
	int master;
};
#define VNS_BINDTTY_NONE ((struct vns_bindtty){ .master = -1 })

/*
 * Binds the terminal behind tty at path, unless it is there already. A file
 * that is something else is not hidden (-EEXIST). The number of a pseudo
 * terminal must be free inside.
 */
int vns_bindtty_place(struct vns_bindtty *terminal, const char *path, int tty,
		      const struct vns_place *place, struct vns_error *err);

/* Removes what was placed, if it is still there. */
int vns_bindtty_remove(struct vns_bindtty *terminal,
		       const struct vns_place *place, struct vns_error *err);
void vns_bindtty_close(struct vns_bindtty *terminal);

#endif
