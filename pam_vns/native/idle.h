/* Stops native vservers once nobody is left inside: stop = "last-logout". */
#ifndef VNS_IDLE_H
#define VNS_IDLE_H

#include "config/config.h"
#include "lib/log.h"

struct vns_idle {
	int process;  /* a process inside; 0: nothing is left to do */
	bool stopped; /* whether this call stopped the vserver */
	int turn;     /* lock of the caller that waits, or -1 */
	char lock[VNS_NAME_MAX + 8];
};
#define VNS_IDLE ((struct vns_idle){ 0, false, -1, "" })

/*
 * Stops the vserver if no process is inside and none of its sessions is
 * watched. While idle->process is not 0, the caller waits for the end of that
 * process, or for a while, and calls again with the same idle. If there are
 * several callers, only one of them is told to wait. Returns -EBUSY where
 * another start or stop takes too long.
 */
int vns_idle_stop(const struct vns_config *config,
		  const struct vns_vserver *vserver, const struct vns_log *log,
		  struct vns_idle *idle, struct vns_error *err);

/*
 * If somebody is just checking whether the vserver can be stopped, waits for
 * the outcome. If that check was cut short, the vserver runs on as before.
 */
void vns_idle_settle(const struct vns_config *config,
		     const struct vns_vserver *vserver);

#endif
