/*
 * Freezing what a process knows of users and groups, before it enters a
 * vserver, and thawing it where it stays on the host after all. See frozen.h
 * for why.
 */
#ifndef VNS_IDENTITY_H
#define VNS_IDENTITY_H

#include "system/account.h"

/* What thawing needs. Zero-initialise it. */
struct vns_identity {
	char *nsswitch; /* the host's nsswitch.conf; NULL if it has none */
	char *locale;	/* LC_ALL before */
	int dumpable;	/* PR_GET_DUMPABLE before */
};

/*
 * Whether the libnss_vns.so.2 that was loaded with this module belongs to it;
 * -EPROTO if not. Before anything is done for a user who is to be placed.
 */
int vns_identity_check(struct vns_error *err);

/*
 * From now on this process knows the account, root, the account's groups and
 * the group tty, and nobody else; its locale is "C" and it is not dumpable
 * (PR_SET_DUMPABLE, prctl(2)). Loads the account's groups. On failure nothing
 * has changed.
 */
int vns_identity_freeze(struct vns_account *account,
			struct vns_identity *identity, struct vns_error *err);

/* Whether this process is frozen already, by whatever session. */
bool vns_identity_frozen(void);

/*
 * Undoes the freezing, but for what PR_SET_DUMPABLE was: a process that has
 * been seen inside must not be looked into.
 */
void vns_identity_thaw(const struct vns_identity *identity);

/* Undoes all of it: for a process that has never been inside. */
void vns_identity_undo(const struct vns_identity *identity);

void vns_identity_free(struct vns_identity *identity);

#endif
