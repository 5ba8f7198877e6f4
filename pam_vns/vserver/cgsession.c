/*
 * Takes the cgroup from the definition, or from what the start has noted, and
 * moves the calling process into it.
 */
#include "vserver/cgsession.h"

#include "system/cgroup.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <limits.h>

int vns_cgsession_find(const struct vns_vserver *vserver,
		       const struct vns_place *place, char *cgroup, size_t size,
		       struct vns_error *err)
{
	cgroup[0] = '\0';
	if (!vserver->cgroup || vserver->cgroup_apart)
		return 0;
	/* The vserver may have been started without a cgroup. */
	if (vserver->cgroup_usual)
		return place->guard < 0 ? 0 :
					  vns_rundir_cgroup(place->guard,
							    cgroup, size, err);
	if (!vns_util_format(cgroup, size, "%s", vserver->cgroup))
		return vns_error_errno(err, ENAMETOOLONG, "cgroup");
	return 0;
}

int vns_cgsession_enter(const struct vns_vserver *vserver,
			const struct vns_place *place, int *back,
			struct vns_error *err)
{
	char cgroup[PATH_MAX];
	int rc =
		vns_cgsession_find(vserver, place, cgroup, sizeof(cgroup), err);

	*back = -1;
	return rc < 0 ? rc :
			vns_cgroup_enter(*cgroup ? cgroup : NULL, back, err);
}
