/*
 * Takes the cgroup from the definition, from what the start has noted, or from
 * a container's process, and moves the calling process into it.
 */
#include "vserver/cgsession.h"

#include "system/cgroup.h"
#include "system/container.h"
#include "system/safefile.h"
#include "vserver/rundir.h"

#include <errno.h>
#include <limits.h>

/* An init that moves to a cgroup of its own does so once, when it starts. */
#define TRIES_MAX 5

/* No process can be moved into a cgroup that hands controllers on. */
bool vns_cgsession_changes(const struct vns_vserver *vserver, int rc)
{
	return vserver->cgroup_container &&
	       (rc == -ENOENT || rc == -ENODEV || rc == -EBUSY);
}

/*
 * The first process of a container is in a cgroup that takes processes: its
 * engine's, or one below where its init has gone.
 */
static int find_container(const struct vns_place *place, char *cgroup,
			  size_t size, struct vns_error *err)
{
	if (place->process < 0)
		return vns_error_set(err, EINVAL,
				     "cgroup = \"container\" needs a process "
				     "of the container: a pid file, or a pin "
				     "of the process's PID namespace");
	return vns_container_cgroup(place, cgroup, size, err);
}

/* cgroup is empty where the sessions are not moved into one. */
static int find(const struct vns_vserver *vserver,
		const struct vns_place *place, char *cgroup, size_t size,
		struct vns_error *err)
{
	cgroup[0] = '\0';
	if (vserver->cgroup_container)
		return find_container(place, cgroup, size, err);
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

int vns_cgsession_open(const struct vns_vserver *vserver,
		       const struct vns_place *place, int *directory,
		       struct vns_error *err)
{
	char cgroup[PATH_MAX];
	unsigned tries;
	int rc = -ENOENT;

	*directory = -1;
	for (tries = 0; tries < TRIES_MAX; tries++) {
		rc = find(vserver, place, cgroup, sizeof(cgroup), err);
		if (rc == 0 && *cgroup)
			rc = vns_cgroup_open(cgroup, directory, err);
		if (!vns_cgsession_changes(vserver, rc))
			break;
	}
	if (rc == -ENOENT)
		vns_error_set(err, ENOENT, "there is no cgroup \"%s\": %s",
			      cgroup,
			      vserver->root ? "the vserver was started without "
					      "it, restart it" :
					      "the other engine has to make "
					      "it");
	return rc;
}

int vns_cgsession_enter(const struct vns_vserver *vserver,
			const struct vns_place *place, int *back,
			struct vns_error *err)
{
	unsigned tries;
	int rc = 0;

	*back = -1;
	for (tries = 0; tries < TRIES_MAX; tries++) {
		VNS_AUTOCLOSE int directory = -1;

		rc = vns_cgsession_open(vserver, place, &directory, err);
		if (rc == 0 && directory >= 0)
			rc = vns_cgroup_enter(directory, back, err);
		if (!vns_cgsession_changes(vserver, rc))
			break;
	}
	return rc;
}
