/*
 * Names the hooks that are run when a vserver starts and stops, and tells
 * whether it can be started and how long the hooks may take. Pure: it opens no
 * files.
 */
#ifndef VNS_LIFECYCLE_HOOKS_H
#define VNS_LIFECYCLE_HOOKS_H

#include "config/types.h"

/* Returns a hook's title: "pre-start" and so on. */
const char *vns_config_lifecycle_name(enum vns_lifecycle which);

/* Whether vns start can start it: by itself, or by its start_command. */
bool vns_config_startable(const struct vns_vserver *vserver);

/*
 * Whether there is such a hook, either the vserver's own or one for all
 * vservers.
 */
bool vns_config_has_hook(const struct vns_config *config,
			 const struct vns_vserver *vserver,
			 enum vns_lifecycle which);

/*
 * Returns how many seconds all lifecycle hooks of a vserver may take together,
 * with its start_command.
 */
unsigned vns_config_lifecycle_time(const struct vns_config *config,
				   const struct vns_vserver *vserver);

#endif
