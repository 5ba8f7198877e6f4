/* Tests how accounts' names are written; see pam_vns/lib/username.h. */
#include "lib/username.h"
#include "lib/util.h"

#include "tap.h"

static const struct {
	const char *name, *text;
} rows[] = {
	{ "a", "a" },
	{ "0", "0" },
	{ "alice.b_c-d", "alice.b_c-d" },
	{ "carl@example.org", "carl@example.org" },
	{ "carl.", "carl." },
	{ "AD\\carl", "AD%5Ccarl" },
	{ "AD%5Ccarl", "AD%255Ccarl" },
	{ "%", "%25" },
	{ ".", "%2E" },
	{ "..", "%2E." },
	{ ".a", "%2Ea" },
	{ "_apt", "%5Fapt" },
	{ "-rf", "%2Drf" },
	{ "@a", "%40a" },
	{ "pc$", "pc%24" },
	{ "a+b", "a%2Bb" },
	{ "a b", "a%20b" },
	{ "../a", "%2E.%2Fa" },
	{ "a\n\x7f\x01", "a%0A%7F%01" },
	{ "gr\xc3\xbcn\xff", "gr%C3%BCn%FF" },
};

static void test_rows(void)
{
	char text[64], name[64];
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		about("the name written as %s", rows[i].text);
		ok(vns_username_encode(rows[i].name, text, sizeof(text)),
		   "it can be written");
		is_string(text, rows[i].text, "what it is written as");
		ok(vns_util_name_valid(text), "that is valid as a name");
		ok(vns_username_decode(text, name, sizeof(name)),
		   "it can be read");
		is_string(name, rows[i].name, "what is read");
	}
}

static void test_not_written(void)
{
	static const char *const wrong[] = {
		"",	 "%",	 "%5",	  "a%5",  "AD\\carl",
		"_a",	 "-a",	 ".",	  "..",	  "AD%5ccarl",
		"a%5Fb", "%61",	 "a%2Eb", "a%00", "%00",
		"a%G0",	 "a%0G", "a b",	  "a/b",  "a%%b",
	};
	char name[64];
	size_t i;

	about("vns_username_decode");
	for (i = 0; i < LENGTH(wrong); i++)
		ok(!vns_username_decode(wrong[i], name, sizeof(name)),
		   "no name is written as \"%s\"", wrong[i]);
}

/* Each byte stays, or is the only one that is written so. */
static void test_bytes(void)
{
	char texts[2 * 255][8];
	size_t i, j;

	about("vns_username_encode");
	for (i = 0; i < LENGTH(texts); i++) {
		char name[] = { (char)(i % 255 + 1), '\0', '\0' };

		if (i >= 255) {
			name[1] = name[0];
			name[0] = 'x';
		}
		if (!vns_username_encode(name, texts[i], sizeof(texts[i])) ||
		    !vns_util_name_valid(texts[i]))
			break;
		for (j = 0; j < i && strcmp(texts[i], texts[j]) != 0; j++)
			;
		if (j < i)
			break;
	}
	is_number(i, LENGTH(texts),
		  "no two names become the same, and each "
		  "becomes a valid one");
}

/* What is too long is refused and not cut off. */
static void test_sizes(void)
{
	size_t size;

	about("a name that takes 9 bytes");
	for (size = 1; size < 12; size++) {
		/* They have allocations of their own, for the sanitizer. */
		char *dst = malloc(size);
		bool fits = size > 9;

		need(dst, "malloc");
		is_number(vns_username_encode("AD\\carl", dst, size), fits,
			  "it %s into %zu", fits ? "fits" : "does not fit",
			  size);
		fits = size > 7;
		is_number(vns_username_decode("AD%5Ccarl", dst, size), fits,
			  "what is read %s into %zu",
			  fits ? "fits" : "does not fit", size);
		free(dst);
	}
	{
		char dst[4];

		ok(!vns_username_encode("", dst, sizeof(dst)),
		   "an empty name is refused");
	}
}

int main(void)
{
	test_rows();
	test_not_written();
	test_bytes();
	test_sizes();
	return finish();
}
