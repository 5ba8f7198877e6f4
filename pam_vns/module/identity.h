/*
 * Freezes what a process knows about users and groups before it enters a
 * vserver, and thaws it if the process stays on the host after all. See
 * frozen.h for the reasons.
 */
#ifndef VNS_IDENTITY_H
#define VNS_IDENTITY_H

#include "wire/answer.h"

#include <stdbool.h>

/* Stores what thawing needs. It must be initialised with zeros. */
struct vns_identity {
	char *locale; /* the previous LC_ALL */
	int dumpable; /* the previous PR_GET_DUMPABLE */
};

/*
 * Checks that the libnss_vns.so.2 that was loaded with this module belongs to
 * it; returns -EPROTO if not. To be called before anything is done for a user
 * who is to be placed.
 */
int vns_identity_check(struct vns_error *err);

/*
 * From now on this process knows nobody, until vns_identity_freeze. On failure
 * nothing has changed.
 */
int vns_identity_begin(struct vns_identity *identity, struct vns_error *err);

/*
 * From now on this process knows the answer's user, root, the user's groups and
 * the group tty, and nobody else. Its locale is "C" and it is not dumpable
 * (PR_SET_DUMPABLE, prctl(2)). On failure all is as before vns_identity_begin.
 */
int vns_identity_freeze(const struct vns_answer *answer,
			struct vns_identity *identity, struct vns_error *err);

/* Whether this process is already frozen, by whichever session. */
bool vns_identity_frozen(void);

/*
 * Undoes the freezing, on the host, whose nsswitch.conf is read; but does not
 * restore PR_SET_DUMPABLE: nobody may look into the memory of a process that
 * could be seen inside.
 */
void vns_identity_thaw(const struct vns_identity *identity);

/* Undoes all of the freezing. Only for a process that has never been inside. */
void vns_identity_undo(const struct vns_identity *identity);

void vns_identity_free(struct vns_identity *identity);

#endif
