/* Strings of JSON (RFC 8259). */
#ifndef VNS_JSON_H
#define VNS_JSON_H

#include <stdio.h>

/*
 * The text, quoted; what cannot be printed is escaped as in the log (log.h).
 * What is longer than 4 KiB is cut.
 */
void vns_json_string(FILE *stream, const char *text);

/* The same behind "KEY": , as of an object. */
void vns_json_member(FILE *stream, const char *key, const char *text);

#endif
