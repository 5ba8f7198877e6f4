/* Finds and opens pseudo terminals that belong to a vserver (pts(4)). */
#ifndef VNS_PTY_H
#define VNS_PTY_H

#include "lib/error.h"

#include <stdbool.h>

struct vns_pty {
	int master; /* non-blocking */
	int slave;
};

/*
 * Returns an O_PATH descriptor of the multiplexer (ptmx) of the devpts on
 * /dev/pts in root (O_PATH), or -1 if there is none. No symbolic link is
 * followed.
 */
int vns_pty_find(int root);

/*
 * Opens a pair from this multiplexer, or from the host's if it is -1. The
 * terminal then belongs to the calling process's ids. proc is the host's /proc,
 * for a process that does not have it at /proc any more.
 */
int vns_pty_open(int proc, int multiplexer, struct vns_pty *pty,
		 struct vns_error *err);

/* Whether fd is the master side of a pseudo terminal. */
bool vns_pty_is_master(int fd);

#endif
