/*
 * pam_systemd.so has "systemd --user" started on the host: which stacks do that
 * for placed users, and what has them jump over it, by the answer of pam_vns.so
 * to "placed?". Pure.
 */
#ifndef VNS_PAMJUMP_H
#define VNS_PAMJUMP_H

#include "pamstack.h"

#define VNS_PAMJUMP_MODULE "pam_systemd.so"

/* The rule by which a session stack does it for who is placed; or NULL. */
const struct vns_pamstack_rule *
vns_pamjump_reached(const struct vns_pamstack *session);

/* Lines for a service's file. */
struct vns_pamjump_edit {
	size_t at;    /* the byte of its text where they go */
	bool instead; /* of the line there, which is to be a comment */
	char *lines;
};

struct vns_pamjump_edits {
	struct vns_pamjump_edit *items; /* in the file's order */
	size_t count;
};

/*
 * Finds them. What a file includes has its place taken by the same rules with
 * the jump among them: by an include of Debian's NAME-noninteractive where
 * that has all but pam_systemd.so, and otherwise by a copy. mark is the end of
 * each new line. 0, or a negative errno and why it cannot be done.
 */
int vns_pamjump_plan(const struct vns_pamstack_file *file,
		     vns_pamstack_reader *read, void *context, const char *mark,
		     struct vns_pamjump_edits *edits, struct vns_error *err);
void vns_pamjump_free(struct vns_pamjump_edits *edits);
#define VNS_AUTOPAMJUMP __attribute__((cleanup(vns_pamjump_free)))

/*
 * Whether two stacks are the same but for lines of pam_vns.so: the same rules
 * in the same order, and jumps that lead to the same ones.
 */
bool vns_pamjump_same(const struct vns_pamstack *plain,
		      const struct vns_pamstack *made);

#endif
