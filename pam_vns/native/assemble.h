/*
 * The second half of a start, in the new mount namespace: what has been
 * prepared on the host is put together, and nothing of the host's is left.
 */
#ifndef VNS_ASSEMBLE_H
#define VNS_ASSEMBLE_H

#include "native/prepare.h"

/*
 * In a mount namespace of its own (vns_namespace_new), before other processes
 * are started in it: leaves nothing shared with the host's.
 */
int vns_assemble_isolate(struct vns_error *err);

/*
 * Then puts it all together: pivots into the root and mounts /proc, /dev, /run
 * and the parts. scratch is any directory outside; init the pidfd of a process
 * whose PID namespace /proc is to show, or -1 for the caller's.
 */
int vns_assemble_vserver(const struct vns_build *build, const char *scratch,
			 int init, struct vns_error *err);

/* In a mount namespace of its own: makes it a seed. */
int vns_assemble_seed(const char *scratch, struct vns_error *err);

/* A directory in it, for vns_assemble_vserver. */
#define VNS_ASSEMBLE_SCRATCH_NAME "scratch"
#define VNS_ASSEMBLE_SCRATCH "/" VNS_ASSEMBLE_SCRATCH_NAME

#endif
