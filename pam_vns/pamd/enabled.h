/*
 * The record of the services that vns enable has wired, and of the lines they
 * have got. It outlives what an upgrade of the distribution does to /etc/pam.d,
 * so that this can be seen, and undone.
 */
#ifndef VNS_ENABLED_H
#define VNS_ENABLED_H

#include "lib/error.h"
#include "lib/util.h"

#define VNS_ENABLED_PARENT "/var/lib/vns"
#define VNS_ENABLED_DIR VNS_ENABLED_PARENT "/enabled"

/* A directory below /var/lib/vns, root's alone, made where it is missing. */
int vns_enabled_directory(const char *path, int *directory,
			  struct vns_error *err);

/* Writes a service's lines down, on the disk. */
int vns_enabled_note(const char *service, const char *lines,
		     struct vns_error *err);

/* 0 and the lines, to be freed, or -ENOENT; *path is of the record's file. */
int vns_enabled_read(const char *service, char **path, char **lines,
		     struct vns_error *err);

/* No error if it was not noted. */
int vns_enabled_forget(const char *service, struct vns_error *err);

/* All services, by name. */
int vns_enabled_list(struct vns_strings *services, struct vns_error *err);

#endif
