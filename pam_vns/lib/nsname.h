/* Names the types of namespaces (namespaces(7)). Pure: it opens no files. */
#ifndef VNS_NSNAME_H
#define VNS_NSNAME_H

#include <stdbool.h>

/*
 * The types in the order in which they are joined. A type that takes away power
 * over the others comes last.
 */
enum vns_ns {
	VNS_NS_UTS,
	VNS_NS_IPC,
	VNS_NS_NET,
	VNS_NS_CGROUP,
	VNS_NS_TIME,
	VNS_NS_PID,
	VNS_NS_MNT,
	VNS_NS_USER,
	VNS_NS_COUNT,
};

/* Bit N stands for type N. */
typedef unsigned vns_nsset;

#define VNS_NSSET(type) (1U << (type))
#define VNS_NSSET_ALL (VNS_NSSET(VNS_NS_COUNT) - 1)

/* The name of a type, as in /proc/PID/ns and in the configuration. */
const char *vns_nsname(enum vns_ns type);

/* Finds a type by its name; false if there is no such name. */
bool vns_nsname_find(const char *name, enum vns_ns *type);

#endif
