/*
 * Finds the first process of a PID namespace, by the namespace alone. When that
 * process ends, all others in the namespace are killed, and no new one can be
 * made there (pid_namespaces(7)).
 */
#ifndef VNS_NSINIT_H
#define VNS_NSINIT_H

#include "system/place.h"

/*
 * Opens a pidfd of the first process in the PID namespace of place. Returns
 * -ESRCH if that process has ended. The pidfd may be one of a process that ends
 * meanwhile.
 */
int vns_nsinit_open(const struct vns_place *place, int *pidfd,
		    struct vns_error *err);

#endif
