/*
 * Fuzzes the parser of pam.d(5): any bytes give either an error message, or
 * lines that are the text's, and a stack of these, which may include itself.
 */
#include "pamd/stack.h"

#include "fuzz.h"

#include <errno.h>

struct input {
	const char *text;
	size_t size;
};

static int read_input(void *context, const char *name, char **path, char **text,
		      size_t *length, struct vns_error *err)
{
	const struct input *input = context;

	if (*name == '/')
		return vns_error_set(err, ENOENT, "none");
	*path = strdup("f");
	*text = malloc(input->size + 1);
	HOLDS(*path && *text);
	memcpy(*text, input->text, input->size);
	*length = input->size;
	return 0;
}

static uint32_t outcome(void *context, const struct vns_pamstack_rule *rule)
{
	(void)context;
	HOLDS(rule->line->kind == VNS_PAMSTACK_MODULE);
	return rule->line->target[0] == 'p' ? UINT32_MAX : 1;
}

static void check_line(const struct vns_pamstack_line *line, size_t size)
{
	HOLDS(line->start < line->end && line->end <= size);
	HOLDS(line->first > 0 && line->first <= line->last);
	HOLDS((line->kind == VNS_PAMSTACK_BROKEN) == (line->wrong != NULL));
	HOLDS(line->wrong || (line->control && line->target));
	HOLDS(line->wrong || *line->target);
}

static void check_stack(struct input *input, enum vns_pamstack_type type)
{
	struct vns_pamstack *stack = NULL;
	struct vns_pamstack_verdict verdict;
	struct vns_error err = { "" };
	size_t i;
	int rc = vns_pamstack_resolve("s", type, read_input, input, &stack,
				      &err);

	HOLDS(rc == 0 || rc == -ELOOP);
	HOLDS((rc == 0) == (err.text[0] == '\0'));
	if (rc < 0)
		return;
	for (i = 0; i < stack->count; i++) {
		HOLDS(stack->rules[i].level <= stack->rules[i].depth);
		HOLDS(stack->rules[i].line->type == type ||
		      stack->rules[i].line->type == VNS_PAMSTACK_TYPES);
	}
	verdict = vns_pamstack_evaluate(stack, "pam_vns.so", outcome, NULL);
	HOLDS(stack->count || (!verdict.with && !verdict.without));
	vns_pamstack_free(stack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size ? size : 1);
	struct input input = { text, size };
	struct vns_pamstack_file *file = NULL;
	struct vns_error err = { "" };
	size_t i;
	int rc;

	HOLDS(text);
	if (size)
		memcpy(text, data, size);
	rc = vns_pamstack_parse(text, size, "f", &file, &err);
	HOLDS(rc == 0 || rc == -EINVAL);
	HOLDS((rc == 0) == (file != NULL));
	HOLDS((rc == 0) == (err.text[0] == '\0'));
	HOLDS(rc == 0 || strncmp(err.text, "f:", 2) == 0);
	for (i = 0; file && i < file->count; i++) {
		check_line(&file->lines[i], size);
		HOLDS(i == 0 || file->lines[i - 1].end <= file->lines[i].start);
	}
	for (i = 0; file && i < VNS_PAMSTACK_TYPES; i++)
		check_stack(&input, (enum vns_pamstack_type)i);
	vns_pamstack_free_file(file);
	free(text);
	return 0;
}
