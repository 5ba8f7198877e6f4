/* Translates between types of namespaces and their names by one table. */
#include "lib/nsname.h"

#include <string.h>

static const char *const names[VNS_NS_COUNT] = {
	[VNS_NS_UTS] = "uts",	[VNS_NS_IPC] = "ipc",
	[VNS_NS_NET] = "net",	[VNS_NS_CGROUP] = "cgroup",
	[VNS_NS_TIME] = "time", [VNS_NS_PID] = "pid",
	[VNS_NS_MNT] = "mnt",	[VNS_NS_USER] = "user",
};

const char *vns_nsname(enum vns_ns type)
{
	return names[type];
}

bool vns_nsname_find(const char *name, enum vns_ns *type)
{
	int i;

	for (i = 0; i < VNS_NS_COUNT; i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*type = (enum vns_ns)i;
		return true;
	}
	return false;
}
