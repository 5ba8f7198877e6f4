/*
 * Makes the stack of a service, with its includes, and finds what may come of
 * it.
 */

#include "pamd/stack.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX 16
#define FILES_MAX 32
#define RULES_MAX 2000

struct walk {
	enum vns_pamstack_type type;
	vns_pamstack_reader *read;
	void *context;
	struct vns_pamstack *stack;
	struct vns_error *err;
	unsigned depth, level;
};

static int add_rule(struct walk *walk, const struct vns_pamstack_file *file,
		    const struct vns_pamstack_line *line, const char *wrong)
{
	struct vns_pamstack *stack = walk->stack;
	struct vns_pamstack_rule *rules;

	if (stack->count >= RULES_MAX)
		return vns_error_set(walk->err, E2BIG,
				     "%s:%u: more than %d lines, with those "
				     "of included files",
				     file->path, line->first, RULES_MAX);
	rules = reallocarray(stack->rules, stack->count + 1, sizeof(*rules));
	if (!rules)
		return vns_error_memory(walk->err);
	stack->rules = rules;
	rules += stack->count++;
	*rules = (struct vns_pamstack_rule){ line, file, NULL, walk->depth,
					     walk->level };
	rules->wrong = wrong ? strdup(wrong) : NULL;
	if (wrong && !rules->wrong)
		return vns_error_memory(walk->err);
	return 0;
}

/* Reads, parses and keeps one file. */
static int add_file(struct walk *walk, const char *name,
		    struct vns_pamstack_file **file, struct vns_error *err)
{
	VNS_AUTOFREE char *path = NULL, *text = NULL;
	struct vns_pamstack *stack = walk->stack;
	struct vns_pamstack_file **files;
	size_t length = 0;
	int rc;

	files = reallocarray(stack->files, stack->files_count + 1,
			     sizeof(struct vns_pamstack_file *));
	if (!files)
		return vns_error_memory(err);
	stack->files = files;
	rc = walk->read(walk->context, name, &path, &text, &length, err);
	if (rc < 0)
		return rc;
	rc = vns_pamstack_parse(text, length, path, file, err);
	if (rc < 0)
		return rc;
	files[stack->files_count++] = *file;
	return 0;
}

static int walk_file(struct walk *walk, const struct vns_pamstack_file *file);

static int walk_include(struct walk *walk, const struct vns_pamstack_file *from,
			const struct vns_pamstack_line *line)
{
	bool substack = line->kind == VNS_PAMSTACK_SUBSTACK;
	struct vns_pamstack_file *file = NULL;
	struct vns_error why = { "" };
	int rc;

	if (walk->stack->files_count >= FILES_MAX)
		return vns_error_set(walk->err, ELOOP,
				     "%s:%u: too many files are included",
				     from->path, line->first);
	if (walk->depth >= DEPTH_MAX)
		return add_rule(walk, from, line, "includes go too deep");
	rc = add_file(walk, line->target, &file, &why);
	if (rc == -ENOMEM)
		return vns_error_memory(walk->err);
	if (!file)
		return add_rule(walk, from, line, why.text);
	if (substack) {
		rc = add_rule(walk, from, line, NULL);
		if (rc < 0)
			return rc;
	}
	walk->depth++;
	walk->level += substack;
	rc = walk_file(walk, file);
	walk->depth--;
	walk->level -= substack;
	return rc;
}

/*
 * A line without a known type fails in the stack of the include that has led to
 * it, and otherwise in auth. Here it is in the stack of every type.
 */
static bool concerns(const struct walk *walk,
		     const struct vns_pamstack_line *line)
{
	return line->type == walk->type || line->type == VNS_PAMSTACK_TYPES;
}

static int walk_file(struct walk *walk, const struct vns_pamstack_file *file)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < file->count; i++) {
		const struct vns_pamstack_line *line = &file->lines[i];

		if (!concerns(walk, line))
			continue;
		if (line->kind == VNS_PAMSTACK_MODULE ||
		    line->kind == VNS_PAMSTACK_BROKEN)
			rc = add_rule(walk, file, line, line->wrong);
		else
			rc = walk_include(walk, file, line);
	}
	return rc;
}

static int walk_service(struct walk *walk, struct vns_pamstack *stack,
			const char *service)
{
	struct vns_pamstack_file *file = NULL;
	int rc;

	walk->stack = stack;
	rc = add_file(walk, service, &file, walk->err);
	return file ? walk_file(walk, file) : rc;
}

int vns_pamstack_resolve(const char *service, enum vns_pamstack_type type,
			 vns_pamstack_reader *read, void *context,
			 struct vns_pamstack **stack, struct vns_error *err)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *made = calloc(1, sizeof(*made));
	struct walk walk = { type, read, context, NULL, err, 0, 0 };
	int rc;

	if (!made)
		return vns_error_memory(err);
	rc = walk_service(&walk, made, service);
	if (rc < 0)
		return rc;
	*stack = made;
	made = NULL;
	return 0;
}

void vns_pamstack_free(struct vns_pamstack *stack)
{
	size_t i;

	if (!stack)
		return;
	for (i = 0; i < stack->count; i++)
		free(stack->rules[i].wrong);
	for (i = 0; i < stack->files_count; i++)
		vns_pamstack_free_file(stack->files[i]);
	free(stack->rules);
	free(stack->files);
	free(stack);
}

/*
 * The states that a stack can be in before a rule, as a set of bits. A state is
 * what the rules so far amount to, and whether the module was run.
 */
enum { OPEN, GOOD, BAD, IMPRESSIONS };
#define STATE(impression, run) (1U << ((impression) + IMPRESSIONS * (run)))
#define STATES (2 * IMPRESSIONS)

/*
 * Finds the rule behind the last one of this rule's substack, or of the stack.
 */
static size_t find_end(const struct vns_pamstack *stack, size_t at)
{
	unsigned level = stack->rules[at].level;

	do
		at++;
	while (at < stack->count && stack->rules[at].level >= level);
	return at;
}

size_t vns_pamstack_find_jump(const struct vns_pamstack *stack, size_t at,
			      int jump, bool *found)
{
	unsigned level = stack->rules[at].level;

	at++;
	while (jump > 0 && at < stack->count &&
	       stack->rules[at].level >= level) {
		do
			at++;
		while (at < stack->count && stack->rules[at].level > level);
		jump--;
	}
	*found = jump == 0;
	return at;
}

/* Adds the states that a code leads to from one state, by the action for it. */
static void act(const struct vns_pamstack *stack, size_t at, unsigned code,
		int action, unsigned impression, bool run,
		unsigned char *states)
{
	bool found;
	size_t to;

	switch (action) {
	case VNS_PAMSTACK_DO_IGNORE:
		states[at + 1] |= STATE(impression, run);
		return;
	case VNS_PAMSTACK_DO_OK:
	case VNS_PAMSTACK_DO_DONE:
		if (impression == OPEN)
			impression = GOOD;
		to = action == VNS_PAMSTACK_DO_DONE && impression == GOOD ?
			     find_end(stack, at) :
			     at + 1;
		/*
		 * "default=ok" keeps the error, and the stack fails in the end.
		 */
		if (code != VNS_PAMSTACK_SUCCESS)
			impression = BAD;
		states[to] |= STATE(impression, run);
		return;
	case VNS_PAMSTACK_DO_BAD:
		states[at + 1] |= STATE(BAD, run);
		return;
	case VNS_PAMSTACK_DO_DIE:
		states[find_end(stack, at)] |= STATE(BAD, run);
		return;
	case VNS_PAMSTACK_DO_RESET:
		/*
		 * A reset goes back to an earlier state: to which is not kept,
		 * so to all.
		 */
		for (impression = 0; impression < IMPRESSIONS; impression++)
			states[at + 1] |= STATE(impression, run);
		return;
	default:
		to = vns_pamstack_find_jump(stack, at, action, &found);
		states[to] |= STATE(found ? impression : BAD, run);
	}
}

static void step(const struct vns_pamstack *stack, size_t at,
		 const char *module, uint32_t outcomes, unsigned char *states)
{
	const struct vns_pamstack_rule *rule = &stack->rules[at];
	bool ours = !rule->wrong && module &&
		    vns_pamstack_places(rule->line, module);
	unsigned state, code;

	for (state = 0; state < STATES; state++) {
		unsigned impression = state % IMPRESSIONS;
		bool run = ours || state >= IMPRESSIONS;

		if (!(states[at] & (1U << state)))
			continue;
		if (rule->wrong) {
			act(stack, at, 0, VNS_PAMSTACK_DO_BAD, impression, run,
			    states);
			continue;
		}
		if (rule->line->kind == VNS_PAMSTACK_SUBSTACK) {
			states[at + 1] |= STATE(impression, run);
			continue;
		}
		for (code = 0; code < VNS_PAMSTACK_CODES; code++)
			if (outcomes & (UINT32_C(1) << code))
				act(stack, at, code, rule->line->actions[code],
				    impression, run, states);
	}
}

/*
 * Computes the states before each rule and at the end: count + 1 sets, or NULL.
 */
static unsigned char *run(const struct vns_pamstack *stack, const char *module,
			  vns_pamstack_outcome *outcome, void *context)
{
	unsigned char *states = calloc(stack->count + 1, 1);
	uint32_t outcomes;
	size_t i;

	if (!states)
		return NULL;
	states[0] = STATE(OPEN, false);
	for (i = 0; i < stack->count; i++) {
		outcomes = stack->rules[i].wrong ||
					   stack->rules[i].line->kind !=
						   VNS_PAMSTACK_MODULE ?
				   0 :
				   outcome(context, &stack->rules[i]);
		step(stack, i, module, outcomes, states);
	}
	return states;
}

struct vns_pamstack_verdict
vns_pamstack_evaluate(const struct vns_pamstack *stack, const char *module,
		      vns_pamstack_outcome *outcome, void *context)
{
	/*
	 * Where memory is short, no stack succeeds with the module, and each
	 * can without it.
	 */
	struct vns_pamstack_verdict verdict = { false, true };
	VNS_AUTOFREE unsigned char *states =
		run(stack, module, outcome, context);

	if (!states)
		return verdict;
	verdict.with = states[stack->count] & STATE(GOOD, true);
	verdict.without = states[stack->count] & STATE(GOOD, false);
	return verdict;
}

const struct vns_pamstack_rule *
vns_pamstack_reached(const struct vns_pamstack *stack, const char *module,
		     vns_pamstack_outcome *outcome, void *context)
{
	VNS_AUTOFREE unsigned char *states = run(stack, NULL, outcome, context);
	size_t i;

	for (i = 0; i < stack->count; i++)
		if (vns_pamstack_is(stack->rules[i].line, module) &&
		    (!states || states[i]))
			return &stack->rules[i];
	return NULL;
}
