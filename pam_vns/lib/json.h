/* Prints text as JSON (RFC 8259). */
#ifndef VNS_JSON_H
#define VNS_JSON_H

#include <stdio.h>

/*
 * Prints "KEY": "TEXT", a member of an object, in ASCII. Bytes that are not
 * UTF-8, which JSON cannot have, become \xNN in the value, as in the log.
 */
void vns_json_member(FILE *stream, const char *key, const char *text);

#endif
