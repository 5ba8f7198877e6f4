/* Knows the names in the /dev that each native vserver has of its own. */
#ifndef VNS_DEVNAME_H
#define VNS_DEVNAME_H

#include <stdbool.h>

/*
 * Whether a path that begins with "/dev/" is one of these names, or lies below
 * it, so that no device of the host's can be there.
 */
bool vns_devname_own(const char *path);

/* Whether the path is a pattern (glob(7)). */
bool vns_devname_pattern(const char *path);

#endif
