/*
 * Making and ending native vservers. Linked into vns only: the module runs
 * "vns start" and never mounts anything itself.
 */
#ifndef VNS_VSERVER_H
#define VNS_VSERVER_H

#include "config/config.h"
#include "lib/log.h"

/*
 * Starts the vserver, unless it runs already (*done is false then, and it is
 * no error). On failure nothing is left of the attempt. Its hooks are run;
 * failures of theirs that change nothing are logged.
 */
int vns_vserver_start(const struct vns_config *config,
		      const struct vns_vserver *vserver,
		      const struct vns_log *log, bool *done,
		      struct vns_error *err);

/*
 * Takes the vserver's pin away, so that nobody can enter it any more, and ends
 * every process in it: SIGTERM, after grace seconds SIGKILL. *done is false
 * if it did not run. A pre-stop hook may refuse it. -EBUSY names a process that
 * would not die.
 */
int vns_vserver_stop(const struct vns_config *config,
		     const struct vns_vserver *vserver,
		     const struct vns_log *log, unsigned grace, bool *done,
		     struct vns_error *err);

struct vns_vserver_idle {
	int process;  /* one that is inside; 0: nothing is left to be done */
	bool stopped; /* by this one */
	int turn;     /* the lock of the one who waits */
	char lock[VNS_NAME_MAX + 8];
};
#define VNS_VSERVER_IDLE ((struct vns_vserver_idle){ 0, false, -1, "" })

/*
 * Stops the vserver if no process is inside and no session of it is watched.
 * While idle->process is not 0 the caller waits for the end of that, or for a
 * while, and calls again with the same idle. Of several callers one is told to
 * wait. -EBUSY where another start or stop takes long.
 */
int vns_vserver_stop_idle(const struct vns_config *config,
			  const struct vns_vserver *vserver,
			  const struct vns_log *log,
			  struct vns_vserver_idle *idle, struct vns_error *err);

/*
 * Where that is being done, waits for what becomes of it; where it was cut
 * short, the vserver runs as before.
 */
void vns_vserver_settle(const struct vns_config *config,
			const struct vns_vserver *vserver);

#endif
