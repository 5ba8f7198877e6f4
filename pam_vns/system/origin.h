/* Goes to where process 1 is, from whatever namespaces the caller has. */
#ifndef VNS_ORIGIN_H
#define VNS_ORIGIN_H

#include "lib/error.h"

/*
 * Moves the calling process, which must not have threads, into the mount,
 * network, UTS, IPC and cgroup namespaces of process 1, and to its root
 * directory; in a container, process 1 is the container's. Nothing happens
 * where the caller is there already. Returns -EXDEV in another PID or user
 * namespace, which cannot be left.
 */
int vns_origin_join(struct vns_error *err);

#endif
