/*
 * Compares two stacks rule by rule, without the rules of one module, and checks
 * that jumps lead to the same rules.
 */
#include "pamd/same.h"

#include <string.h>

static bool same_words(const struct vns_strings *a, const struct vns_strings *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool vns_pamsame_rule(const struct vns_pamstack_rule *a,
		      const struct vns_pamstack_rule *b)
{
	return same_text(a->wrong, b->wrong) && a->level == b->level &&
	       a->line->kind == b->line->kind &&
	       a->line->silent == b->line->silent &&
	       same_text(a->line->target, b->line->target) &&
	       same_words(&a->line->arguments, &b->line->arguments) &&
	       memcmp(a->line->actions, b->line->actions,
		      sizeof(a->line->actions)) == 0;
}

static bool is_of(const struct vns_pamstack *stack, size_t at,
		  const char *module)
{
	return at < stack->count &&
	       vns_pamstack_is(stack->rules[at].line, module);
}

/* Counts the rules before this one that are of other modules. */
static size_t count_others(const struct vns_pamstack *stack, size_t at,
			   const char *module)
{
	size_t i, count = 0;

	for (i = 0; i < at; i++)
		count += !is_of(stack, i, module);
	return count;
}

/*
 * Whether the jumps of two rules lead to the same rules. The two rules are the
 * same by their words.
 */
static bool same_jumps(const struct vns_pamstack *plain, size_t i,
		       const struct vns_pamstack *made, size_t j,
		       const char *module)
{
	const int *actions = plain->rules[i].line->actions;
	size_t code;

	for (code = 0; code < VNS_PAMSTACK_CODES; code++) {
		bool found[2];
		size_t to[2];

		if (actions[code] <= 0)
			continue;
		to[0] = vns_pamstack_find_jump(plain, i, actions[code],
					       &found[0]);
		to[1] = vns_pamstack_find_jump(made, j, actions[code],
					       &found[1]);
		if (found[0] != found[1] ||
		    count_others(plain, to[0], module) !=
			    count_others(made, to[1], module))
			return false;
	}
	return true;
}

bool vns_pamsame_stack(const struct vns_pamstack *plain,
		       const struct vns_pamstack *made, const char *module)
{
	size_t i, j;

	for (i = j = 0;; i++, j++) {
		while (is_of(plain, i, module))
			i++;
		while (is_of(made, j, module))
			j++;
		if (i == plain->count || j == made->count)
			return i == plain->count && j == made->count;
		if (!vns_pamsame_rule(&plain->rules[i], &made->rules[j]) ||
		    !same_jumps(plain, i, made, j, module))
			return false;
	}
}
