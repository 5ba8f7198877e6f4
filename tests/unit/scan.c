/*
 * Tests what libconfuse would let pass, in one table; see
 * pam_vns/config/scan.h.
 */
#include "config/scan.h"

#include "tap.h"

#include <errno.h>

#define BACKSLASH                                                      \
	"1: a backslash in a string can only stand before another or " \
	"a quote"

/*
 * With error NULL the text is good, and cleaned is what becomes of it, or NULL
 * where it stays as it is. Otherwise error is what follows "file:" in the
 * message.
 */
static const struct {
	const char *text, *error, *cleaned;
} table[] = {
	{ "", NULL, NULL },
	{ "\n\n\n", NULL, NULL },
	{ "a = b", NULL, NULL },
	{ "a = b\r\nc\t=\td\r\n", NULL, NULL },
	{ "a = {b, \"c\", 'd'}", NULL, NULL },
	{ "a = {b,\n c,\n d\n}\n", NULL, NULL },
	{ "a = {b,}", NULL, NULL },
	{ "s \"t\" { a = b }", NULL, NULL },
	{ "s t { a = b } s u { a = b } a = b", NULL, NULL },
	{ "a = \"\"", NULL, NULL },
	{ "a = \"\\\\ \\\"\"", NULL, NULL },
	{ "a = '\\\\ \\''", NULL, NULL },
	{ "a = 'it is \"so\"'", NULL, NULL },
	{ "a = \"\xc3\xa9\xff\"", NULL, NULL },

	/* Comments become spaces, and line ends stay. */
	{ "# x", NULL, "   " },
	{ "a = b # = {", NULL, "a = b      " },
	{ "a = b // \"\nc = d", NULL, "a = b     \nc = d" },
	{ "/* \" */a = b", NULL, "       a = b" },
	{ "/* 1\n2\n */a = b", NULL, "    \n \n   a = b" },
	{ "/*/ x */", NULL, "        " },
	{ "/***/a = b", NULL, "     a = b" },
	{ "/* # */ a = b", NULL, "        a = b" },
	{ "# /*\na = b", NULL, "    \na = b" },
	{ "a = \"# no // comment /* here */\"", NULL, NULL },
	{ "a = b#c", NULL, "a = b  " },
	{ "a = b//c", NULL, "a = b   " },
	{ "a /* k */ = /* v */ b", NULL, "a         =         b" },

	{ "a = b\n/* x\n\n", "2: the comment that begins here is never closed",
	  NULL },
	{ "/*/", "1: the comment that begins here is never closed", NULL },
	{ "/*", "1: the comment that begins here is never closed", NULL },
	{ "\n\n/* # *\n/", "3: the comment that begins here is never closed",
	  NULL },

	{ "\na = \"$HOME\"",
	  "2: \"$\" is not allowed (nothing is taken from "
	  "the environment)",
	  NULL },
	{ "# $",
	  "1: \"$\" is not allowed (nothing is taken from the "
	  "environment)",
	  NULL },
	{ "a = '\n\n${X}'",
	  "3: \"$\" is not allowed (nothing is taken from "
	  "the environment)",
	  NULL },
	{ "a = \"\x01\"", "1: control character 0x01", NULL },
	{ "a =\n\x7f", "2: control character 0x7f", NULL },
	{ "# \x1b[2J", "1: control character 0x1b", NULL },
	{ "a\v= b", "1: control character 0x0b", NULL },
	{ "a\f= b", "1: control character 0x0c", NULL },

	{ "a = \"x", "1: the string is not closed on its line", NULL },
	{ "a = 'x\"", "1: the string is not closed on its line", NULL },
	{ "\na = \"x\ny\"", "2: the string is not closed on its line", NULL },
	{ "a = \"x\\\"", "1: the string is not closed on its line", NULL },
	{ "a = \"x\\n\"", BACKSLASH, NULL },
	{ "a = \"x\\x41\"", BACKSLASH, NULL },
	{ "a = \"x\\\ny\"", BACKSLASH, NULL },
	{ "a = 'x\\\"'", BACKSLASH, NULL },
	{ "a = \"x\\'\"", BACKSLASH, NULL },
	{ "a = \"x\\", BACKSLASH, NULL },

	{ "a = web-*",
	  "1: unexpected \"*\"; values with other than letters, "
	  "digits, \"_\", \".\" and \"-\" go in double quotes",
	  NULL },
	{ "a = /srv",
	  "1: unexpected \"/\"; values with other than letters, "
	  "digits, \"_\", \".\" and \"-\" go in double quotes",
	  NULL },
	{ "a += {b}",
	  "1: unexpected \"+\"; values with other than letters, "
	  "digits, \"_\", \".\" and \"-\" go in double quotes",
	  NULL },
	{ "a(b)",
	  "1: unexpected \"(\"; values with other than letters, "
	  "digits, \"_\", \".\" and \"-\" go in double quotes",
	  NULL },

	{ "a = {}",
	  "1: an empty list matches nothing; remove the key or fill "
	  "it",
	  NULL },
	{ "s t {\na = {\n# b\n}\n}",
	  "4: an empty list matches nothing; "
	  "remove the key or fill it",
	  NULL },
	{ "a = {/**/}",
	  "1: an empty list matches nothing; remove the key or "
	  "fill it",
	  NULL },
	{ "a = {b c}", "1: a \",\" is missing between two values", NULL },
	{ "a = {\"b\"\n\"c\"}", "2: a \",\" is missing between two values",
	  NULL },
	{ "a = {b, {c}}", "1: unexpected \"{\"", NULL },
	{ "a = {b = c}", "1: unexpected \"=\"", NULL },
	{ "a =\n{b,\nc", "2: the list that begins here is never closed", NULL },
	{ "a, b", "1: \",\" outside a list", NULL },

	{ "a = b\na = c", "2: \"a\" is set twice; keep one", NULL },
	{ "a = {b}\n# a\n\na = {c}", "4: \"a\" is set twice; keep one", NULL },
	{ "s t { a = b\na = b }", "2: \"a\" is set twice; keep one", NULL },
	{ "a = b s t { a = c u v { a = d } } b = e", NULL, NULL },
	{ "a = b s t { x = y } a = c", "1: \"a\" is set twice; keep one",
	  NULL },
	{ "a = b A = c aa = d", NULL, NULL },
	{ "a_b = c.d-e_F9", NULL, NULL },
	{ "\"a\" = b", "1: unexpected \"=\"", NULL },
	{ "= b", "1: unexpected \"=\"", NULL },
	{ "a = = b", "1: unexpected \"=\"", NULL },

	{ "{", "1: unexpected \"{\"", NULL },
	{ "a = b } c", "1: \"}\" without \"{\"", NULL },
	{ "s t {}}", "1: \"}\" without \"{\"", NULL },
	{ "s t {{", "1: unexpected \"{\"", NULL },
	{ "\ns t {\na = b\n", "2: the section that begins here is never closed",
	  NULL },
	{ "s t {\nu v {\n}\n",
	  "1: the section that begins here is never "
	  "closed",
	  NULL },
	{ "a{b{c{d{}}}}", NULL, NULL },
	{ "a{b{c{d{\ne{}}}}}", "2: sections are nested too deep", NULL },
};

static void test_row(size_t i)
{
	const char *text = table[i].text;
	size_t length = strlen(text);
	/* It is as long as the text, for the sanitizer to see. */
	char *copy = malloc(length ? length : 1);
	struct vns_error err = { "untouched" };
	char expected[256] = "untouched";
	int rc;

	need(copy, "malloc");
	memcpy(copy, text, length);
	rc = vns_scan_clean(copy, length, "file", &err);
	if (table[i].error)
		snprintf(expected, sizeof(expected), "file:%s", table[i].error);
	about("[%zu] the text \"%s\"", i, text);
	is_number(rc, table[i].error ? -EINVAL : 0, "it is %s",
		  table[i].error ? "refused" : "accepted");
	is_string(err.text, expected, "%s",
		  table[i].error ? "error message" : "no error message is set");
	if (!table[i].error) {
		const char *cleaned = table[i].cleaned;

		ok(memcmp(copy, cleaned ? cleaned : text, length) == 0,
		   "comments have become spaces, and the rest is as it was");
	}
	free(copy);
}

static void test_nul(void)
{
	char text[] = "a = b\n# \0 $\n";
	struct vns_error err;

	about("a text with a NUL in a comment");
	is_number(vns_scan_clean(text, sizeof(text) - 1, "f", &err), -EINVAL,
		  "it is refused");
	is_string(err.text, "f:2: control character 0x00", "error message");
}

/*
 * A good text is cut off at each of its bytes: the result is good or has a
 * message, and nothing behind its end is read.
 */
static void test_cuts(void)
{
	static const char whole[] =
		"/* c */ s 't\\'' {\n a = {\"b\\\\\", c} // x"
		"\n}\n# end";
	size_t length, odd = 0;

	for (length = 0; length < sizeof(whole); length++) {
		char *copy = malloc(length + 1);
		struct vns_error err = { "" };
		int rc;

		need(copy, "malloc");
		memcpy(copy, whole, length);
		copy = realloc(copy, length ? length : 1);
		need(copy, "realloc");
		rc = vns_scan_clean(copy, length, "f", &err);
		odd += rc == 0 ? err.text[0] != '\0' :
				 rc != -EINVAL || strncmp(err.text, "f:", 2);
		free(copy);
	}
	is_number(odd, 0,
		  "a good text cut off anywhere is accepted, or refused with a "
		  "message");
}

static void test_keys(void)
{
	char text[65 * 8] = "";
	struct vns_error err;
	int i;

	for (i = 0; i < 64; i++)
		sprintf(text + strlen(text), "k%d=v\n", i);
	about("a text that sets many keys");
	is_number(vns_scan_clean(text, strlen(text), "f", &err), 0,
		  "64 keys are accepted");
	sprintf(text + strlen(text), "k%d=v\n", i);
	is_number(vns_scan_clean(text, strlen(text), "f", &err), -EINVAL,
		  "65 keys are refused");
	is_string(err.text, "f:65: too many keys",
		  "the error message names the line of the 65th key");
}

int main(void)
{
	size_t i;

	for (i = 0; i < LENGTH(table); i++)
		test_row(i);
	test_nul();
	test_cuts();
	test_keys();
	return finish();
}
