/*
 * Makes the namespaces that a vserver has besides its mount namespace, and
 * starts the init process that holds them (vns_init.c). All of it is done in
 * the builder, and the init process is in the builder's mount namespace.
 */
#ifndef VNS_INIT_H
#define VNS_INIT_H

#include "native/prepare.h"

#include <stdbool.h>
#include <sys/types.h>

struct vns_init {
	pid_t keeper; /* parent of pid, until the caller ends */
	pid_t pid;    /* the init process; 0: none was started */
	int pidfd;
	int channel;
	bool released;
};
#define VNS_INIT_NONE ((struct vns_init){ 0, 0, -1, -1, false })

/*
 * Starts the init process in new namespaces of all the wanted types; only its
 * mount namespace is the caller's. The init process then waits, and ends with
 * the caller. Its root directory follows the caller's pivot_root(2).
 */
int vns_init_start(struct vns_init *init, const struct vns_build *build,
		   struct vns_error *err);

/*
 * To be called when everything is mounted. If there is a user namespace, the
 * init process takes a copy of the mount namespace, in which the mounts and
 * their flags are locked (mount_namespaces(7)). Sets the hostname and brings
 * the loopback device up.
 */
int vns_init_settle(struct vns_init *init, struct vns_error *err);

/* Makes the init process independent of the caller: it executes vns-init. */
int vns_init_release(struct vns_init *init, struct vns_error *err);

/*
 * Waits for the end of all processes that were started, except for an init
 * process that was released. This would also wait for any other children of the
 * caller.
 */
void vns_init_end(struct vns_init *init);

#endif
