/*
 * Does the second half of a start, inside the new mount namespace: puts
 * together what has been prepared on the host, and leaves nothing of the host's
 * mounts.
 */
#ifndef VNS_ASSEMBLE_H
#define VNS_ASSEMBLE_H

#include "native/prepare.h"

/*
 * To be called in a new mount namespace (vns_namespace_new), before other
 * processes are started in it. Afterwards no mount is shared with the host any
 * more.
 */
int vns_assemble_isolate(struct vns_error *err);

/*
 * Puts the vserver together after that: pivots into the root directory and
 * mounts /proc, /dev, /run and the parts. scratch is any directory outside the
 * root directory. init is the pidfd of a process whose PID namespace /proc is
 * to show, or -1 for the caller's PID namespace.
 */
int vns_assemble_vserver(const struct vns_build *build, const char *scratch,
			 int init, struct vns_error *err);

/*
 * In place of both: turns the calling process's new mount namespace into the
 * holder (vserver/holder.h) of run_dir, of which scratch is the path.
 */
int vns_assemble_holder(const char *scratch, struct vns_error *err);

#endif
