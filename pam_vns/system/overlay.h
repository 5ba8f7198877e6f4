/*
 * Makes overlays (overlayfs) of mounts that are not attached yet. The mounts
 * get attached below scratch, an absolute path, in the calling process's own
 * mount namespace.
 */
#ifndef VNS_OVERLAY_H
#define VNS_OVERLAY_H

#include "lib/error.h"

/*
 * Makes an overlay. lower is a mount that is only read. In the mount above, the
 * directory "upper" holds what is different, and "work" is overlayfs's own.
 * owner is the host's id of id 0 on mounts whose ids are mapped, otherwise 0.
 * The result has nodev.
 */
int vns_overlay_make(int lower, int above, unsigned owner, const char *scratch,
		     int *mount, struct vns_error *err);

/*
 * Tries whether lower can be the layer of an overlay; the error says why not.
 */
int vns_overlay_try(int lower, unsigned owner, const char *scratch,
		    struct vns_error *err);

#endif
