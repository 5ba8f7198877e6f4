/*
 * Looks into a vserver without waiting: takes what the kernel knows by now, and
 * asks no filesystem.
 */
#ifndef VNS_GLANCE_H
#define VNS_GLANCE_H

#include "system/place.h"

#include <stdbool.h>

/*
 * Looks for the shell, if it is not NULL, for the home directory and, if it is
 * neither NULL nor empty, for cwd. Returns true if shell and home are there,
 * and it is known whether cwd is: *directory is then cwd or else the home
 * directory (O_PATH), which the caller closes and can change to without
 * waiting. Otherwise *directory is left alone: something is missing, or the
 * kernel would have to ask a filesystem.
 *
 * The kernel has to ask, and so a glance is not enough, for places with a user
 * namespace, for what is on another mount than the vserver's root directory,
 * for a filesystem that is not plain (system/fstype.h), for what nobody has
 * looked at lately, for a symbolic link whose time of access is to be written
 * (mount(8)), and for any symbolic link in an overlay. Before Linux 5.12 it
 * always has to.
 */
bool vns_glance_find(const struct vns_place *place, const char *shell,
		     const char *home, const char *cwd, int *directory);

#endif
