/*
 * Sets the frozen identity: what libnss_vns.so.2 answers, and nothing else.
 *
 * A process that has entered a vserver is still root, and its name service
 * switch (nsswitch.conf(5)) would read configuration and load libraries from
 * the tenant's files. So the answers that the process may still need are copied
 * before it enters, and this library (an NSS module, loaded from the host)
 * gives them from memory. The state belongs to the process, as NSS's own state
 * does; only one thread changes it.
 */
#ifndef VNS_FROZEN_H
#define VNS_FROZEN_H

#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Change this number together with the declarations below: the module and the
 * library both check it.
 */
#ifndef VNS_FROZEN_VERSION
#define VNS_FROZEN_VERSION 1
#endif

/*
 * The version of the library. A library without this function is older than all
 * others.
 */
unsigned vns_frozen_version(void) __attribute__((weak));

struct vns_frozen {
	unsigned version; /* the module's version */
	const struct passwd *user;
	const struct passwd *root; /* NULL: there is no such account */
	const gid_t *groups;	   /* the user's groups */
	size_t group_count;
	bool has_tty; /* the host has a group "tty" */
	gid_t tty;
};

/*
 * Copies everything and replaces what was frozen before. Returns 0, -ENOMEM, or
 * -EPROTO if "from" is of another version.
 */
int vns_frozen_set(const struct vns_frozen *from);

/* Stops answering: every lookup returns NSS_STATUS_UNAVAIL from then on. */
void vns_frozen_clear(void);

bool vns_frozen_active(void);

#endif
