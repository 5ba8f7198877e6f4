/* Compares two stacks: whether they do the same. Pure: it opens no files. */
#ifndef VNS_PAMSAME_H
#define VNS_PAMSAME_H

#include "pamd/stack.h"

bool vns_pamsame_rule(const struct vns_pamstack_rule *a,
		      const struct vns_pamstack_rule *b);

/*
 * Whether the stacks are the same but for the lines of one module: they have
 * the same rules in the same order, and jumps that lead to the same rules.
 */
bool vns_pamsame_stack(const struct vns_pamstack *plain,
		       const struct vns_pamstack *made, const char *module);

#endif
