/*
 * Starts native vservers. The module itself mounts nothing: it runs "vns
 * start".
 */
#ifndef VNS_START_H
#define VNS_START_H

#include "config/config.h"
#include "lib/log.h"

/*
 * Starts the vserver, unless it runs already (then *done is false, which is no
 * error). On failure nothing is left of the attempt. The vserver's hooks are
 * run; hook failures that change nothing are logged.
 */
int vns_start_vserver(const struct vns_config *config,
		      const struct vns_vserver *vserver,
		      const struct vns_log *log, bool *done,
		      struct vns_error *err);

#endif
