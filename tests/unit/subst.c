/* Tests what the letters behind a % become; see pam_vns/lib/subst.h. */
#include "lib/subst.h"

#include "tap.h"

#include <errno.h>

#define LONG "\\abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijab"

#define NAME(letter, text, value)                                      \
	"\"" letter "\" in \"" text "\" is \"" value "\" here, which " \
	"is not valid as a part of a name"

static void test_subst(void)
{
	static const struct vns_subst letters[] = {
		{ 'u', "alice", false }, { 'e', "", false },
		{ 'p', "%u", false },	 { 'd', "..", false },
		{ 'o', "-f", false },	 { 'c', "a;b", false },
		{ 's', "a/b", false },	 { 'q', "a%5Cb", false },
		{ 'E', "", true },	 { 'D', "..", true },
		{ 'C', "a\\b", true },	 { 'Q', "a%5Cb", true },
		{ 'L', LONG, true },	 { 'n', NULL, true },
		{ 0, NULL, false },
	};
	static const struct {
		const char *text, *result;
		int rc;
	} rows[] = {
		{ "", "", 0 },
		{ "plain", "plain", 0 },
		{ "%u", "alice", 0 },
		{ "a%ub", "aaliceb", 0 },
		{ "%u%u", "alicealice", 0 },
		{ "%%", "%", 0 },
		{ "%%u", "%u", 0 },
		{ "%%%u", "%alice", 0 },
		{ "/%q/", "/a%5Cb/", 0 },
		{ "/%D/%C", "/%2E./a%5Cb", 0 },
		{ "%Q", "a%255Cb", 0 },
		{ "%E", NAME("%E", "%E", ""), -EINVAL },
		{ "%L",
		  "\"%L\" in \"%L\" is \"" LONG "\" here, which becomes more "
		  "than 64 characters",
		  -EINVAL },
		{ "[%e]", NAME("%e", "[%e]", ""), -EINVAL },
		{ "%p", NAME("%p", "%p", "%u"), -EINVAL },
		{ "/s/%d", NAME("%d", "/s/%d", ".."), -EINVAL },
		{ "x%o", NAME("%o", "x%o", "-f"), -EINVAL },
		{ "%c", NAME("%c", "%c", "a;b"), -EINVAL },
		{ "%s", NAME("%s", "%s", "a/b"), -EINVAL },
		{ "%x", "\"%x\" in \"%x\" has no value here", -EINVAL },
		{ "a%n", "\"%n\" in \"a%n\" has no value here", -EINVAL },
		{ "a%", "\"%\" in \"a%\" has no value here", -EINVAL },
		{ "%u-2345678", "alice-2345678", 0 },
		{ "%u-23456789", "alice-23456789", 0 },
		{ "%u-234567890", "\"%u-234567890\" becomes too long",
		  -ENAMETOOLONG },
		{ "0123456789abc%%", "0123456789abc%", 0 },
		{ "0123456789abcd%%", "\"0123456789abcd%%\" becomes too long",
		  -ENAMETOOLONG },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		/* It has its own allocation, for the sanitizer to see. */
		char *dst = malloc(15);
		struct vns_error err = { "" };

		need(dst, "malloc");
		about("vns_subst_expand of \"%s\"", rows[i].text);
		is_number(vns_subst_expand(rows[i].text, letters, dst, 15,
					   &err),
			  rows[i].rc, "it is %s",
			  rows[i].rc ? "refused" : "expanded");
		is_string(rows[i].rc < 0 ? err.text : dst, rows[i].result, "%s",
			  rows[i].rc ? "error message" :
				       "the text that it becomes");
		free(dst);
	}
}

static void test_subst_valid(void)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
		{ "", true },	 { "a", true },	   { "%u", true },
		{ "%%", true },	 { "%%u", true },  { "%u%U", true },
		{ "%", false },	 { "a%", false },  { "%%%", false },
		{ "%n", false }, { "% u", false }, { "%u%", false },
	};
	size_t i;

	about("vns_subst_valid");
	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_subst_valid(rows[i].text, "uU"), rows[i].valid,
			  "\"%s\" is %s with the letters u and U", rows[i].text,
			  rows[i].valid ? "valid" : "refused");
	is_number(vns_subst_valid("%", ""), false,
		  "\"%%\" is refused without letters");
}

int main(void)
{
	test_subst();
	test_subst_valid();
	return finish();
}
