#include "pamd/linediff.h"

#include "lib/util.h"

#include <errno.h>
#include <string.h>

#define CONTEXT ((size_t)3)

struct line {
	const char *text;
	size_t length;
	char kind; /* ' ', '-' or '+' */
};

static size_t line_length(const char *text)
{
	size_t length = strcspn(text, "\n");

	return length + (text[length] == '\n');
}

static bool contains(const char *text, size_t length, const char *mark)
{
	return memmem(text, length, mark, strlen(mark));
}

/*
 * Whether text is the other line with something that begins with mark before
 * it.
 */
static bool is_marked(const char *text, size_t length, const char *line,
		      size_t line_length, const char *mark)
{
	return length > line_length && strncmp(text, mark, strlen(mark)) == 0 &&
	       memcmp(text + length - line_length, line, line_length) == 0;
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; *text; text += line_length(text))
		count++;
	return count;
}

/* Compares both texts into lines, and returns how many lines there are. */
static size_t compare(const char *old, const char *new, const char *mark,
		      struct line *lines)
{
	size_t count = 0;

	while (*old || *new) {
		size_t left = line_length(old), right = line_length(new);
		bool gone = contains(old, left, mark);
		bool added = contains(new, right, mark);

		if (left == right && memcmp(old, new, left) == 0) {
			lines[count++] = (struct line){ old, left, ' ' };
			old += left;
			new += right;
			continue;
		}
		if (is_marked(old, left, new, right, mark) ||
		    is_marked(new, right, old, left, mark))
			gone = added = false;
		if (*old && (gone || !added)) {
			lines[count++] = (struct line){ old, left, '-' };
			old += left;
		}
		if (*new && !gone) {
			lines[count++] = (struct line){ new, right, '+' };
			new += right;
		}
	}
	return count;
}

static void write_line(FILE *out, const struct line *line)
{
	fputc(line->kind, out);
	(void)fwrite(line->text, 1, line->length, out);
	if (line->text[line->length - 1] != '\n')
		fputs("\n\\ No newline at end of file\n", out);
}

/* Finds the first line that is not part of the hunk that begins at from. */
static size_t find_end(const struct line *lines, size_t count, size_t from)
{
	size_t i, last = from;

	for (i = from; i < count && i <= last + 2 * CONTEXT + 1; i++)
		if (lines[i].kind != ' ')
			last = i;
	last += CONTEXT + 1;
	return last < count ? last : count;
}

static void write_hunk(FILE *out, const struct line *lines, size_t from,
		       size_t end)
{
	size_t i, at[2] = { 1, 1 }, count[2] = { 0, 0 };

	for (i = 0; i < end; i++) {
		size_t *to = i < from ? at : count;

		to[0] += lines[i].kind != '+';
		to[1] += lines[i].kind != '-';
	}
	fprintf(out, "@@ -%zu,%zu +%zu,%zu @@\n", count[0] ? at[0] : at[0] - 1,
		count[0], count[1] ? at[1] : at[1] - 1, count[1]);
	for (i = from; i < end; i++)
		write_line(out, &lines[i]);
}

int vns_linediff_write(FILE *out, const char *path, const char *old,
		       const char *new, const char *mark)
{
	VNS_AUTOFREE struct line *lines =
		calloc(count_lines(old) + count_lines(new) + 1, sizeof(*lines));
	size_t count, i, shown = 0;

	if (!lines)
		return -ENOMEM;
	count = compare(old, new, mark, lines);
	for (i = 0; i < count; i++) {
		size_t from = i < CONTEXT ? 0 : i - CONTEXT;

		if (lines[i].kind == ' ')
			continue;
		if (shown == 0)
			fprintf(out, "--- %s\n+++ %s\n", path, path);
		from = from < shown ? shown : from;
		shown = find_end(lines, count, i);
		write_hunk(out, lines, from, shown);
		i = shown - 1;
	}
	return 0;
}
