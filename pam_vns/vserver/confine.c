/* Cuts what the definition gives to what the container's process has. */
#include "vserver/confine.h"

#include "config/definition.h"
#include "system/container.h"

int vns_confine_find(const struct vns_vserver *vserver,
		     const struct vns_place *place,
		     struct vns_confinement *found, struct vns_error *err)
{
	const bool user = place->ns[VNS_NS_USER] >= 0;
	struct vns_container_powers powers;
	int rc;

	found->kept = vns_config_capabilities(vserver, user);
	found->passed = found->kept;
	found->restriction = vns_config_restriction(vserver, user);
	if (!vserver->confine || place->process < 0)
		return 0;
	rc = vns_container_powers(place, &powers, err);
	if (rc < 0)
		return rc;
	found->passed &= powers.bounding;
	found->restriction.no_new_privs |= powers.no_new_privs;
	return 0;
}
