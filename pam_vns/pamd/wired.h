/*
 * Records the services that vns enable has wired, and the lines that it has put
 * in. The record outlives what an upgrade of the distribution does to
 * /etc/pam.d, so that this can be seen, and undone.
 */
#ifndef VNS_WIRED_H
#define VNS_WIRED_H

#include "lib/error.h"
#include "lib/util.h"

#define VNS_WIRED_PARENT "/var/lib/vns"
#define VNS_WIRED_DIR VNS_WIRED_PARENT "/enabled"

/*
 * Opens a directory below /var/lib/vns that is root's alone, and makes it where
 * it is missing.
 */
int vns_wired_directory(const char *path, int *directory,
			struct vns_error *err);

/* Records a service's lines, and makes sure that they are on the disk. */
int vns_wired_note(const char *service, const char *lines,
		   struct vns_error *err);

/*
 * Reads a service's lines. Returns 0 and the lines, which the caller frees, or
 * -ENOENT. *path is the path of the record's file.
 */
int vns_wired_read(const char *service, char **path, char **lines,
		   struct vns_error *err);

/* Removes a service's record. It is no error if there is none. */
int vns_wired_forget(const char *service, struct vns_error *err);

/* Lists all recorded services, sorted by name. */
int vns_wired_list(struct vns_strings *services, struct vns_error *err);

#endif
