#include "power.h"

/*
 * Where no user namespace was joined, uid 0 is the host's. Where one was, it
 * has no power outside, and only a definition that says so takes some away.
 */
static bool limited(const struct vns_vserver *vserver,
		    const struct vns_place *place)
{
	if (vserver->capabilities == VNS_CAPSET_ALL)
		return false;
	return place->ns[VNS_NS_USER] < 0 ||
	       vserver->capabilities != vns_capname_tenant();
}

/*
 * Also what only seems to be without power: pam_setcred runs inside, and
 * pam_cap would give what the tenant's capability.conf says, but not beyond
 * the bounding set.
 */
int vns_power_drop(const struct vns_vserver *vserver,
		   const struct vns_place *place, vns_capset extra,
		   struct vns_error *err)
{
	if (!limited(vserver, place))
		return 0;
	return vns_capability_drop(vserver->capabilities | extra,
				   vserver->capabilities, err);
}
