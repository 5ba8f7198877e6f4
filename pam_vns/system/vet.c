/*
 * Asks the kernel for the type and the owner of each namespace that was opened,
 * and refuses those that do not belong together.
 */
#include "system/vet.h"

#include "system/namespace.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

static int check_type(int fd, int type, const char *what, struct vns_error *err)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return vns_error_errno(err, errno, "%s", what);
	if (fs.f_type != NSFS_MAGIC)
		return vns_error_set(err, EINVAL, "%s: not a namespace", what);
	if (ioctl(fd, NS_GET_NSTYPE) != vns_place_flag(type))
		return vns_error_set(err, EINVAL, "%s: not a %s namespace",
				     what,
				     type == VNS_NS_MNT ?
					     "mount" :
					     vns_nsname((enum vns_ns)type));
	return 0;
}

/* The caller's own namespace does not end, so its number is nobody else's. */
static int is_own(int fd, int type, bool *own, struct vns_error *err)
{
	struct stat st, self;
	char path[64];

	snprintf(path, sizeof(path), VNS_PLACE_SELF "/%s",
		 vns_place_file(type, false));
	if (stat(path, &self) < 0)
		return vns_error_errno(err, errno, "%s", path);
	*own = fstat(fd, &st) == 0 && st.st_dev == self.st_dev &&
	       st.st_ino == self.st_ino;
	return 0;
}

/*
 * Drops a namespace that is our own already, as it need not be joined. A mount
 * namespace of our own is an error: to join another one is what it is all
 * about.
 */
static int check_one(struct vns_place *place, int type, const char *what,
		     struct vns_error *err)
{
	bool own = false;
	int rc = check_type(place->ns[type], type, what, err);

	if (rc == 0)
		rc = is_own(place->ns[type], type, &own, err);
	if (rc < 0 || !own)
		return rc;
	if (type == VNS_NS_MNT)
		return vns_error_set(err, EXDEV,
				     "%s: is the host's own mount namespace",
				     what);
	vns_safefile_close(&place->ns[type]);
	place->ns[type] = -1;
	return 0;
}

/*
 * Power over a mount namespace belongs to its user namespace: unless that is
 * joined, too, a session would keep the host's power among the tenant's mounts.
 */
static int check_owner(struct vns_place *place, vns_nsset wanted,
		       const char *what, struct vns_error *err)
{
	VNS_AUTOCLOSE int owner = ioctl(place->ns[VNS_NS_MNT], NS_GET_USERNS);
	VNS_AUTOCLOSE int own =
		open(VNS_PLACE_SELF "/user", O_RDONLY | O_CLOEXEC);
	const int user = place->ns[VNS_NS_USER];

	if (own < 0)
		return vns_error_errno(err, errno, VNS_PLACE_SELF "/user");
	if (owner < 0)
		return vns_error_set(err, EPERM,
				     "%s: belongs to a user namespace that is "
				     "not below this one",
				     what);
	if (vns_place_same(owner, own) ||
	    (user >= 0 && vns_place_same(owner, user)))
		return 0;
	if (user >= 0)
		return vns_error_set(err, EPERM,
				     "%s: belongs to another user namespace "
				     "than its process is in",
				     what);
	if (!(wanted & VNS_NSSET(VNS_NS_USER)))
		return vns_error_set(err, EPERM,
				     "%s: belongs to a user namespace, which "
				     "must be joined, too: add \"user\" to "
				     "namespaces",
				     what);
	place->ns[VNS_NS_USER] = owner;
	owner = -1;
	return 0;
}

static bool belongs(int fd, int own, int user)
{
	VNS_AUTOCLOSE int owner = ioctl(fd, NS_GET_USERNS);

	return owner >= 0 && (vns_place_same(owner, own) ||
			      (user >= 0 && vns_place_same(owner, user)));
}

/*
 * All namespaces must belong to the host's user namespace, or to the one in
 * place: pins that are exchanged while they are opened would be some of one
 * vserver and some of another.
 */
static int check_owners(const struct vns_place *place, const char *what,
			struct vns_error *err)
{
	VNS_AUTOCLOSE int own =
		open(VNS_PLACE_SELF "/user", O_RDONLY | O_CLOEXEC);
	const int user = place->ns[VNS_NS_USER];
	int type;

	if (own < 0)
		return vns_error_errno(err, errno, VNS_PLACE_SELF "/user");
	for (type = 0; type < VNS_NS_MNT; type++)
		if (place->ns[type] >= 0 &&
		    !belongs(place->ns[type], own, user))
			return vns_error_set(err, EPERM,
					     "%s: its %s namespace belongs to "
					     "another user namespace",
					     what,
					     vns_nsname((enum vns_ns)type));
	return 0;
}

int vns_vet_place(struct vns_place *place, vns_nsset wanted, const char *what,
		  struct vns_error *err)
{
	int rc = 0, type;

	for (type = 0; rc == 0 && type < VNS_NS_COUNT; type++)
		if (place->ns[type] >= 0)
			rc = check_one(place, type, what, err);
	if (rc == 0)
		rc = check_owner(place, wanted, what, err);
	if (rc == 0)
		rc = check_owners(place, what, err);
	if (rc < 0 || place->root >= 0)
		return rc;
	rc = vns_namespace_open_root(place->ns[VNS_NS_MNT], &place->root, err);
	if (rc < 0)
		vns_error_context(err, "%s", what);
	return rc;
}

int vns_vet_mount(int fd, vns_nsset wanted, const char *what,
		  struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place taken = VNS_PLACE_NONE;
	int rc;

	taken.ns[VNS_NS_MNT] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (taken.ns[VNS_NS_MNT] < 0)
		return vns_error_errno(err, errno, "%s", what);
	rc = vns_vet_place(&taken, wanted, what, err);
	if (rc < 0)
		return rc;
	*place = taken;
	taken = VNS_PLACE_NONE;
	return 0;
}
