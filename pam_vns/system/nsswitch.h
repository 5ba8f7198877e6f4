/* nsswitch.conf(5), as far as is needed to put a database's line back. Pure. */
#ifndef VNS_NSSWITCH_H
#define VNS_NSSWITCH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies what stands behind "database:" in text, without comment and outer
 * white space. False if there is no such line or it does not fit.
 */
bool vns_nsswitch_find(const char *text, const char *database, char *services,
		       size_t size);

/*
 * The first service of *services, as a string of its own: what stands behind
 * it is *services then. Actions, "[NOTFOUND=return]", are passed over. NULL at
 * the end.
 */
char *vns_nsswitch_next(char **services);

#endif
