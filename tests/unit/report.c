/*
 * Tests the report of vns doctor for people, in which problems that differ only
 * in the subject have one line; see pam_vns/tool/printout.h.
 */
#include "tool/printout.h"

#include "tap.h"

struct entry {
	enum vns_report_state state;
	const char *id, *subject, *text, *remedy;
};

#define OK VNS_REPORT_OK
#define WARN VNS_REPORT_WARN
#define FAIL VNS_REPORT_FAIL

static const struct {
	const char *what;
	bool quiet;
	struct entry entries[6];
	const char *lines;
} table[] = {
	{ "nothing is empty", false, { { 0 } }, "" },
	{ "two equal problems has two lines",
	  false,
	  { { WARN, "x", "a", "is so", "do" },
	    { WARN, "x", "b", "is so", "do" } },
	  "WARN x                  a: is so; do\n"
	  "WARN x                  b: is so; do\n" },
	{ "three equal problems has one line, where the first is",
	  false,
	  { { WARN, "x", "a", "is so", "do it for a" },
	    { OK, "y", "a", "is well", NULL },
	    { WARN, "x", "b", "is so", "do it for b" },
	    { WARN, "x", "c", "is so", "do it for c" },
	    { OK, "y", "b", "is well", NULL } },
	  "WARN x                  a: is so; do it for a (and 2 more: b, c)\n"
	  "ok   y                  a: is well\n"
	  "ok   y                  b: is well\n" },
	{ "problems with other texts, states or ids has a line for each",
	  false,
	  { { WARN, "x", "a", "is so", "do" },
	    { WARN, "x", "b", "is not so", "do" },
	    { FAIL, "x", "c", "is so", "do" },
	    { WARN, "y", "d", "is so", "do" } },
	  "WARN x                  a: is so; do\n"
	  "WARN x                  b: is not so; do\n"
	  "FAIL x                  c: is so; do\n"
	  "WARN y                  d: is so; do\n" },
	{ "problems that differ in the subject's names and numbers has one "
	  "line",
	  true,
	  { { FAIL, "x", "a", "a is in vserver \"v@a\" as 12, in /a/home",
	      "1" },
	    { OK, "x", "b", "is well", NULL },
	    { FAIL, "x", "b", "b is in vserver \"w\" as 3, in /b/home", "2" },
	    { FAIL, "x", "c@d", "c@d is in vserver \"c\" as 4, in /d/home",
	      "3" } },
	  "FAIL x                  a: a is in vserver \"v@a\" as 12, in "
	  "/a/home; "
	  "1 "
	  "(and 2 more: b, c@d)\n" },
	{ "problems with texts like the subject's name has a line for each",
	  false,
	  { { FAIL, "x", "a", "an a", "1" },
	    { FAIL, "x", "an", "an an", "2" },
	    { FAIL, "x", "b", "an b", "3" },
	    { FAIL, "x", "c",
	      "an \xff"
	      "c",
	      "3" } },
	  "FAIL x                  a: an a; 1\n"
	  "FAIL x                  an: an an; 2\n"
	  "FAIL x                  b: an b; 3\n"
	  "FAIL x                  c: an \\xffc; 3\n" },
};

static void test_lines(const struct entry *entries, bool quiet,
		       const char *lines, const char *what)
{
	VNS_AUTOREPORT struct vns_report report = { 0 };
	char *text = NULL;
	size_t i, size;
	FILE *out = open_memstream(&text, &size);

	need(out, "open_memstream");
	for (i = 0; i < LENGTH(table[0].entries) && entries[i].id; i++)
		need(vns_report_add(&report, entries[i].state, entries[i].id,
				    entries[i].subject, entries[i].remedy, "%s",
				    entries[i].text) == 0,
		     "add");
	vns_printout_lines(&report, out, quiet);
	fclose(out);
	is_string(text, lines, "the report of %s", what);
	free(text);
}

/* A long list of names is cut off, but JSON has every one. */
static void test_many(void)
{
	VNS_AUTOREPORT struct vns_report report = { 0 };
	char *text = NULL, name[16];
	size_t i, size, lines = 0;
	FILE *out = open_memstream(&text, &size);

	need(out, "open_memstream");
	for (i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "user%zu", i);
		need(vns_report_add(&report, WARN, "x", name, "do", "is so") ==
			     0,
		     "add");
	}
	vns_printout_lines(&report, out, false);
	fflush(out);
	about("the report of one problem with 3000 subjects");
	ok(strstr(text, "user0: is so; do (and 2999 more: user1, user2, ") &&
		   strstr(text, "user100, ...)\n") && !strstr(text, "user101"),
	   "one line names some of them and how many there are");
	rewind(out);
	vns_printout_json(&report, out);
	fclose(out);
	for (i = 0; i < size; i++)
		lines += text[i] == '\n';
	is_number((int)lines, 3002, "JSON has a line for each of them");
	free(text);
}

int main(void)
{
	size_t i;

	for (i = 0; i < LENGTH(table); i++)
		test_lines(table[i].entries, table[i].quiet, table[i].lines,
			   table[i].what);
	test_many();
	return finish();
}
