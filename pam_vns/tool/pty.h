/* Pseudo terminals of a vserver's own (pts(4)). */
#ifndef VNS_PTY_H
#define VNS_PTY_H

#include "lib/error.h"

#include <stdbool.h>

struct vns_pty {
	int master; /* non-blocking */
	int slave;
};

/*
 * An O_PATH descriptor of the multiplexer of the devpts on /dev/pts in root
 * (O_PATH); -1 where that has none. No link is followed on the way.
 */
int vns_pty_find(int root);

/*
 * Opens a pair of the multiplexer's, or of the host's own where it is -1. What
 * is opened then belongs to the calling process's ids. proc is the host's
 * /proc, for a process that does not have it at /proc any more.
 */
int vns_pty_open(int proc, int multiplexer, struct vns_pty *pty,
		 struct vns_error *err);

/* Whether fd is the master's side of a pseudo terminal. */
bool vns_pty_is_master(int fd);

#endif
