/*
 * Lists of "key=value" strings, and their text: each string with a NUL behind
 * it. Records of sessions, and the messages between the module and the keeper,
 * are such texts. Pure: it opens no files.
 */
#ifndef VNS_FIELDS_H
#define VNS_FIELDS_H

#include "lib/util.h"

/* Returns the value if item is the string for key, otherwise NULL. */
const char *vns_fields_value(const char *item, const char *key);

/* Returns the value of the first string for key, or "" where there is none. */
const char *vns_fields_get(const struct vns_strings *fields, const char *key);

/* Returns whether the value is a number, and stores that number. */
bool vns_fields_number(const struct vns_strings *fields, const char *key,
		       unsigned long *number);

/* Returns 0 or -ENOMEM. Nothing is added if value is NULL or "". */
int vns_fields_add(struct vns_strings *fields, const char *key,
		   const char *value);

/* Returns NULL where there is no memory. The caller frees the text. */
char *vns_fields_join(const struct vns_strings *fields, size_t *length);

/*
 * Adds the strings of a text to fields. Returns 0, -ENOMEM, or -EINVAL for text
 * not made by vns_fields_join; the strings before the fault are added then.
 */
int vns_fields_split(const char *text, size_t length,
		     struct vns_strings *fields);

#endif
