/* Lists which lines of a text were changed. Pure: it opens no files. */
#ifndef VNS_CHANGES_H
#define VNS_CHANGES_H

#include <stdio.h>

/*
 * Writes "PATH:" and a line for each line that only one of the texts has:
 * "-N: LINE" with its number in the old text, and "+N: LINE" with its number in
 * the new one. Applied to the old text, they make the new one, but for a
 * newline at its very end. Writes nothing if there are none.
 */
void vns_changes_write(FILE *out, const char *path, const char *before,
		       const char *after);

#endif
