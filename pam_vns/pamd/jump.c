/*
 * Plans for each line that leads to pam_systemd.so what comes before it or in
 * its place, writes the new text, and compares the stacks before and after.
 */
#include "pamd/jump.h"

#include "pamd/same.h"

#include <stdio.h>
#include <string.h>

#define OURS "pam_vns.so"
/*
 * The jump is taken also where the module is missing or fails: the line that
 * places users refuses then.
 */
#define ASK "session    [ignore=ignore default=%u]    " OURS " placed?    %s\n"
#define QUIETER "-noninteractive"

/* Lines that go into a service's file. */
struct edit {
	size_t at;    /* the byte of its text where they go */
	bool instead; /* of the line there, which becomes a comment */
	char *lines;
};

struct edits {
	struct edit *items; /* in the file's order */
	size_t count;
};

static void free_edits(struct edits *edits)
{
	size_t i;

	for (i = 0; i < edits->count; i++)
		free(edits->items[i].lines);
	free(edits->items);
}
#define AUTOEDITS __attribute__((cleanup(free_edits)))

struct source {
	vns_pamstack_reader *read;
	void *context;
	const char *mark;
};

/* --- who gets there ------------------------------------------------------- */

/* What modules return to a user who is placed and is not root. */
static uint32_t judge(void *context, const struct vns_pamstack_rule *rule)
{
	(void)context;
	if (vns_pamstack_is(rule->line, "pam_permit.so") ||
	    (vns_pamstack_is(rule->line, OURS) &&
	     vns_pamstack_has(rule->line, "placed?")))
		return VNS_PAMSTACK_SUCCEEDS;
	if (vns_pamstack_is(rule->line, "pam_deny.so") ||
	    vns_pamstack_tells_root(rule->line))
		return VNS_PAMSTACK_FAILS;
	return UINT32_MAX;
}

const struct vns_pamstack_rule *
vns_pamjump_reached(const struct vns_pamstack *session)
{
	return vns_pamstack_reached(session, VNS_PAMJUMP_MODULE, judge, NULL);
}

/* --- what is to be changed ------------------------------------------------ */

/*
 * Whether a line is a test of somebody's own that may jump over pam_systemd.so:
 * such a line stays directly before it.
 */
static bool is_condition(const struct vns_pamstack_line *line)
{
	bool jumps = false;
	size_t code;

	if (!vns_pamstack_is(line, "pam_succeed_if.so"))
		return false;
	for (code = 0; code < VNS_PAMSTACK_CODES; code++) {
		if (line->actions[code] < 0)
			return false;
		jumps |= line->actions[code] > 0;
	}
	return jumps;
}

static int add(struct edits *edits, size_t at, bool instead, char *lines,
	       struct vns_error *err)
{
	struct edit *grown = lines ? reallocarray(edits->items,
						  edits->count + 1,
						  sizeof(*grown)) :
				     NULL;

	if (!grown) {
		free(lines);
		return vns_error_memory(err);
	}
	edits->items = grown;
	grown[edits->count++] = (struct edit){ at, instead, lines };
	return 0;
}

/* Plans the jump where pam_systemd.so is in the service's own file. */
static int plan_before(const struct vns_pamstack_file *file, size_t at,
		       const char *mark, struct edits *edits,
		       struct vns_error *err)
{
	unsigned jump = 1;
	char *lines;
	size_t i;

	for (i = at; i-- > 0;) {
		const struct vns_pamstack_line *line = &file->lines[i];

		if (line->type != VNS_PAMSTACK_SESSION &&
		    line->type != VNS_PAMSTACK_TYPES)
			continue;
		if (vns_pamstack_has(line, "placed?"))
			return 0;
		if (!is_condition(line))
			break;
		at = i;
		jump++;
	}
	if (asprintf(&lines, ASK, jump, mark) < 0)
		lines = NULL;
	return add(edits, file->lines[at].start, false, lines, err);
}

/* Returns how many rules a jump put here must skip; 0: no jump belongs here. */
static unsigned count_jump(const struct vns_pamstack *stack, size_t at)
{
	size_t to = at;

	if (at > 0 && is_condition(stack->rules[at - 1].line))
		return 0;
	while (to < stack->count && is_condition(stack->rules[to].line))
		to++;
	return to < stack->count && vns_pamstack_is(stack->rules[to].line,
						    VNS_PAMJUMP_MODULE) ?
		       (unsigned)(to - at) + 1 :
		       0;
}

/*
 * Writes all rules from one on; what is in a substack comes with the substack.
 */
static void write_rules(FILE *out, const struct vns_pamstack *stack,
			size_t from, const char *mark)
{
	size_t i;

	for (i = from; i < stack->count; i++) {
		const struct vns_pamstack_rule *rule = &stack->rules[i];
		const char *text = rule->line->text;
		size_t length = strlen(text);
		unsigned jump = count_jump(stack, i);

		if (rule->level > 0)
			continue;
		while (length > 0 && strchr(" \t\n", text[length - 1]))
			length--;
		if (jump > 0)
			fprintf(out, ASK, jump, mark);
		fprintf(out, "%ssession    %.*s    %s\n",
			rule->line->silent ? "-" : "", (int)length, text, mark);
	}
}

static int resolve(const struct source *source, const char *name,
		   enum vns_pamstack_type type, struct vns_pamstack **stack)
{
	struct vns_error ignored;

	return vns_pamstack_resolve(name, type, source->read, source->context,
				    stack, &ignored);
}

/*
 * Whether NAME-noninteractive has all rules of NAME but the last,
 * pam_systemd.so.
 */
static bool find_quieter(const struct source *source, const char *name,
			 const struct vns_pamstack *stack, char **quieter)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *other = NULL;
	size_t i, count = stack->count - 1;

	if (asprintf(quieter, "%s" QUIETER, name) < 0)
		*quieter = NULL;
	if (!*quieter ||
	    resolve(source, *quieter, VNS_PAMSTACK_SESSION, &other) < 0 ||
	    other->count != count || count_jump(stack, count) != 1)
		return false;
	for (i = 0; i < count; i++)
		if (!vns_pamsame_rule(&stack->rules[i], &other->rules[i]))
			return false;
	return true;
}

/* Returns why an include cannot be replaced by its rules; NULL if it can. */
static const char *why_not(const struct source *source,
			   const struct vns_pamstack_line *line,
			   const struct vns_pamstack *stack)
{
	int type;
	size_t i;

	if (line->kind == VNS_PAMSTACK_SUBSTACK)
		return "pam_systemd.so is in a substack";
	if (line->first != line->last)
		return "the line continues on the next one";
	for (i = 0; i < stack->count; i++) {
		const struct vns_pamstack_rule *rule = &stack->rules[i];

		if (rule->wrong)
			return "one of the lines of that file is wrong";
		if (vns_pamstack_is(rule->line, OURS))
			return "that file has lines of " OURS
			       ": run \"vns enable\" for that file";
		if (rule->level > 0 &&
		    vns_pamstack_is(rule->line, VNS_PAMJUMP_MODULE))
			return "pam_systemd.so is in a substack";
	}
	for (type = 0;
	     line->type == VNS_PAMSTACK_TYPES && type < VNS_PAMSTACK_SESSION;
	     type++) {
		VNS_AUTOPAMSTACK struct vns_pamstack *other = NULL;

		if (resolve(source, line->target, (enum vns_pamstack_type)type,
			    &other) < 0 ||
		    other->count > 0)
			return "there are not only session lines in that file";
	}
	return NULL;
}

/* Plans what replaces an include that brings in pam_systemd.so. */
static int plan_instead(const struct source *source,
			const struct vns_pamstack_line *line,
			const struct vns_pamstack *stack, struct edits *edits,
			struct vns_error *err)
{
	VNS_AUTOFREE char *quieter = NULL;
	char *lines = NULL;
	size_t size, from = 0;
	FILE *out = open_memstream(&lines, &size);

	if (!out)
		return vns_error_memory(err);
	if (find_quieter(source, line->target, stack, &quieter)) {
		from = stack->count - 1;
		fprintf(out, "%s %s    %s\n",
			line->type == VNS_PAMSTACK_TYPES ? "@include" :
							   "session    include",
			quieter, source->mark);
	}
	write_rules(out, stack, from, source->mark);
	if (fclose(out) != 0) {
		free(lines);
		lines = NULL;
	}
	return add(edits, line->start, true, lines, err);
}

static int plan_line(const struct source *source,
		     const struct vns_pamstack_file *file, size_t at,
		     struct edits *edits, struct vns_error *err)
{
	const struct vns_pamstack_line *line = &file->lines[at];
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	const char *why;

	if (line->type != VNS_PAMSTACK_SESSION &&
	    line->type != VNS_PAMSTACK_TYPES)
		return 0;
	if (vns_pamstack_is(line, VNS_PAMJUMP_MODULE))
		return plan_before(file, at, source->mark, edits, err);
	/* A file that cannot be read is reported by those who need it. */
	if ((line->kind != VNS_PAMSTACK_INCLUDE &&
	     line->kind != VNS_PAMSTACK_SUBSTACK) ||
	    resolve(source, line->target, VNS_PAMSTACK_SESSION, &stack) < 0 ||
	    !vns_pamjump_reached(stack))
		return 0;
	why = why_not(source, line, stack);
	if (why)
		return vns_error_set(err, EINVAL, "%s: %s %s: %s", file->path,
				     line->control, line->target, why);
	return plan_instead(source, line, stack, edits, err);
}

static int plan(const struct source *source,
		const struct vns_pamstack_file *file, struct edits *edits,
		struct vns_error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < file->count; i++)
		rc = plan_line(source, file, i, edits, err);
	return rc;
}

/* --- the new text --------------------------------------------------------- */

static int write_edits(const struct source *source, const char *text,
		       const struct edits *edits, char **made,
		       struct vns_error *err)
{
	size_t i, size, from = 0;
	FILE *out = open_memstream(made, &size);

	if (!out)
		return vns_error_memory(err);
	for (i = 0; i < edits->count; i++) {
		const struct edit *edit = &edits->items[i];
		size_t end = edit->at;

		(void)fwrite(text + from, 1, end - from, out);
		if (edit->instead) {
			end += strcspn(text + end, "\n") + 1;
			fprintf(out, "%s" VNS_PAMJUMP_INSTEAD "%.*s",
				source->mark, (int)(end - edit->at),
				text + edit->at);
		}
		fputs(edit->lines, out);
		from = end;
	}
	fputs(text + from, out);
	if (fclose(out) == 0)
		return 0;
	free(*made);
	*made = NULL;
	return vns_error_memory(err);
}

/* The text of a service's file that is not in place yet. */
struct draft {
	const struct source *source;
	const char *path, *text;
};

static int read_draft(void *context, const char *name, char **path, char **text,
		      size_t *length, struct vns_error *err)
{
	const struct draft *draft = context;

	if (strcmp(name, draft->path) != 0)
		return draft->source->read(draft->source->context, name, path,
					   text, length, err);
	*path = strdup(name);
	*text = *path ? strdup(draft->text) : NULL;
	if (!*text) {
		free(*path);
		*path = NULL;
		return vns_error_memory(err);
	}
	*length = strlen(*text);
	return 0;
}

static int resolve_draft(const struct source *source, const char *path,
			 const char *text, enum vns_pamstack_type type,
			 struct vns_pamstack **stack, struct vns_error *err)
{
	struct draft draft = { source, path, text };

	return vns_pamstack_resolve(path, type, read_draft, &draft, stack, err);
}

/* Checks that nothing has changed but what was meant to. */
static int compare(const struct source *source, const char *path,
		   const char *plain, const char *made, struct vns_error *err)
{
	int type, rc = 0;

	for (type = 0; rc == 0 && type < VNS_PAMSTACK_TYPES; type++) {
		VNS_AUTOPAMSTACK struct vns_pamstack *before = NULL;
		VNS_AUTOPAMSTACK struct vns_pamstack *after = NULL;

		rc = resolve_draft(source, path, plain,
				   (enum vns_pamstack_type)type, &before, err);
		if (rc == 0)
			rc = resolve_draft(source, path, made,
					   (enum vns_pamstack_type)type, &after,
					   err);
		if (rc == 0 && !vns_pamsame_stack(before, after, OURS))
			rc = vns_error_set(err, EINVAL,
					   "%s: a jump in its lines leads "
					   "over pam_systemd.so",
					   path);
		if (rc == 0 && vns_pamjump_reached(after))
			rc = vns_error_set(err, EINVAL,
					   "%s: pam_systemd.so is reached "
					   "all the same",
					   path);
	}
	return rc;
}

static bool is_reached(const struct source *source, const char *path,
		       const char *text)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error ignored;

	return resolve_draft(source, path, text, VNS_PAMSTACK_SESSION, &stack,
			     &ignored) == 0 &&
	       vns_pamjump_reached(stack);
}

static int write_made(const struct source *source, const char *path,
		      const char *text, char **made, struct vns_error *err)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = NULL;
	AUTOEDITS struct edits edits = { 0 };
	int rc = vns_pamstack_parse(text, strlen(text), path, &file, err);

	if (rc == 0)
		rc = plan(source, file, &edits, err);
	return rc < 0 ? rc : write_edits(source, text, &edits, made, err);
}

int vns_pamjump_add(const char *text, const char *path,
		    vns_pamstack_reader *read, void *context, const char *mark,
		    char **made, struct vns_error *err)
{
	const struct source source = { read, context, mark };
	VNS_AUTOFREE char *written = NULL;
	int rc;

	if (!is_reached(&source, path, text)) {
		*made = strdup(text);
		return *made ? 0 : vns_error_memory(err);
	}
	rc = write_made(&source, path, text, &written, err);
	if (rc == 0)
		rc = compare(&source, path, text, written, err);
	if (rc < 0)
		return rc;
	*made = written;
	written = NULL;
	return 0;
}
