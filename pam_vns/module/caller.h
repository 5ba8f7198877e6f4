/*
 * Looks at the process that opens a session: what of it the keeper has to know
 * beside the PAM items.
 */
#ifndef VNS_CALLER_H
#define VNS_CALLER_H

#include "system/tty.h"
#include "wire/ask.h"

#include <limits.h>

struct vns_caller {
	struct vns_ask ask; /* its strings may point into this struct */
	int terminal;	    /* 0, 1 or 2; -1: there is none */
	char path[VNS_TTY_PATH_MAX];
	char cwd[PATH_MAX];
};
#define VNS_CALLER_NONE ((struct vns_caller){ .terminal = -1 })

/* Fills in the directory and the terminal of the calling process. */
void vns_caller_look(struct vns_caller *caller);

#endif
