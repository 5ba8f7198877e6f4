/* What has changed, as diff -u shows it. Pure. */
#ifndef VNS_LINEDIFF_H
#define VNS_LINEDIFF_H

#include <stdio.h>

/*
 * Of two texts of which one came from the other by adding lines, or removing
 * some, that contain mark, or by putting something with it before a line
 * (other changes make it longer than need be, not wrong). Writes nothing where
 * they are the same. 0 or -ENOMEM.
 */
int vns_linediff_write(FILE *out, const char *path, const char *old,
		       const char *new, const char *mark);

#endif
