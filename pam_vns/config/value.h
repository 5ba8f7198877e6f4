/* Checks the values of keys in configuration files. Pure: it opens no files. */
#ifndef VNS_VALUE_H
#define VNS_VALUE_H

#include <stdbool.h>

/* The value of the key cgroup that is no path: sessions stay where they are. */
#define VNS_VALUE_NO_CGROUP "none"
/* A foreign one's cgroup that is the one of its container. */
#define VNS_VALUE_ITS_CGROUP "container"

/* The section of a value in which the names have been put in. */
#define VNS_VALUE_EXPANDED "expanded"

/* Whether the value has no control characters. */
bool vns_value_printable(const char *value);

/*
 * Returns NULL, or what is wrong with a value and what is right ("must be
 * ..."). section is the innermost section that the key is in, or NULL. In a
 * template %n and %i are not put in yet.
 */
const char *vns_value_wrong(const char *section, const char *key,
			    const char *value, bool template);

#endif
