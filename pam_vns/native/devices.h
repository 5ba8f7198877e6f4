/* Finds the devices of the host that a vserver gets, and binds them. */
#ifndef VNS_DEVICES_H
#define VNS_DEVICES_H

#include "lib/error.h"
#include "lib/util.h"

#include <stddef.h>

/* A device's path, the same inside as on the host, and a mount of it. */
struct vns_device {
	char *path;
	int mount; /* not attached yet; or -1 */
};

struct vns_devices {
	struct vns_device *items;
	size_t count;
};

/*
 * Adds what one value of the key "devices" stands for to found. A path must be
 * that of a device, or of root's link to one; -ENOENT: there is none. A pattern
 * stands for all devices that it matches in directories that are root's, maybe
 * for none; anything else that it matches is passed over.
 */
int vns_devices_find(const char *pattern, struct vns_strings *found,
		     struct vns_error *err);

/*
 * Makes a bind of each device that the patterns stand for. Through the bind it
 * can be opened, with a user namespace, too, but its owner, mode and times
 * cannot be changed. -E2BIG: there are more than max. The caller frees the
 * devices, whatever is returned.
 */
int vns_devices_mount(const struct vns_strings *patterns,
		      struct vns_devices *devices, size_t max,
		      struct vns_error *err);
void vns_devices_free(struct vns_devices *devices);

#endif
