/*
 * A place: the namespaces of a vserver, held by descriptors (namespaces(7)).
 */
#ifndef VNS_PLACE_H
#define VNS_PLACE_H

#include "lib/error.h"
#include "lib/nsname.h"

#include <stdbool.h>

/* Where a session goes. The descriptors are owned, close-on-exec; -1: none. */
struct vns_place {
	int ns[VNS_NS_COUNT]; /* what is joined (nsfs); VNS_NS_MNT always */
	int root;  /* the mount namespace's root directory (O_PATH) */
	int guard; /* the directory in which it must still be pinned as "mnt" */
	int process; /* a pidfd of one that must still live */
};
#define VNS_PLACE_NONE \
	((struct vns_place){ { -1, -1, -1, -1, -1, -1, -1, -1 }, -1, -1, -1 })

void vns_place_close(struct vns_place *place);
#define VNS_AUTOPLACE __attribute__((cleanup(vns_place_close)))

/*
 * Opens those namespaces of a process that are wanted; proc is its open
 * /proc/PID. A type that the kernel does not have is passed over.
 */
int vns_place_of_process(int proc, vns_nsset wanted, struct vns_place *place,
			 struct vns_error *err);

/* Whether two open descriptors are the same namespace. */
bool vns_place_same(int a, int b);

/* Whether two open descriptors are the same directory of the same mount. */
bool vns_place_same_directory(int a, int b);

/* The calling thread's own mount namespace. */
int vns_place_self(int *fd, struct vns_error *err);

/* A type's flag (CLONE_NEW...), and the file of a thread's own in /proc. */
int vns_place_flag(int type);
#define VNS_PLACE_SELF "/proc/thread-self/ns"

/* What it is called in /proc/PID/ns; next: that of the process's children. */
const char *vns_place_file(int type, bool next);

#endif
