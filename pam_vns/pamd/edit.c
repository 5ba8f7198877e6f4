/*
 * Writes a service's text anew, with an account line and a session line where
 * they belong, or without the lines that have the mark of vns enable.
 */
#include "pamd/edit.h"

#include "pamd/judge.h"
#include "pamd/jump.h"

#include <stdio.h>
#include <string.h>

#define MARK VNS_PAMEDIT_MARK
#define MARK_NEWLINE VNS_PAMEDIT_MARK_NEWLINE
/* This stands before a line that others have taken the place of. */
#define REPLACED MARK VNS_PAMJUMP_INSTEAD
#define ACCOUNT_LINE "account    requisite    " VNS_JUDGE_MODULE "    " MARK
#define SESSION_LINE "session    requisite    " VNS_JUDGE_MODULE "    "

static bool is_ours(const struct vns_pamstack_line *line)
{
	return vns_pamstack_is(line, VNS_JUDGE_MODULE);
}

/* Whether the line places users, or in the account phase refuses them. */
static bool is_placing(const struct vns_pamstack_line *line)
{
	return vns_pamstack_places(line, VNS_JUDGE_MODULE);
}

/*
 * A line of another module counts only if its comment is nothing but the mark.
 */
bool vns_pamedit_is_marked(const char *text,
			   const struct vns_pamstack_line *line)
{
	const char *from = text + line->start;
	size_t length = line->end - line->start;
	const char *mark = memmem(from, length, MARK, strlen(MARK));

	if (!mark || is_ours(line))
		return mark;
	return memchr(from, '#', length) == mark &&
	       strcspn(mark, "\n") == strlen(MARK);
}

size_t vns_pamedit_count(const char *text, const struct vns_pamstack_file *file,
			 const struct vns_pamstack_line **own)
{
	size_t i, count = 0;

	*own = NULL;
	for (i = 0; i < file->count; i++) {
		if (vns_pamedit_is_marked(text, &file->lines[i]))
			count++;
		else if (is_ours(&file->lines[i]) && !*own)
			*own = &file->lines[i];
	}
	return count;
}

/* Whether the stack may jump over the next rule, or end with success. */
static bool may_skip(const struct vns_pamstack_line *line)
{
	size_t i;

	for (i = 0; i < VNS_PAMSTACK_CODES; i++)
		if (line->actions[i] == VNS_PAMSTACK_DO_DONE ||
		    line->actions[i] > 0)
			return true;
	return false;
}

struct source {
	vns_pamstack_reader *read;
	void *context;
};

/*
 * Whether the line is of that type, or includes such lines; an @include may
 * have none.
 */
static bool concerns(const struct source *source,
		     const struct vns_pamstack_line *line,
		     enum vns_pamstack_type type)
{
	VNS_AUTOPAMSTACK struct vns_pamstack *stack = NULL;
	struct vns_error ignored;

	if (line->type != VNS_PAMSTACK_TYPES)
		return line->type == type;
	/* A file that cannot be read is found out when the stack is checked. */
	return vns_pamstack_resolve(line->target, type, source->read,
				    source->context, &stack, &ignored) < 0 ||
	       stack->count > 0;
}

/*
 * Finds the place of the account line: behind pam_nologin, or in front of the
 * first line that includes others or may skip ours. If there is none of these,
 * it is behind the last line.
 */
static size_t find_account(const struct source *source,
			   const struct vns_pamstack_file *file)
{
	size_t i, place = 0;

	for (i = 0; i < file->count; i++) {
		const struct vns_pamstack_line *line = &file->lines[i];

		if (!concerns(source, line, VNS_PAMSTACK_ACCOUNT))
			continue;
		if (line->kind != VNS_PAMSTACK_MODULE || may_skip(line))
			return line->start;
		place = line->end;
		if (vns_pamstack_is(line, "pam_nologin.so"))
			return place;
	}
	return place;
}

static int check_type(const struct source *source,
		      const struct vns_pamstack_file *file,
		      enum vns_pamstack_type type, const char *name,
		      struct vns_error *err)
{
	size_t i;

	for (i = 0; i < file->count; i++)
		if (!is_ours(&file->lines[i]) &&
		    concerns(source, &file->lines[i], type))
			return 0;
	return vns_error_set(err, EINVAL,
			     "%s has no %s lines, so PAM uses those of "
			     "\"other\"; with the lines of vns enable it "
			     "would use them no longer: write lines of that "
			     "type first",
			     file->path, name);
}

static int check_types(const struct source *source,
		       const struct vns_pamstack_file *file,
		       struct vns_error *err)
{
	int rc = check_type(source, file, VNS_PAMSTACK_ACCOUNT, "account", err);

	return rc < 0 ? rc :
			check_type(source, file, VNS_PAMSTACK_SESSION,
				   "session", err);
}

/* Refuses a file that is not understood here: it is not changed. */
static int check_lines(const char *text, const struct vns_pamstack_file *file,
		       struct vns_error *err)
{
	const struct vns_pamstack_line *own;
	size_t i;

	for (i = 0; i < file->count; i++)
		if (file->lines[i].wrong)
			return vns_error_set(err, EINVAL, "%s:%u: %s",
					     file->path, file->lines[i].first,
					     file->lines[i].wrong);
	vns_pamedit_count(text, file, &own);
	if (own)
		return vns_error_set(err, EINVAL,
				     "%s:%u has " VNS_JUDGE_MODULE " already,"
				     " not by vns enable: take it out first, "
				     "or put it right by hand",
				     file->path, own->first);
	return 0;
}

/*
 * Writes the line of this type that was put in before, as it is now; false if
 * there is none.
 */
static bool write_kept(FILE *out, const char *text,
		       const struct vns_pamstack_file *file,
		       enum vns_pamstack_type type)
{
	size_t i;

	for (i = 0; i < file->count; i++) {
		const struct vns_pamstack_line *line = &file->lines[i];

		if (line->type != type || !is_placing(line) ||
		    !vns_pamedit_is_marked(text, line))
			continue;
		(void)fwrite(text + line->start, 1, line->end - line->start,
			     out);
		if (text[line->end - 1] != '\n')
			fputc('\n', out);
		return true;
	}
	return false;
}

static int end_writing(FILE *out, char **made, struct vns_error *err)
{
	bool failed = ferror(out);

	if (fclose(out) != 0 || failed) {
		free(*made);
		*made = NULL;
		return vns_error_memory(err);
	}
	return 0;
}

/*
 * Writes the text with both lines. bare is the text without what was put in
 * before.
 */
static int write_enabled(const char *text, const struct vns_pamstack_file *file,
			 const char *bare, size_t place, char **made,
			 struct vns_error *err)
{
	size_t length = strlen(bare), size;
	bool open = length > 0 && bare[length - 1] != '\n';
	FILE *out = open_memstream(made, &size);

	if (!out)
		return vns_error_memory(err);
	(void)fwrite(bare, 1, place, out);
	if (open && place == length)
		fputc('\n', out);
	if (!write_kept(out, text, file, VNS_PAMSTACK_ACCOUNT))
		fputs(ACCOUNT_LINE "\n", out);
	(void)fwrite(bare + place, 1, length - place, out);
	if (open && place < length)
		fputc('\n', out);
	if (!write_kept(out, text, file, VNS_PAMSTACK_SESSION))
		fprintf(out, SESSION_LINE "%s\n", open ? MARK_NEWLINE : MARK);
	return end_writing(out, made, err);
}

/* Whether the newline before the last line was put in, too. */
static bool is_open(const char *text, size_t length,
		    const struct vns_pamstack_file *file)
{
	const struct vns_pamstack_line *last;

	if (file->count == 0)
		return false;
	last = &file->lines[file->count - 1];
	return last->end == length && vns_pamedit_is_marked(text, last) &&
	       memmem(text + last->start, last->end - last->start, MARK_NEWLINE,
		      strlen(MARK_NEWLINE));
}

/*
 * Whether the byte is in a line that was put in; with jumps, in one that does
 * not place.
 */
static bool is_added(const char *text, const struct vns_pamstack_file *file,
		     size_t at, bool jumps)
{
	size_t i;

	for (i = 0; i < file->count; i++) {
		const struct vns_pamstack_line *line = &file->lines[i];

		if (line->start <= at && at < line->end)
			return vns_pamedit_is_marked(text, line) &&
			       !(jumps && is_placing(line));
	}
	return false;
}

/*
 * Takes out what was put in, or with jumps only the lines for the jump. Lines
 * that others had taken the place of are there again.
 */
static int strip(const char *text, size_t length,
		 const struct vns_pamstack_file *file, bool jumps, char **made,
		 struct vns_error *err)
{
	size_t at, next, size;
	FILE *out = open_memstream(made, &size);
	int rc;

	if (!out)
		return vns_error_memory(err);
	for (at = 0; at < length; at = next) {
		const char *newline = memchr(text + at, '\n', length - at);
		size_t from = at;

		next = newline ? (size_t)(newline - text) + 1 : length;
		if (is_added(text, file, at, jumps))
			continue;
		if (strncmp(text + at, REPLACED, strlen(REPLACED)) == 0)
			from += strlen(REPLACED);
		(void)fwrite(text + from, 1, next - from, out);
	}
	rc = end_writing(out, made, err);
	if (rc == 0 && !jumps && size > 0 && (*made)[size - 1] == '\n' &&
	    is_open(text, length, file))
		(*made)[size - 1] = '\0';
	return rc;
}

int vns_pamedit_disable(const char *text, size_t length,
			const struct vns_pamstack_file *file, char **made,
			struct vns_error *err)
{
	return strip(text, length, file, false, made, err);
}

/* Makes the text with the two lines that place users, and no other. */
static int write_placing(const char *text, size_t length,
			 const struct vns_pamstack_file *file,
			 const struct source *source, char **made,
			 struct vns_error *err)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *rest = NULL;
	VNS_AUTOFREE char *bare = NULL;
	int rc = vns_pamedit_disable(text, length, file, &bare, err);

	if (rc < 0)
		return rc;
	rc = vns_pamstack_parse(bare, strlen(bare), file->path, &rest, err);
	if (rc == 0)
		rc = check_types(source, rest, err);
	return rc < 0 ? rc :
			write_enabled(text, file, bare,
				      find_account(source, rest), made, err);
}

int vns_pamedit_enable(const char *text, size_t length,
		       const struct vns_pamstack_file *file, bool keep,
		       vns_pamstack_reader *read, void *context, char **made,
		       struct vns_error *left, struct vns_error *err)
{
	const struct source source = { read, context };
	VNS_AUTOFREE char *jumping = NULL;
	char *plain = NULL;
	/*
	 * With keep the lines may be somebody's own, which may be right, too.
	 */
	int rc = keep ? 0 : check_lines(text, file, err);

	*made = NULL;
	left->text[0] = '\0';
	if (rc == 0)
		rc = keep ? strip(text, length, file, true, &plain, err) :
			    write_placing(text, length, file, &source, &plain,
					  err);
	if (rc < 0)
		return rc;
	*made = plain;
	rc = vns_pamjump_add(plain, file->path, read, context, MARK, &jumping,
			     left);
	if (rc == -ENOMEM) {
		free(plain);
		*made = NULL;
		return vns_error_memory(err);
	}
	if (rc < 0)
		return 0;
	free(plain);
	*made = jumping;
	jumping = NULL;
	return 0;
}
