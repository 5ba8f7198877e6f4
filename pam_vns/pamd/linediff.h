/* Shows what has changed, in the form of diff -u. Pure: it opens no files. */
#ifndef VNS_LINEDIFF_H
#define VNS_LINEDIFF_H

#include <stdio.h>

/*
 * Writes the difference of two texts. One must have come from the other by
 * adding or removing lines that contain mark, or by putting something with mark
 * before a line (other changes make the output longer than need be, not wrong).
 * Writes nothing where the texts are the same. Returns 0 or -ENOMEM.
 */
int vns_linediff_write(FILE *out, const char *path, const char *old,
		       const char *new, const char *mark);

#endif
