/* Prints JSON strings (RFC 8259). */
#ifndef VNS_JSON_H
#define VNS_JSON_H

#include <stdio.h>

/*
 * Prints the text in quotes. What cannot be printed is escaped as in the log
 * (log.h). Text longer than 4 KiB is cut.
 */
void vns_json_string(FILE *stream, const char *text);

/* Prints "KEY": and then the text in the same way, as a member of an object. */
void vns_json_member(FILE *stream, const char *key, const char *text);

#endif
