/*
 * Has the table of the hooks' names, and adds up how long those of a vserver
 * may take.
 */
#include "config/lifecycle.h"

static const char *const lifecycle_names[VNS_LIFECYCLE_COUNT] = {
	[VNS_LIFECYCLE_PRE_START] = "pre-start",
	[VNS_LIFECYCLE_POST_START] = "post-start",
	[VNS_LIFECYCLE_PRE_STOP] = "pre-stop",
	[VNS_LIFECYCLE_POST_STOP] = "post-stop",
};

const char *vns_config_lifecycle_name(enum vns_lifecycle which)
{
	return lifecycle_names[which];
}

bool vns_config_startable(const struct vns_vserver *vserver)
{
	return vserver->root || vserver->engine_start.command.count > 0;
}

bool vns_config_has_hook(const struct vns_config *config,
			 const struct vns_vserver *vserver,
			 enum vns_lifecycle which)
{
	return config->lifecycle[which].command.count > 0 ||
	       vserver->lifecycle[which].command.count > 0;
}

unsigned vns_config_lifecycle_time(const struct vns_config *config,
				   const struct vns_vserver *vserver)
{
	unsigned seconds = vserver->engine_start.timeout;
	int i;

	for (i = 0; i < VNS_LIFECYCLE_COUNT; i++)
		seconds += config->lifecycle[i].timeout +
			   vserver->lifecycle[i].timeout;
	return seconds;
}
