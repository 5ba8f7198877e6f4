/* From a vserver's definition to where it is now. */
#ifndef VNS_OPEN_H
#define VNS_OPEN_H

#include "config/config.h"
#include "system/place.h"

/*
 * Opens and checks the running vserver's namespaces. -ESRCH where it is not
 * running; anything else means that what was found is not to be trusted.
 */
int vns_open_vserver(const struct vns_config *config,
		     const struct vns_vserver *vserver, struct vns_place *place,
		     struct vns_error *err);

#endif
