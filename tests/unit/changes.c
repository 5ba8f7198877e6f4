/*
 * Tests which lines are found to differ in two texts; see
 * pam_vns/pamd/changes.h.
 */
#include "pamd/changes.h"

#include "tap.h"

static const struct {
	const char *old, *new, *listed;
} changes[] = {
	{ "a\nb\n", "a\nb\n", "" },
	{ "", "", "" },
	{ "a\n", "M\na\n", "f:\n+1: M\n" },
	{ "M\na\nM", "a\n", "f:\n-1: M\n-3: M\n" },
	{ "a", "a\nM\n", "f:\n+2: M\n" },
	{ "a\nb\nc\n", "a\nM: b\nM\nc\n", "f:\n-2: b\n+2: M: b\n+3: M\n" },
	{ "a\nM: b\nM\nc\n", "a\nb\nc\n", "f:\n-2: M: b\n-3: M\n+2: b\n" },
	{ "1\n\n2\n\n3\n", "1\nM\n\n2\n\nM\n3\nM\n",
	  "f:\n+2: M\n+6: M\n+8: M\n" },
	{ "1\nM\n2\n3\n", "1\n2\n3\nM\n", "f:\n-2: M\n+4: M\n" },
	{ "1\n2\n3\nM\n", "1\nM\n2\n3\n", "f:\n+2: M\n-4: M\n" },
	{ "", "a\n\nb", "f:\n+1: a\n+2: \n+3: b\n" },
	{ "a\n\nb", "", "f:\n-1: a\n-2: \n-3: b\n" },
};

static void test_changes(void)
{
	size_t i, length;

	for (i = 0; i < LENGTH(changes); i++) {
		char *text = NULL;
		FILE *out = open_memstream(&text, &length);

		need(out, "open_memstream");
		vns_changes_write(out, "f", changes[i].old, changes[i].new);
		fclose(out);
		is_string(text, changes[i].listed,
			  "the lines that differ between \"%s\" and \"%s\"",
			  changes[i].old, changes[i].new);
		free(text);
	}
}

int main(void)
{
	test_changes();
	return finish();
}
