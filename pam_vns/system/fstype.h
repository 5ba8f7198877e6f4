/*
 * Tells filesystems where only the host decides about answers from those that
 * ask somebody else: a program of a tenant's, or a server.
 */
#ifndef VNS_FSTYPE_H
#define VNS_FSTYPE_H

#include <stdbool.h>

/*
 * Whether only the host can decide about answers from fd's filesystem. Root in
 * a user namespace can mount two kinds of filesystems that ask a tenant's
 * program: FUSE, and an overlay, because of what lies below it. Only the
 * overlay that root is on, the directory that the vserver is made of, is
 * trusted. This may wait for a filesystem that does not answer.
 */
bool vns_fstype_is_hosts(int root, int fd);

/*
 * Whether it is known already that fd's filesystem asks nobody but the host's
 * own disks; an overlay counts as such. This never waits for the filesystem.
 * pid is a process that should have the filesystem's mount in its mount
 * namespace, or 0; no harm is done if it is another process.
 */
bool vns_fstype_is_plain(int fd, int pid);

#endif
