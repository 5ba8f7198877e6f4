/* Opens the namespaces of a running vserver, given its definition. */
#ifndef VNS_OPEN_H
#define VNS_OPEN_H

#include "config/config.h"
#include "system/place.h"
#include "system/process.h"

/*
 * Opens and checks the running vserver's namespaces. user is who will enter,
 * for owner = "%u"; VNS_PLACE_ANYBODY: nobody will. Returns -ESRCH where the
 * vserver is not running, and -EBUSY where it is paused, with place open all
 * the same; any other error means that what was found is not to be trusted.
 */
int vns_open_vserver(const struct vns_config *config,
		     const struct vns_vserver *vserver, uid_t user,
		     struct vns_place *place, struct vns_error *err);

/*
 * Does the same for a foreign vserver that is where this process is, whatever
 * its source says now.
 */
int vns_open_process(const struct vns_vserver *vserver,
		     const struct vns_process *process, struct vns_place *place,
		     struct vns_error *err);

#endif
