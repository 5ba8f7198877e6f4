/*
 * Opens the namespaces of a process that an engine's hook has named once, by
 * "vns adopt": "source = adopted".
 */
#ifndef VNS_ADOPTED_H
#define VNS_ADOPTED_H

#include "config/config.h"
#include "system/place.h"
#include "system/process.h"

/*
 * Notes that the vserver is where this process is, in place of one that was
 * noted before. The note is a file of root's below run_dir; it names the
 * process for as long as it lives, and no other one.
 */
int vns_adopted_note(const struct vns_config *config,
		     const struct vns_vserver *vserver,
		     const struct vns_process *process, struct vns_error *err);

/*
 * Returns -ESRCH where no process is noted, or the one that is has ended;
 * place->owner says who may own what is found.
 */
int vns_adopted_open(const struct vns_config *config,
		     const struct vns_vserver *vserver, struct vns_place *place,
		     struct vns_error *err);

#endif
