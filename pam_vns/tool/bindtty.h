/*
 * The caller's terminal at its path in a vserver, while a session lasts that
 * was started on it (su, login): programs look there for what their standard
 * input is called (tty, mesg), and util-linux's login opens it there again.
 *
 * It is the terminal that is really open, bound on a file in the vserver's
 * /dev; of the host's, nothing else is there. All paths inside are resolved by
 * a child process that ends, and is not waited for for long.
 */
#ifndef VNS_BINDTTY_H
#define VNS_BINDTTY_H

#include "system/place.h"
#include "system/tty.h"

#include <stdint.h>

struct vns_bindtty {
	char path[VNS_TTY_PATH_MAX]; /* empty: there is none */
	uint64_t device, inode, number;
	bool placed; /* by this, and not found there */
	/*
	 * As long as this is open, nobody inside is given a pseudo terminal
	 * with its number; -1: it is none, or was not placed.
	 */
	int master;
};
#define VNS_BINDTTY_NONE ((struct vns_bindtty){ .master = -1 })

/*
 * Binds what is behind tty at path, unless it is there already. Nothing else
 * that is there is hidden (-EEXIST); a pseudo terminal's number must be free
 * inside.
 */
int vns_bindtty_place(struct vns_bindtty *terminal, const char *path, int tty,
		      const struct vns_place *place, struct vns_error *err);

/* Takes away what was placed, if it still is there. */
int vns_bindtty_remove(struct vns_bindtty *terminal,
		       const struct vns_place *place, struct vns_error *err);
void vns_bindtty_close(struct vns_bindtty *terminal);

#endif
