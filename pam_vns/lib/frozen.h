/*
 * The frozen identity: what libnss_vns.so.2 answers, and nothing else.
 *
 * A process that has entered a vserver is still root, and its name service
 * switch would read configuration and load libraries from the tenant's files.
 * So the answers it may still need are copied before entering, and this
 * library (an NSS module, loaded from the host) gives them from memory. The
 * state is the process's, as NSS's own is; it is changed by one thread only.
 */
#ifndef VNS_FROZEN_H
#define VNS_FROZEN_H

#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* To be changed with what follows: the module and the library both check it. */
#ifndef VNS_FROZEN_VERSION
#define VNS_FROZEN_VERSION 1
#endif

/* The library's. A library without this function is older than all others. */
unsigned vns_frozen_version(void) __attribute__((weak));

struct vns_frozen {
	unsigned version; /* the module's */
	const struct passwd *user;
	const struct passwd *root; /* may be NULL: there is no such account */
	const gid_t *groups;	   /* the user's */
	size_t group_count;
	bool has_tty; /* the host has a group "tty" */
	gid_t tty;
};

/*
 * Copies everything; replaces what was frozen before. 0, -ENOMEM, or -EPROTO if
 * it is of another version.
 */
int vns_frozen_set(const struct vns_frozen *from);

/* Nothing is answered any more; NSS_STATUS_UNAVAIL from then on. */
void vns_frozen_clear(void);

bool vns_frozen_active(void);

#endif
