/* Tests what is recorded of a session; see pam_vns/vserver/record.h. */
#include "vserver/record.h"

#include "tap.h"

/* Makes a record of strings with a "|" behind each. */
static struct vns_strings read_record(const char *from)
{
	struct vns_strings record = { 0 };
	char *text = strdup(from), *string, *rest = text;

	need(text, "strdup");
	while ((string = strsep(&rest, "|")) && rest)
		need(vns_strings_add(&record, string) == 0, "a record");
	free(text);
	return record;
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
		struct vns_strings record = read_record(rows[i].text);
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
	struct vns_strings record = { 0 };
	struct vns_hook got;
	size_t at = 0, i;

	about("a record with a hook");
	is_number(vns_fields_add(&record, "user", "alice"), 0,
		  "user=alice is added");
	is_number(vns_record_add_hook(&record, NULL), 0,
		  "a hook of NULL is no error");
	is_number(vns_record_add_hook(&record, &none), 0,
		  "a hook without a command is no error");
	is_number(record.count, 1, "hooks without a command add no string");
	is_number(vns_record_add_hook(&record, &hook), 0,
		  "a hook with four words is added");
	is_number(vns_fields_add(&record, "boot", "x"), 0,
		  "a string behind the hook is added");
	is_number(record.count, 7,
		  "the hook takes a string for its time limit "
		  "and one for each word");
	is_number(vns_record_next_hook(&record, &at, &got), 1,
		  "the hook is read again");
	is_number(got.timeout, 30, "the hook's time limit is 30");
	is_number(got.command.count, 4, "the hook has four words");
	for (i = 0; i < got.command.count; i++)
		is_string(got.command.items[i], words[i],
			  "word %zu of the hook is the same as before", i);
	vns_strings_free(&got.command);
	is_number(vns_record_next_hook(&record, &at, &got), 0,
		  "there is no second hook");
	vns_strings_free(&record);
}

static void test_who(void)
{
	const struct vns_who who = { .user = "alice",
				     .service = "sshd",
				     .tty = "",
				     .rhost = "192.0.2.1" };
	struct vns_strings record = { 0 };
	struct vns_who got;

	about("a record of who logs in");
	is_number(vns_record_add_who(&record, &who), 0, "who is added");
	is_number(record.count, 3, "what is not known adds no string");
	got = vns_record_who(&record);
	is_string(got.user, "alice", "the user");
	is_string(got.service, "sshd", "the service");
	is_string(got.rhost, "192.0.2.1", "the remote host");
	is_string(got.tty, "", "the terminal, which is not known");
	is_string(got.ruser, "", "the remote user, who is not known");
	vns_strings_free(&record);
}

int main(void)
{
	test_hooks();
	test_there_and_back();
	test_who();
	return finish();
}
