/* Prints text as JSON (RFC 8259). */
#ifndef VNS_JSON_H
#define VNS_JSON_H

#include <stdio.h>

/*
 * Prints "KEY": "TEXT", a member of an object. What cannot be printed is escaped
 * as in the log (log.h). A text of more than 4 KiB is cut.
 */
void vns_json_member(FILE *stream, const char *key, const char *text);

#endif
