/* What the values of keys in configuration files must be. Pure. */
#ifndef VNS_VALUE_H
#define VNS_VALUE_H

#include <stdbool.h>

/* What cgroup = can be besides a path: sessions stay where they are. */
#define VNS_VALUE_NO_CGROUP "none"

/* Whether it has no control characters. */
bool vns_value_printable(const char *value);

/*
 * NULL, or what is wrong with a value and what is right ("must be ...").
 * section is the innermost one that the key stands in, or NULL. In a template
 * %n and %i are not put in yet.
 */
const char *vns_value_wrong(const char *section, const char *key,
			    const char *value, bool template);

#endif
