/* The hooks that are run when a vserver starts and stops. Pure. */
#ifndef VNS_LIFECYCLE_HOOKS_H
#define VNS_LIFECYCLE_HOOKS_H

#include "config/types.h"

/* As in a hook's title: "pre-start" and so on. */
const char *vns_config_lifecycle_name(enum vns_lifecycle which);

/* Whether there is such a hook, of the vserver's own or for all. */
bool vns_config_has_hook(const struct vns_config *config,
			 const struct vns_vserver *vserver,
			 enum vns_lifecycle which);

/* How many seconds all lifecycle hooks of a vserver may take together. */
unsigned vns_config_lifecycle_time(const struct vns_config *config,
				   const struct vns_vserver *vserver);

#endif
