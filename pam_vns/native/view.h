/*
 * Shows what would be inside a native vserver that does not run: its layers and
 * binds are put over each other by reading alone. Nothing is started, made or
 * attached, and no filesystem is mounted; what is looked at are copies of
 * mounts that nobody else sees.
 */
#ifndef VNS_VIEW_H
#define VNS_VIEW_H

#include "config/types.h"
#include "lib/error.h"
#include "native/viewpath.h"

/*
 * Opens what a start would open and looks for each mount point, in the same
 * order. Returns a negative errno where the start would be refused; the error
 * says why. To be called where no pre-start hook makes any of it. The view
 * keeps pointers into vserver.
 */
int vns_view_open(const struct vns_vserver *vserver, struct vns_view *view,
		  struct vns_error *err);
void vns_view_close(struct vns_view *view);
#define VNS_AUTOVIEW __attribute__((cleanup(vns_view_close)))

/* Finds a path as vns_viewpath_find does, which says what fd is. */
enum vns_view_found vns_view_find(const struct vns_view *view, const char *path,
				  int *fd);

#endif
