/*
 * Makes and opens /run/vns and the directories in it, which are root's alone,
 * whatever run_dir the configuration has.
 */
#ifndef VNS_RUNTIME_H
#define VNS_RUNTIME_H

#include "lib/error.h"

/* This one has locks. */
#define VNS_RUNTIME_LOCK "lock"

/*
 * Opens /run/vns, and makes it if it is missing. The caller closes *directory.
 */
int vns_runtime_top(int *directory, struct vns_error *err);

/*
 * Opens the directory of this name in /run/vns, and makes it if it is missing.
 * The caller closes *directory.
 */
int vns_runtime_open(const char *name, int *directory, struct vns_error *err);

/*
 * Opens a directory in one that only root can write to, and makes it if it is
 * missing. One that others can open, as of an older version, is shut. The
 * caller closes *fd.
 */
int vns_runtime_directory(int parent, const char *name, int *fd,
			  struct vns_error *err);

#endif
