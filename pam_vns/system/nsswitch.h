/*
 * Parses nsswitch.conf(5), as far as is needed to put a database's line back.
 * Pure: it opens no files.
 */
#ifndef VNS_NSSWITCH_H
#define VNS_NSSWITCH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies what stands behind "database:" in text, without comments and without
 * white space at either end. Returns false if there is no such line or it does
 * not fit.
 */
bool vns_nsswitch_find(const char *text, const char *database, char *services,
		       size_t size);

/*
 * Returns the first service in *services as a string of its own, and moves
 * *services behind it. Actions, "[NOTFOUND=return]", are passed over. Returns
 * NULL at the end.
 */
char *vns_nsswitch_next(char **services);

#endif
