/*
 * Goes through the old and the new text side by side, and prints the lines that
 * only one of them has.
 */
#include "pamd/changes.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char *next_line(const char *text)
{
	text += strcspn(text, "\n");
	return *text ? text + 1 : text;
}

static bool is_same(const char *a, const char *b)
{
	size_t length = strcspn(a, "\n");

	return *a && *b && strcspn(b, "\n") == length &&
	       memcmp(a, b, length) == 0;
}

/* Returns how many lines come before this one; SIZE_MAX if it is missing. */
static size_t find(const char *text, const char *line)
{
	size_t count;

	for (count = 0; *text; count++, text = next_line(text))
		if (is_same(text, line))
			return count;
	return SIZE_MAX;
}

/* How far one of the texts has been read. */
struct side {
	const char *at;
	size_t number; /* of the line that is there, from 1 */
};

static void step(struct side *side)
{
	side->at = next_line(side->at);
	side->number++;
}

static void write_line(FILE *out, char sign, struct side *side)
{
	fprintf(out, "%c%zu: %.*s\n", sign, side->number,
		(int)strcspn(side->at, "\n"), side->at);
	step(side);
}

void vns_changes_write(FILE *out, const char *path, const char *before,
		       const char *after)
{
	struct side old = { before, 1 }, new = { after, 1 };
	bool begun = false;

	while (*old.at || *new.at) {
		if (is_same(old.at, new.at)) {
			step(&old);
			step(&new);
			continue;
		}
		if (!begun)
			fprintf(out, "%s:\n", path);
		begun = true;
		/* Of the two ways to go on, take that with fewer lines. */
		if (!*old.at || find(new.at, old.at) < find(old.at, new.at))
			write_line(out, '+', &new);
		else
			write_line(out, '-', &old);
	}
}
