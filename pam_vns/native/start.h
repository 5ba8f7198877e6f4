/* Starts native vservers. The module runs "vns start", and mounts nothing. */
#ifndef VNS_START_H
#define VNS_START_H

#include "config/config.h"
#include "lib/log.h"

/*
 * Starts the vserver, unless it runs already (*done is false then, and it is
 * no error). On failure nothing is left of the attempt. Its hooks are run;
 * failures of theirs that change nothing are logged.
 */
int vns_start_vserver(const struct vns_config *config,
		      const struct vns_vserver *vserver,
		      const struct vns_log *log, bool *done,
		      struct vns_error *err);

#endif
