/*
 * Tests what stands in a JSON string for each kind of byte; see
 * pam_vns/lib/json.h.
 */
#include "lib/json.h"

#include "tap.h"

static void test_member(const char *value, const char *printed)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	need(out, "open_memstream");
	vns_json_member(out, "root", value);
	fclose(out);
	is_string(text, printed, "its text is \"%.20s\"", value);
	free(text);
}

int main(void)
{
	static const struct {
		const char *value, *printed;
	} rows[] = {
		{ "", "\"root\": \"\"" },
		{ "/srv/vservers/acme", "\"root\": \"/srv/vservers/acme\"" },
		{ "a\"b", "\"root\": \"a\\\"b\"" },
		{ "a\\b\\\\", "\"root\": \"a\\\\b\\\\\\\\\"" },
		{ "\\x41", "\"root\": \"\\\\x41\"" },
		{ "\x1b[2J\n\t\x7f",
		  "\"root\": \"\\u001b[2J\\u000a\\u0009\\u007f\"" },
		{ "\xc3\xa9\xff", "\"root\": \"\\u00e9\\\\xff\"" },
		{ "\xe2\x82\xac", "\"root\": \"\\u20ac\"" },
		{ "\xf0\x9f\x98\x80!", "\"root\": \"\\ud83d\\ude00!\"" },
		{ "\xf4\x8f\xbf\xbf", "\"root\": \"\\udbff\\udfff\"" },
		/* Not UTF-8: cut off, overlong, a surrogate, too large. */
		{ "\xe2\x82", "\"root\": \"\\\\xe2\\\\x82\"" },
		{ "\xc0\xaf", "\"root\": \"\\\\xc0\\\\xaf\"" },
		{ "\xe0\x80\xaf", "\"root\": \"\\\\xe0\\\\x80\\\\xaf\"" },
		{ "\xed\xa0\x80", "\"root\": \"\\\\xed\\\\xa0\\\\x80\"" },
		{ "\xf4\x90\x80\x80",
		  "\"root\": \"\\\\xf4\\\\x90\\\\x80\\\\x80\"" },
		{ "%s%n", "\"root\": \"%s%n\"" },
	};
	char large[8193];
	char *expected = NULL;
	size_t i;

	about("a member of a JSON object");
	for (i = 0; i < LENGTH(rows); i++)
		test_member(rows[i].value, rows[i].printed);
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	need(asprintf(&expected, "\"root\": \"%s\"", large) > 0, "asprintf");
	test_member(large, expected);
	free(expected);
	return finish();
}
