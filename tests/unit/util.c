/* Tests names, paths, numbers and lists of strings; see pam_vns/lib/util.h. */
#include "lib/util.h"

#include "tap.h"

#include <limits.h>

#define A64 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd"

static void test_names(void)
{
	static const struct {
		const char *name;
		bool valid;
	} rows[] = {
		{ "a", true },	       { "Z", true },
		{ "0", true },	       { "a.b_c@d-e", true },
		{ "1..2", true },      { A64, true },
		{ A64 "e", false },    { "", false },
		{ NULL, false },       { ".", false },
		{ "..", false },       { ".a", false },
		{ "-a", false },       { "_a", false },
		{ "@a", false },       { "a/b", false },
		{ "a b", false },      { "a\n", false },
		{ "a%", false },       { "a:b", false },
		{ "a\\", false },      { "a$", false },
		{ "\xc3\xa9", false }, { "a\xc3\xa9", false },
		{ "a%5Cb", true },     { "%2E.", true },
		{ "a%5cb", false },    { "a%5", false },
		{ "%", false },	       { "a%G0", false },
		{ "a%%b", false },     { "a%2/", false },
	};
	size_t i;

	about("vns_util_name_valid");
	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_util_name_valid(rows[i].name), rows[i].valid,
			  "\"%s\" is %s as a vserver's name",
			  rows[i].name ? rows[i].name : "NULL",
			  rows[i].valid ? "valid" : "refused");
	for (i = 1; i < 256; i++) {
		const char name[] = { 'a', (char)i, '\0' };
		bool valid = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
				    "pqrstuvwxyz0123456789_.@-",
				    (int)i);

		if (vns_util_name_valid(name) != valid)
			break;
	}
	is_number(i, 256,
		  "of all bytes behind an \"a\", letters, digits and \"_.@-\" "
		  "are valid");
}

static void test_paths(void)
{
	static const struct {
		const char *path;
		bool valid;
	} rows[] = {
		{ "/", true },	    { "/a", true },	 { "/a/b", true },
		{ "/...", true },   { "/.a", true },	 { "/a..", true },
		{ "/..a/b", true }, { "/a b", true },	 { "", false },
		{ NULL, false },    { "a", false },	 { "a/b", false },
		{ "//", false },    { "//a", false },	 { "/a//b", false },
		{ "/a/", false },   { "/.", false },	 { "/..", false },
		{ "/./a", false },  { "/../a", false },	 { "/a/.", false },
		{ "/a/..", false }, { "/a/./b", false }, { "/a/../b", false },
	};
	size_t i;

	about("vns_util_path_valid");
	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_util_path_valid(rows[i].path), rows[i].valid,
			  "\"%s\" is %s as a path",
			  rows[i].path ? rows[i].path : "NULL",
			  rows[i].valid ? "valid" : "refused");
}

static void test_normal_paths(void)
{
	static const struct {
		const char *path, *normal; /* NULL: refused */
		size_t size;
	} rows[] = {
		{ "/", "/", 2 },
		{ "//", "/", 9 },
		{ "/./.", "/", 9 },
		{ "/a", "/a", 9 },
		{ "/a/", "/a", 9 },
		{ "/a/.", "/a", 9 },
		{ "//a//./b//", "/a/b", 9 },
		{ "/.a/...", "/.a/...", 9 },
		{ "/..a", "/..a", 9 },
		{ "/abc", "/abc", 5 },
		{ "/abc", NULL, 4 },
		{ "/a/bc", NULL, 5 },
		{ "/a//", "/a", 3 },
		{ "/", NULL, 1 },
		{ "", NULL, 9 },
		{ "a", NULL, 9 },
		{ "./a", NULL, 9 },
		{ "/..", NULL, 9 },
		{ "/a/../b", NULL, 9 },
		{ "/a/..", NULL, 9 },
	};
	size_t i;

	about("vns_util_path_normal");
	for (i = 0; i < LENGTH(rows); i++) {
		char dst[9] = "";
		bool fits =
			vns_util_path_normal(rows[i].path, dst, rows[i].size);

		is_string(fits ? dst : NULL, rows[i].normal,
			  "\"%s\" in %zu bytes", rows[i].path, rows[i].size);
	}
}

static void test_numbers(void)
{
	static const struct {
		const char *text;
		unsigned long max;
		bool valid;
		unsigned long value;
	} rows[] = {
		{ "0", 0, true, 0 },
		{ "1", 0, false, 0 },
		{ "9", 9, true, 9 },
		{ "9", 8, false, 0 },
		{ "10", 9, false, 0 },
		{ "99", 98, false, 0 },
		{ "98", 98, true, 98 },
		{ "007", 9, true, 7 },
		{ "18446744073709551615", ULONG_MAX, true, ULONG_MAX },
		{ "18446744073709551616", ULONG_MAX, false, 0 },
		{ "99999999999999999999999", ULONG_MAX, false, 0 },
		{ "", 9, false, 0 },
		{ NULL, 9, false, 0 },
		{ " 1", 9, false, 0 },
		{ "1 ", 9, false, 0 },
		{ "-1", 9, false, 0 },
		{ "+1", 9, false, 0 },
		{ "1a", 9, false, 0 },
		{ "/", 9, false, 0 },
		{ ":", 99, false, 0 },
		{ "\xb1", 9, false, 0 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		unsigned long value = 4711;
		bool valid = vns_util_number(rows[i].text, rows[i].max, &value);

		about("number \"%s\" up to %lu",
		      rows[i].text ? rows[i].text : "NULL", rows[i].max);
		is_number(valid, rows[i].valid, "it is %s",
			  rows[i].valid ? "read" : "refused");
		ok(value == (valid ? rows[i].value : 4711),
		   "the value, %lu, is %s", value,
		   rows[i].valid ? "the number" : "left alone");
	}
}

static void test_format(void)
{
	char buffer[4] = "xyz";

	about("vns_util_format into four bytes");
	is_number(vns_util_format(buffer, 4, "%d", 123), true,
		  "three characters fit");
	is_string(buffer, "123", "three characters are all there");
	is_number(vns_util_format(buffer, 4, "%d", 1234), false,
		  "four characters do not fit");
	is_string(buffer, "", "of four characters nothing is there");
}

static void test_strings(void)
{
	struct vns_strings list = { NULL, 0 };
	char text[] = "one";

	about("list of strings");
	is_number(vns_strings_add(&list, text), 0, "a first string is added");
	text[0] = 'x';
	is_number(vns_strings_add(&list, ""), 0, "an empty string is added");
	is_number(list.count, 2, "it has two strings");
	is_string(list.items[0], "one",
		  "the first string is a copy of what was added");
	is_string(list.items[1], "", "the second string is empty");
	ok(!list.items[2], "NULL follows the last string");
	vns_strings_free(&list);
	ok(!list.items && list.count == 0,
	   "it is empty after vns_strings_free");
	vns_strings_free(&list);
}

static void test_unique(void)
{
	static const char *const texts[] = { "b", "a", "b", "", "a", "b" };
	static const char *const sorted[] = { "", "a", "b" };
	struct vns_strings list = { NULL, 0 };
	size_t i;

	about("list of strings");
	vns_strings_sort(&list);
	vns_strings_unique(&list);
	ok(!list.items && list.count == 0, "an empty one stays empty");
	for (i = 0; i < LENGTH(texts); i++)
		need(vns_strings_add(&list, texts[i]) == 0, "a string");
	vns_strings_sort(&list);
	is_number(list.count, LENGTH(texts), "sorting keeps all strings");
	is_string(list.items[1], "a", "sorted, \"a\" follows \"\"");
	is_string(list.items[5], "b", "sorted, \"b\" is the last");
	vns_strings_unique(&list);
	is_number(list.count, LENGTH(sorted), "each string is kept once");
	for (i = 0; i < LENGTH(sorted); i++)
		is_string(list.items[i], sorted[i], "string %zu is \"%s\"", i,
			  sorted[i]);
	ok(!list.items[list.count], "NULL follows the last that is kept");
	vns_strings_free(&list);
}

int main(void)
{
	test_names();
	test_paths();
	test_normal_paths();
	test_numbers();
	test_format();
	test_strings();
	test_unique();
	return finish();
}
