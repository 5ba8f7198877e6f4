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
 * white space at either end, however long it is. *services is NULL if there is
 * no such line; the caller frees it. Returns 0 or -ENOMEM.
 */
int vns_nsswitch_find(const char *text, const char *database, char **services);

/*
 * Returns the first service in *services as a string of its own, and moves
 * *services behind it. Actions, "[NOTFOUND=return]", are passed over. Returns
 * NULL at the end.
 */
char *vns_nsswitch_next(char **services);

#endif
