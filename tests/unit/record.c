/* Tests what is recorded of a session; see pam_vns/vserver/record.h. */
#include "vserver/record.h"

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
	struct vns_strings record = { 0 };
	char text[512];
	size_t length = make_text(text, sizeof(text), from);

	need(vns_record_split(text, length, &record) == 0, "a record");
	return record;
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
		struct vns_strings record = { 0 };
		char text[512];
		size_t length = make_text(text, sizeof(text), rows[i].text);
		/* It has its own size: nothing behind it may be looked at. */
		char *exact = malloc(length ? length : 1);

		need(exact, "malloc");
		memcpy(exact, text, length);
		about("vns_record_split of \"%s\"", rows[i].text);
		is_number(vns_record_split(exact, length, &record), rows[i].rc,
			  "it is %s", rows[i].rc ? "refused" : "read");
		is_number(record.count, rows[i].count, "the number of strings");
		vns_strings_free(&record);
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
	struct vns_strings record =
		read_text("user=alice|rhost=a=b|tty=|rule=first|rule=second|"
			  "service=tty=|");
	struct vns_strings none = { 0 };
	size_t i;

	about("vns_record_get");
	for (i = 0; i < LENGTH(rows); i++)
		is_string(vns_record_get(&record, rows[i].key), rows[i].value,
			  "the value of \"%s\" is \"%s\"", rows[i].key,
			  rows[i].value);
	is_string(vns_record_get(&none, "user"), "",
		  "an empty record has no value of \"user\"");
	vns_strings_free(&record);
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
		struct vns_strings record = read_text(rows[i].text);
		unsigned long number = 0;

		about("vns_record_number of \"%s\"", rows[i].text);
		is_number(vns_record_number(&record, "pid", &number),
			  rows[i].is, "it %s the number pid",
			  rows[i].is ? "has" : "does not have");
		is_number((long long)number, (long long)rows[i].number,
			  "the number that is read");
		vns_strings_free(&record);
	}
}

static void test_add(void)
{
	struct vns_strings record = { 0 };

	about("adding to a record");
	is_number(vns_record_add(&record, "user", "alice"), 0,
		  "user=alice is added");
	is_number(vns_record_add(&record, "tty", NULL), 0,
		  "a value of NULL is no error");
	is_number(vns_record_add(&record, "rhost", ""), 0,
		  "an empty value is no error");
	is_number(record.count, 1,
		  "values that are NULL or empty add no string");
	is_number(vns_record_add(&record, "ruser", "a\nclose=5"), 0,
		  "a value with a line \"close=5\" is added");
	is_string(vns_record_get(&record, "close"), "",
		  "a line \"close=5\" in a value adds no key \"close\"");
	is_string(vns_record_get(&record, "ruser"), "a\nclose=5",
		  "a value with a line \"close=5\" is read as it was added");
	vns_strings_free(&record);
}

/* Reads the hooks, and describes them in words like "5:/a b;10:/c". */
static void describe(const struct vns_strings *record, char *text, size_t size)
{
	struct vns_hook hook;
	size_t at = 0, used = 0, i;

	text[0] = '\0';
	while (vns_record_next_hook(record, &at, &hook) > 0) {
		used += (size_t)snprintf(text + used, size - used,
					 "%s%u:", used ? ";" : "",
					 hook.timeout);
		for (i = 0; i < hook.command.count; i++)
			used += (size_t)snprintf(text + used, size - used,
						 "%s%s", i ? " " : "",
						 hook.command.items[i]);
		ok(!hook.command.items[hook.command.count],
		   "the words of a hook end in NULL");
		vns_strings_free(&hook.command);
	}
	ok(!hook.command.items && hook.command.count == 0,
	   "the end of the hooks leaves nothing to free");
}

static void test_hooks(void)
{
	static const struct {
		const char *text, *hooks;
	} rows[] = {
		{ "user=a|", "" },
		{ "close=5|word=/a|", "5:/a" },
		{ "user=a|close=5|word=/a|word=b|", "5:/a b" },
		{ "close=5|word=/a|close=10|word=/c|user=b|", "5:/a;10:/c" },
		/* Words that look like keys. */
		{ "close=5|word=/a|word=close=9|word=word=|word=|",
		  "5:/a close=9 word= " },
		/* Words that belong to no hook. */
		{ "word=/x|close=5|word=/a|user=b|word=/y|", "5:/a" },
		/* A hook without a command does not count. */
		{ "close=5|", "" },
		{ "close=5|user=b|word=/x|", "" },
		{ "close=5|close=6|word=/a|", "6:/a" },
		/* A hook without a time limit does not count. */
		{ "close=|word=/a|", "" },
		{ "close=never|word=/a|", "" },
		{ "close=-1|word=/a|", "" },
		{ "close=2147483648|word=/a|", "" },
		{ "close=2147483647|word=/a|", "2147483647:/a" },
		{ "close=x|word=/a|close=6|word=/b|", "6:/b" },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		struct vns_strings record = read_text(rows[i].text);
		char text[256];

		about("hooks of \"%s\"", rows[i].text);
		describe(&record, text, sizeof(text));
		is_string(text, rows[i].hooks,
			  "the commands and time limits of its hooks");
		vns_strings_free(&record);
	}
}

static void test_there_and_back(void)
{
	char *words[] = { (char *)"/bin/a", (char *)"", (char *)"b c\n",
			  (char *)"close=1", NULL };
	const struct vns_hook hook = { .command = { words, 4 }, .timeout = 30 };
	const struct vns_hook none = { .timeout = 5 };
	struct vns_strings record = { 0 }, back = { 0 };
	struct vns_hook got;
	size_t length = 0, at = 0, i;
	char *text;

	about("a record with a hook");
	is_number(vns_record_add(&record, "user", "alice"), 0,
		  "user=alice is added");
	is_number(vns_record_add_hook(&record, NULL), 0,
		  "a hook of NULL is no error");
	is_number(vns_record_add_hook(&record, &none), 0,
		  "a hook without a command is no error");
	is_number(record.count, 1, "hooks without a command add no string");
	is_number(vns_record_add_hook(&record, &hook), 0,
		  "a hook with four words is added");
	is_number(vns_record_add(&record, "boot", "x"), 0,
		  "a string behind the hook is added");
	text = vns_record_join(&record, &length);
	need(text, "join");
	is_number(length,
		  sizeof("user=alice|close=30|word=/bin/a|word=|"
			 "word=b c\n|word=close=1|boot=x|") -
			  1,
		  "the length of the joined text");
	is_number(vns_record_split(text, length, &back), 0,
		  "the joined text is split again");
	is_number(back.count, record.count,
		  "splitting gives as many strings as were joined");
	for (i = 0; i < back.count; i++)
		is_string(back.items[i], record.items[i],
			  "string %zu is the same after joining and splitting",
			  i);
	is_number(vns_record_next_hook(&back, &at, &got), 1,
		  "the hook is read from what was split");
	is_number(got.timeout, 30, "the hook's time limit is 30");
	is_number(got.command.count, 4, "the hook has four words");
	for (i = 0; i < got.command.count; i++)
		is_string(got.command.items[i], words[i],
			  "word %zu of the hook is the same as before", i);
	vns_strings_free(&got.command);
	is_number(vns_record_next_hook(&back, &at, &got), 0,
		  "there is no second hook");
	/* A text that is cut short is read as fewer strings, or refused. */
	for (i = 0; i < length; i++) {
		struct vns_strings less = { 0 };
		int rc = vns_record_split(text, i, &less);

		ok(rc == (i && !text[i - 1] ? 0 : -EINVAL) &&
			   less.count < record.count,
		   "its first %zu bytes are split into less, or refused", i);
		vns_strings_free(&less);
	}
	vns_strings_free(&record);
	vns_strings_free(&back);
	free(text);
}

static void test_join_nothing(void)
{
	struct vns_strings none = { 0 };
	size_t length = 7;
	char *text = vns_record_join(&none, &length);

	about("joining an empty record");
	ok(text != NULL, "it gives a text");
	is_number(length, 0, "the text has no bytes");
	free(text);
}

int main(void)
{
	test_split();
	test_get();
	test_number();
	test_add();
	test_hooks();
	test_there_and_back();
	test_join_nothing();
	return finish();
}
