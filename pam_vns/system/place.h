/*
 * Defines a place: the namespaces of a vserver, held by descriptors
 * (namespaces(7)).
 */
#ifndef VNS_PLACE_H
#define VNS_PLACE_H

#include "lib/error.h"
#include "lib/nsname.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * Where a session goes. The descriptors are owned by the struct and
 * close-on-exec; -1 means that there is none.
 */
struct vns_place {
	int ns[VNS_NS_COUNT]; /* to be joined (nsfs); VNS_NS_MNT always is */
	int root;    /* the mount namespace's root directory (O_PATH) */
	int guard;   /* directory that must still have the pin "mnt" */
	int process; /* pidfd of a process that must still live */
	int pid;     /* that process's number, or 0; it may be reused */
	/*
	 * root is the process's root directory, on a filesystem that asks
	 * nobody (fstype.h). That it is the mount namespace's, too, is only
	 * likely: a process that is a tenant's can deceive. vns_namespace_enter
	 * finds out; who relies on it without entering opens it anew.
	 */
	bool likely;
	/*
	 * Who may own its user namespaces, besides uid 0 (vet.h). Whoever opens
	 * a place sets it before. VNS_PLACE_ANYBODY: it is only looked at.
	 */
	uid_t owner;
	/*
	 * Only while a place is opened, with 0 in owner: any one of these may,
	 * and whoever it is becomes owner. The caller's.
	 */
	const uid_t *owners;
	size_t owner_count;
	/* Namespaces may be shared with another container of such owners. */
	bool shared;
};
#define VNS_PLACE_NONE                                           \
	((struct vns_place){ { -1, -1, -1, -1, -1, -1, -1, -1 }, \
			     -1,                                 \
			     -1,                                 \
			     -1,                                 \
			     0,                                  \
			     false,                              \
			     0,                                  \
			     NULL,                               \
			     0,                                  \
			     false })
#define VNS_PLACE_ANYBODY ((uid_t)-1)

/* An empty place, in which whoever may own that of asked, or share it, may. */
struct vns_place vns_place_like(const struct vns_place *asked);

void vns_place_close(struct vns_place *place);
#define VNS_AUTOPLACE __attribute__((cleanup(vns_place_close)))

/*
 * Opens the wanted types of a process's namespaces; proc is its open /proc/PID.
 * A type that the kernel does not have is passed over.
 */
int vns_place_of_process(int proc, vns_nsset wanted, struct vns_place *place,
			 struct vns_error *err);

/*
 * Returns those of the wanted types of which the process has another namespace
 * than the caller, and those that cannot be looked at. A mount namespace always
 * is among them if it is wanted.
 */
vns_nsset vns_place_differing(int proc, vns_nsset wanted);

/* Whether two open descriptors are the same namespace. */
bool vns_place_same(int a, int b);

/*
 * Opens the directory of the calling thread's own namespaces in /proc, and
 * reads a namespace's number there: the inode number of its descriptors
 * (namespaces(7)), or 0 if it cannot be read. For next see vns_place_file.
 */
int vns_place_open_own(int *directory, struct vns_error *err);
unsigned long vns_place_number(int directory, int type, bool next);

/* Whether two open descriptors are the same directory of the same mount. */
bool vns_place_same_directory(int a, int b);

/*
 * Whether no way leads up from a directory and nothing is mounted on it, as is
 * so for the root of a mount namespace; and for a mount that is nowhere
 * attached.
 */
bool vns_place_is_topmost(int directory);

/* Whether the pin in guard still is the mount namespace, and process lives. */
bool vns_place_remains(const struct vns_place *place);

/* Opens the calling thread's own mount namespace. */
int vns_place_self(int *fd, struct vns_error *err);

/*
 * Returns a type's flag (CLONE_NEW...). Below it is the directory in /proc of
 * the thread's own namespaces.
 */
int vns_place_flag(int type);
#define VNS_PLACE_SELF "/proc/thread-self/ns"

/*
 * Returns the name of a type's file in /proc/PID/ns; with next that of the
 * namespace in which the process's children will be.
 */
const char *vns_place_file(int type, bool next);

#endif
