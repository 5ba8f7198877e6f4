/*
 * Finds who uses namespaces: processes that are in them or have descriptors of
 * them, and mounts of them in the caller's mount namespace (namespaces(7)).
 */
#ifndef VNS_NSUSER_H
#define VNS_NSUSER_H

#include "lib/error.h"
#include "lib/nsname.h"

#include <stdbool.h>

/*
 * A namespace's type and number, as its links in /proc say them, and when the
 * kernel made its file. Its number alone may soon be that of another namespace.
 * As long as anybody has a descriptor or a mount of the namespace, it keeps its
 * file; for a namespace that merely has processes in it, the kernel makes a
 * file anew when somebody looks.
 */
typedef char vns_nsuser_id[96];

/* Reads this of an open descriptor of a namespace. */
bool vns_nsuser_identify(enum vns_ns type, int fd, vns_nsuser_id id);

struct vns_nsuser {
	int type;	   /* of the namespace */
	unsigned long pid; /* 0: it is a mount */
	int fd;		   /* a descriptor of the process's; -1: it is inside */
	char mount[256];
};

#define VNS_NSUSER_MAX 8
struct vns_nsusers {
	struct vns_nsuser first[VNS_NSUSER_MAX];
	unsigned count; /* of all, also those for which there is no room */
	bool has_tools; /* some are processes of vns or vnamespace */
};

/*
 * Finds the users of the wanted namespaces, one of each type ("": none). Each
 * process but the caller is found once, by the mount namespace before others.
 * Mounts in the directory own are left out. Processes of vns and vnamespace,
 * which end with what they have run inside, have patience_ms to do so.
 *
 * A descriptor that is on its way through a socket is not found, nor is a mount
 * in another mount namespace.
 */
int vns_nsuser_find(const vns_nsuser_id wanted[VNS_NS_COUNT], const char *own,
		    unsigned patience_ms, struct vns_nsusers *users,
		    struct vns_error *err);

#endif
