/* The processes whose mount namespace is a given one. */
#ifndef VNS_INSIDE_H
#define VNS_INSIDE_H

#include "error.h"

/*
 * Counts them, and sends each the signal unless it is 0. *count is how many
 * there were, *example one of their pids. The caller itself is left out.
 */
int vns_inside_signal(int mnt, int signal, unsigned *count, int *example,
		      struct vns_error *err);

#endif
