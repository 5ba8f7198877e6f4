/* Lists of "key=value" strings; see pam_vns/lib/fields.h. */
#include "lib/fields.h"

#include "tap.h"

#include <errno.h>

/* Makes a text as it lies in a file, with a NUL for each "|". */
static size_t make_text(char *text, size_t size, const char *from)
{
	size_t length = strlen(from), i;

	need(length < size, "a longer buffer");
	for (i = 0; i < length; i++)
		text[i] = from[i] == '|' ? '\0' : from[i];
	return length;
}

static struct vns_strings read_text(const char *from)
{
	struct vns_strings fields = { 0 };
	char text[512];
	size_t length = make_text(text, sizeof(text), from);

	need(vns_fields_split(text, length, &fields) == 0, "a list");
	return fields;
}

static void test_split(void)
{
	static const struct {
		const char *text;
		int rc;
		size_t count;
	} rows[] = {
		{ "user=alice|", 0, 1 },
		{ "user=alice|vserver=a|pid=7|", 0, 3 },
		{ "=|", 0, 1 },
		{ "user=|", 0, 1 },
		{ "user=a=b|", 0, 1 },
		{ "user=two\nlines|", 0, 1 },
		{ "user=\x1b[31m\xff|", 0, 1 },
		/* These were being written when the power went. */
		{ "", -EINVAL, 0 },
		{ "user=alice", -EINVAL, 0 },
		{ "user=alice|vserver=a", -EINVAL, 0 },
		{ "user=alice|vser|", -EINVAL, 1 },
		{ "|", -EINVAL, 0 },
		{ "||", -EINVAL, 0 },
		{ "user=alice||", -EINVAL, 1 },
		{ "|user=alice|", -EINVAL, 0 },
		{ "user=alice|||||||", -EINVAL, 1 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		struct vns_strings fields = { 0 };
		char text[512];
		size_t length = make_text(text, sizeof(text), rows[i].text);
		/* It has its own size: nothing behind it may be looked at. */
		char *exact = malloc(length ? length : 1);

		need(exact, "malloc");
		memcpy(exact, text, length);
		about("vns_fields_split of \"%s\"", rows[i].text);
		is_number(vns_fields_split(exact, length, &fields), rows[i].rc,
			  "it is %s", rows[i].rc ? "refused" : "read");
		is_number(fields.count, rows[i].count, "the number of strings");
		vns_strings_free(&fields);
		free(exact);
	}
}

static void test_get(void)
{
	static const struct {
		const char *key, *value;
	} rows[] = { { "user", "alice" }, { "use", "" },
		     { "users", "" },	  { "rhost", "a=b" },
		     { "a", "" },	  { "tty", "" },
		     { "", "" },	  { "rule", "first" },
		     { "vserver", "" },	  { "service", "tty=" } };
	struct vns_strings fields =
		read_text("user=alice|rhost=a=b|tty=|rule=first|rule=second|"
			  "service=tty=|");
	struct vns_strings none = { 0 };
	size_t i;

	about("vns_fields_get");
	for (i = 0; i < LENGTH(rows); i++)
		is_string(vns_fields_get(&fields, rows[i].key), rows[i].value,
			  "the value of \"%s\" is \"%s\"", rows[i].key,
			  rows[i].value);
	is_string(vns_fields_get(&none, "user"), "",
		  "an empty list has no value of \"user\"");
	vns_strings_free(&fields);
}

static void test_number(void)
{
	static const struct {
		const char *text;
		bool is;
		unsigned long number;
	} rows[] = {
		{ "pid=1|", true, 1 },
		{ "pid=0|", true, 0 },
		{ "pid=4194304|", true, 4194304 },
		{ "pid=18446744073709551615|", true, ~0UL },
		{ "pid=18446744073709551616|", false, 0 },
		{ "pid=|", false, 0 },
		{ "pid=-1|", false, 0 },
		{ "pid=+1|", false, 0 },
		{ "pid= 1|", false, 0 },
		{ "pid=1 |", false, 0 },
		{ "pid=0x1|", false, 0 },
		{ "user=1|", false, 0 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		struct vns_strings fields = read_text(rows[i].text);
		unsigned long number = 0;

		about("vns_fields_number of \"%s\"", rows[i].text);
		is_number(vns_fields_number(&fields, "pid", &number),
			  rows[i].is, "it %s the number pid",
			  rows[i].is ? "has" : "does not have");
		is_number((long long)number, (long long)rows[i].number,
			  "the number that is read");
		vns_strings_free(&fields);
	}
}

static void test_add(void)
{
	struct vns_strings fields = { 0 };

	about("adding to a list");
	is_number(vns_fields_add(&fields, "user", "alice"), 0,
		  "user=alice is added");
	is_number(vns_fields_add(&fields, "tty", NULL), 0,
		  "a value of NULL is no error");
	is_number(vns_fields_add(&fields, "rhost", ""), 0,
		  "an empty value is no error");
	is_number(fields.count, 1,
		  "values that are NULL or empty add no string");
	is_number(vns_fields_add(&fields, "ruser", "a\nclose=5"), 0,
		  "a value with a line \"close=5\" is added");
	is_string(vns_fields_get(&fields, "close"), "",
		  "a line \"close=5\" in a value adds no key \"close\"");
	is_string(vns_fields_get(&fields, "ruser"), "a\nclose=5",
		  "a value with a line \"close=5\" is read as it was added");
	vns_strings_free(&fields);
}

static void test_there_and_back(void)
{
	static const char *const values[] = { "/bin/a", "b c\n", "close=1",
					      "\xff" };
	struct vns_strings fields = { 0 }, back = { 0 };
	size_t length = 0, i;
	char *text;

	about("joining and splitting");
	for (i = 0; i < LENGTH(values); i++)
		need(vns_fields_add(&fields, "word", values[i]) == 0, "memory");
	text = vns_fields_join(&fields, &length);
	need(text, "join");
	is_number(length,
		  sizeof("word=/bin/a|word=b c\n|word=close=1|word=\xff|") - 1,
		  "the length of the joined text");
	is_number(vns_fields_split(text, length, &back), 0,
		  "the joined text is split again");
	is_number(back.count, fields.count,
		  "splitting gives as many strings as were joined");
	for (i = 0; i < back.count; i++)
		is_string(back.items[i], fields.items[i],
			  "string %zu is the same after joining and splitting",
			  i);
	/* A text that is cut short is read as fewer strings, or refused. */
	for (i = 0; i < length; i++) {
		struct vns_strings less = { 0 };
		int rc = vns_fields_split(text, i, &less);

		ok(rc == (i && !text[i - 1] ? 0 : -EINVAL) &&
			   less.count < fields.count,
		   "its first %zu bytes are split into less, or refused", i);
		vns_strings_free(&less);
	}
	vns_strings_free(&fields);
	vns_strings_free(&back);
	free(text);
}

static void test_value(void)
{
	static const struct {
		const char *item, *key, *value;
	} rows[] = {
		{ "user=alice", "user", "alice" },
		{ "user=", "user", "" },
		{ "user=a=b", "user", "a=b" },
		{ "user=a", "use", NULL },
		{ "user=a", "users", NULL },
		{ "user=a", "user=a", NULL },
		{ "user", "user", NULL },
		{ "=a", "", "a" },
		{ "", "user", NULL },
	};
	size_t i;

	about("vns_fields_value");
	for (i = 0; i < LENGTH(rows); i++)
		is_string(vns_fields_value(rows[i].item, rows[i].key),
			  rows[i].value, "the value of \"%s\" in \"%s\"",
			  rows[i].key, rows[i].item);
}

static void test_join_nothing(void)
{
	struct vns_strings none = { 0 };
	size_t length = 7;
	char *text = vns_fields_join(&none, &length);

	about("joining an empty list");
	ok(text != NULL, "it gives a text");
	is_number(length, 0, "the text has no bytes");
	free(text);
}

int main(void)
{
	test_split();
	test_value();
	test_get();
	test_number();
	test_add();
	test_there_and_back();
	test_join_nothing();
	return finish();
}
