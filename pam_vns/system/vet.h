/*
 * Checks descriptors of namespaces that came from elsewhere, before anything is
 * joined (proc(5), ioctl_ns(2)).
 */
#ifndef VNS_VET_H
#define VNS_VET_H

#include "system/place.h"

/*
 * Checks the descriptors in place->ns, which came from elsewhere, drops those
 * that are the caller's own namespaces anyway, and opens the root, unless the
 * root came along (vns_namespace_enter finds out whether it is right). A mount
 * namespace that belongs to another user namespace needs that user namespace,
 * which is added if it is wanted. what names the place in errors.
 *
 * Whoever owns a user namespace has all power over everything in it, and so has
 * who owns one of those above it (user_namespaces(7)). So uid 0 or place->owner
 * must own each that is below the caller's; one of place->owners, where there
 * are some, becomes place->owner. The other namespaces belong to the
 * caller's user namespace or to the one in place; with place->shared they may
 * also be another container's, if the owners of its user namespace are such.
 *
 * Returns -EINVAL if a descriptor is not one of nsfs (proc(5), ioctl_ns(2)) or
 * not of its type, -EXDEV if the mount namespace is the caller's own, and
 * -EPERM if the mount namespace belongs to a user namespace that is not in
 * place, or if a user namespace belongs to somebody else.
 */
int vns_vet_place(struct vns_place *place, vns_nsset wanted, const char *what,
		  struct vns_error *err);

/*
 * Returns who owns the user namespace of a mount namespace that is known to be
 * one of our own making: it belongs to the vserver's uid 0 (userns.h).
 */
uid_t vns_vet_owner(int mnt);

/*
 * Checks in the same way a mount namespace alone. Its descriptor fd stays the
 * caller's.
 */
int vns_vet_mount(int fd, vns_nsset wanted, const char *what,
		  struct vns_place *place, struct vns_error *err);

#endif
