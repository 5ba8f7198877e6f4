/*
 * Stops native vservers in which nobody is any more: stop = "last-logout".
 */
#ifndef VNS_IDLE_H
#define VNS_IDLE_H

#include "config/config.h"
#include "lib/log.h"

struct vns_idle {
	int process;  /* one that is inside; 0: nothing is left to be done */
	bool stopped; /* by this one */
	int turn;     /* the lock of the one who waits */
	char lock[VNS_NAME_MAX + 8];
};
#define VNS_IDLE ((struct vns_idle){ 0, false, -1, "" })

/*
 * Stops the vserver if no process is inside and no session of it is watched.
 * While idle->process is not 0 the caller waits for the end of that, or for a
 * while, and calls again with the same idle. Of several callers one is told to
 * wait. -EBUSY where another start or stop takes long.
 */
int vns_idle_stop(const struct vns_config *config,
		  const struct vns_vserver *vserver, const struct vns_log *log,
		  struct vns_idle *idle, struct vns_error *err);

/*
 * Where that is being done, waits for what becomes of it; where it was cut
 * short, the vserver runs as before.
 */
void vns_idle_settle(const struct vns_config *config,
		     const struct vns_vserver *vserver);

#endif
