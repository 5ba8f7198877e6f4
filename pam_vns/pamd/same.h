/* Whether two stacks do the same. Pure. */
#ifndef VNS_PAMSAME_H
#define VNS_PAMSAME_H

#include "pamd/stack.h"

bool vns_pamsame_rule(const struct vns_pamstack_rule *a,
		      const struct vns_pamstack_rule *b);

/*
 * But for the lines of one module: the same rules in the same order, and jumps
 * that lead to the same ones.
 */
bool vns_pamsame_stack(const struct vns_pamstack *plain,
		       const struct vns_pamstack *made, const char *module);

#endif
