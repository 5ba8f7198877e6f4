/* Has another engine start the vserver that it runs. */
#ifndef VNS_ENGINE_H
#define VNS_ENGINE_H

#include "config/config.h"

/*
 * Runs the start_command of a foreign vserver that is not running, and waits
 * until its namespaces are there. Who calls this at the same time waits, and
 * finds it running. *started says whether the command was run. Returns -EBUSY
 * if another start takes too long, -EDEADLK if the command itself asks for it,
 * and what vns_open_vserver returns for a vserver that cannot be entered.
 */
int vns_engine_start(const struct vns_config *config,
		     const struct vns_vserver *vserver, bool *started,
		     struct vns_error *err);

#endif
