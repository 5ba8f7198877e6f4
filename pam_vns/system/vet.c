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

/*
 * What the descriptors are compared with. The caller's own namespaces do not
 * end, so their numbers are nobody else's.
 */
struct vetting {
	int own; /* the directory of its own namespaces */
	unsigned long own_user;
	int user;	     /* the user namespace to be joined, or -1 */
	uid_t owner;	     /* who may own it, besides uid 0 */
	const uid_t *owners; /* of whom any one may be owner; see place.h */
	size_t owner_count;
	bool shared; /* namespaces may be those of another container */
	const char *what;
};

static void end_vetting(struct vetting *vetting)
{
	vns_safefile_close(&vetting->own);
}
#define AUTOVETTING __attribute__((cleanup(end_vetting)))

static int read_own(const struct vetting *vetting, int type,
		    unsigned long *number, struct vns_error *err)
{
	*number = vns_place_number(vetting->own, type, false);
	if (*number == 0)
		return vns_error_errno(err, errno, VNS_PLACE_SELF "/%s",
				       vns_place_file(type, false));
	return 0;
}

static bool has_number(int fd, unsigned long number)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_ino == number;
}

/*
 * Drops a namespace that is our own already, as it need not be joined. A mount
 * namespace of our own is an error: to join another one is what it is all
 * about.
 */
static int check_one(struct vns_place *place, int type,
		     const struct vetting *vetting, struct vns_error *err)
{
	unsigned long own = 0;
	int rc = check_type(place->ns[type], type, vetting->what, err);

	if (rc == 0)
		rc = read_own(vetting, type, &own, err);
	if (rc < 0 || !has_number(place->ns[type], own))
		return rc;
	if (type == VNS_NS_MNT)
		return vns_error_set(err, EXDEV,
				     "%s: is the host's own mount namespace",
				     vetting->what);
	vns_safefile_close(&place->ns[type]);
	place->ns[type] = -1;
	return 0;
}

/*
 * Power over a mount namespace belongs to its user namespace: unless that is
 * joined, too, a session would keep the host's power among the tenant's mounts.
 */
static int check_owner(struct vns_place *place, vns_nsset wanted,
		       const struct vetting *vetting, struct vns_error *err)
{
	VNS_AUTOCLOSE int owner = ioctl(place->ns[VNS_NS_MNT], NS_GET_USERNS);
	const char *what = vetting->what;
	const int user = place->ns[VNS_NS_USER];

	if (owner < 0)
		return vns_error_set(err, EPERM,
				     "%s: belongs to a user namespace that is "
				     "not below this one",
				     what);
	if (has_number(owner, vetting->own_user) ||
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

/* The first who is met of those who may be the owner is the only one. */
static bool is_trusted(uid_t uid, struct vetting *vetting)
{
	size_t i;

	if (uid == 0)
		return true;
	for (i = 0; vetting->owner == 0 && i < vetting->owner_count; i++)
		if (vetting->owners[i] == uid ||
		    vetting->owners[i] == VNS_PLACE_ANYBODY)
			vetting->owner = vetting->owners[i];
	return uid == vetting->owner || vetting->owner == VNS_PLACE_ANYBODY;
}

static int distrust(uid_t uid, const struct vetting *vetting,
		    struct vns_error *err)
{
	return vns_error_set(err, EPERM,
			     "%s: its user namespace belongs to uid %lu, who "
			     "would have power over every session: only root's "
			     "are entered, and those of the owner that the "
			     "definition names",
			     vetting->what, (unsigned long)uid);
}

/* Looks at a user namespace and at all above it, up to the caller's own. */
static int check_trust(int user, struct vetting *vetting, struct vns_error *err)
{
	VNS_AUTOCLOSE int at = fcntl(user, F_DUPFD_CLOEXEC, 3);
	uid_t uid;
	int above;

	while (at >= 0 && !has_number(at, vetting->own_user)) {
		if (ioctl(at, NS_GET_OWNER_UID, &uid) < 0)
			return vns_error_errno(err, errno, "%s: its owner",
					       vetting->what);
		if (!is_trusted(uid, vetting))
			return distrust(uid, vetting, err);
		above = ioctl(at, NS_GET_PARENT);
		vns_safefile_close(&at);
		at = above;
	}
	return at < 0 ? vns_error_errno(err, errno, "%s: its user namespace",
					vetting->what) :
			0;
}

static bool belongs(int fd, struct vetting *vetting)
{
	VNS_AUTOCLOSE int owner = ioctl(fd, NS_GET_USERNS);
	struct vns_error ignored;

	return owner >= 0 &&
	       (has_number(owner, vetting->own_user) ||
		(vetting->user >= 0 && vns_place_same(owner, vetting->user)) ||
		(vetting->shared &&
		 check_trust(owner, vetting, &ignored) == 0));
}

/*
 * All namespaces must belong to the host's user namespace, or to the one in
 * place: pins that are exchanged while they are opened would be some of one
 * vserver and some of another. What a process has belongs together.
 */
static int check_owners(const struct vns_place *place, struct vetting *vetting,
			struct vns_error *err)
{
	int type;

	for (type = 0; type < VNS_NS_MNT; type++)
		if (place->ns[type] >= 0 && !belongs(place->ns[type], vetting))
			return vns_error_set(err, EPERM,
					     "%s: its %s namespace belongs to "
					     "another user namespace",
					     vetting->what,
					     vns_nsname((enum vns_ns)type));
	return 0;
}

int vns_vet_place(struct vns_place *place, vns_nsset wanted, const char *what,
		  struct vns_error *err)
{
	AUTOVETTING struct vetting vetting = {
		.own = -1,
		.owner = place->owner,
		.owners = place->owners,
		.owner_count = place->owner_count,
		.shared = place->shared,
		.what = what,
	};
	int rc = vns_place_open_own(&vetting.own, err), type;

	if (rc == 0)
		rc = read_own(&vetting, VNS_NS_USER, &vetting.own_user, err);
	for (type = 0; rc == 0 && type < VNS_NS_COUNT; type++)
		if (place->ns[type] >= 0)
			rc = check_one(place, type, &vetting, err);
	if (rc == 0)
		rc = check_owner(place, wanted, &vetting, err);
	vetting.user = place->ns[VNS_NS_USER];
	if (rc == 0 && vetting.user >= 0)
		rc = check_trust(vetting.user, &vetting, err);
	if (rc == 0)
		rc = check_owners(place, &vetting, err);
	if (rc == 0)
		place->owner = vetting.owner;
	if (rc < 0 || place->root >= 0)
		return rc;
	rc = vns_namespace_open_root(place->ns[VNS_NS_MNT], &place->root, err);
	if (rc < 0)
		vns_error_context(err, "%s", what);
	return rc;
}

uid_t vns_vet_owner(int mnt)
{
	VNS_AUTOCLOSE int user = ioctl(mnt, NS_GET_USERNS);
	uid_t uid = 0;

	return user >= 0 && ioctl(user, NS_GET_OWNER_UID, &uid) == 0 ? uid : 0;
}

int vns_vet_mount(int fd, vns_nsset wanted, const char *what,
		  struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place taken = vns_place_like(place);
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
