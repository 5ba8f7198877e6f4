/*
 * pam_systemd.so has "systemd --user" started on the host: which stacks do that
 * for placed users, and what has them jump over it, by the answer of pam_vns.so
 * to "placed?". Pure.
 */
#ifndef VNS_PAMJUMP_H
#define VNS_PAMJUMP_H

#include "pamd/stack.h"

#define VNS_PAMJUMP_MODULE "pam_systemd.so"

/* The rule by which a session stack does it for who is placed; or NULL. */
const struct vns_pamstack_rule *
vns_pamjump_reached(const struct vns_pamstack *session);

/* What a line in whose place others are has before it, behind the mark. */
#define VNS_PAMJUMP_INSTEAD ", instead of: "

/*
 * The text of a service's file (path is its), so that its session lines do not
 * do it. What the file includes has its place taken by the same rules with the
 * jump among them: by an include of Debian's NAME-noninteractive where that has
 * all but pam_systemd.so, and otherwise by a copy. mark is the end of each new
 * line. Nothing but that is new: the rules are compared, and where each jump
 * leads. 0 and the text, to be freed, or a negative errno and why not.
 */
int vns_pamjump_add(const char *text, const char *path,
		    vns_pamstack_reader *read, void *context, const char *mark,
		    char **made, struct vns_error *err);

#endif
