/*
 * Making the namespaces that a vserver has besides its mount namespace, and
 * the process that they stay with (vns_init.c). All of it is done in the
 * builder, whose mount namespace the process is in.
 */
#ifndef VNS_INIT_H
#define VNS_INIT_H

#include "native/prepare.h"

#include <stdbool.h>
#include <sys/types.h>

struct vns_init {
	pid_t keeper; /* its parent, until the caller ends */
	pid_t pid;    /* the process itself; 0: none was started */
	int pidfd;
	int channel;
	bool released;
};
#define VNS_INIT_NONE ((struct vns_init){ 0, 0, -1, -1, false })

/*
 * Starts it in all new namespaces but the mount namespace. It waits, and ends
 * with the caller. Its root directory follows the caller's pivot_root(2).
 */
int vns_init_start(struct vns_init *init, const struct vns_build *build,
		   struct vns_error *err);

/*
 * When all is mounted: with a user namespace it takes a copy of the mount
 * namespace, in which mounts and their flags are locked (mount_namespaces(7)).
 * Sets the hostname, and the loopback device up.
 */
int vns_init_settle(struct vns_init *init, struct vns_error *err);

/* Makes it independent of the caller: it executes vns-init. */
int vns_init_release(struct vns_init *init, struct vns_error *err);

/*
 * Waits for the end of all that has been started, but for an init process that
 * was released. The caller's other children would be waited for, too.
 */
void vns_init_end(struct vns_init *init);

#endif
