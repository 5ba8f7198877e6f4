/*
 * Making and ending native vservers. Linked into vns only: the module runs
 * "vns start" and never mounts anything itself.
 */
#ifndef VNS_VSERVER_H
#define VNS_VSERVER_H

#include "config.h"
#include "log.h"

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
 * if it did not run. A pre-stop hook may refuse it. -EBUSY names a process that would not die.
 */
int vns_vserver_stop(const struct vns_config *config,
		     const struct vns_vserver *vserver,
		     const struct vns_log *log, unsigned grace, bool *done,
		     struct vns_error *err);

#endif
