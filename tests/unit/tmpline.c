/*
 * Tests lines of tmpfiles.d and values of run_dirs; see pam_vns/lib/tmpline.h.
 */
#include "lib/tmpline.h"

#include "tap.h"

#include <string.h>

/* expected is "PATH MODE USER GROUP", or NULL for what is passed over. */
static const struct {
	const char *text, *expected;
} lines[] = {
	{ "d /run/screen 1777 root utmp -", "screen 1777 root utmp" },
	{ "D /run/a/b 0750 12 34 1d", "a/b 750 12 34" },
	{ "d\t/run/a", "a 755 0 0" },
	{ "  d! /run/a - - - -\nd /run/b", "a 755 0 0" },
	{ "D!-=$+~^ /run/a 2775", "a 2775 0 0" },
	{ "d /var/run/a/ ~0700 :u :g", "a 700 u g" },
	{ "d /run/a :~0700", "a 700 0 0" },
	{ "d /run/A_9@x:+-.y", "A_9@x:+-.y 755 0 0" },
	{ "", NULL },
	{ "\n", NULL },
	{ "# d /run/a", NULL },
	{ "d", NULL },
	{ "d /run", NULL },
	{ "d /run/", NULL },
	{ "d /tmp/a", NULL },
	{ "d run/a", NULL },
	{ "d /runner/a", NULL },
	{ "d /var/lib/a", NULL },
	{ "e /run/a", NULL },
	{ "f /run/a", NULL },
	{ "L /run/a - - - - /etc", NULL },
	{ "dx /run/a", NULL },
	{ "d /run//a", NULL },
	{ "d /run/a//b", NULL },
	{ "d /run/a//", NULL },
	{ "d /run/.", NULL },
	{ "d /run/..", NULL },
	{ "d /run/a/../b", NULL },
	{ "d /run/.hidden", NULL },
	{ "d /run/-a", NULL },
	{ "d /run/%b", NULL },
	{ "d \"/run/a\"", NULL },
	{ "d /run/a\\x20b", NULL },
	{ "d /run/\303\244", NULL },
	{ "d /run/a 10000", NULL },
	{ "d /run/a 00000000000000000000000755", "a 755 0 0" },
	{ "d /run/a 77777777777777777777777", NULL },
	{ "d /run/a 0789", NULL },
	{ "d /run/a :", NULL },
	{ "d /run/a u+x", NULL },
	{ "d /run/a 755 -x", NULL },
	{ "d /run/a 755 a:b", NULL },
	{ "d /run/a 755 %u", NULL },
	{ "d /run/a 755 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
};

static const struct {
	const char *text, *expected;
} values[] = {
	{ "lock", "lock 755 0 0" },
	{ "lock 1777", "lock 1777 0 0" },
	{ "a/b 0711 5001 5002", "a/b 711 5001 5002" },
	{ "a - - 5", "a 755 0 5" },
	{ "", NULL },
	{ "/run/lock", NULL },
	{ "../a", NULL },
	{ "a b", NULL },
	{ "a 0755 root", NULL },
	{ "a 0755 0 0 0", NULL },
	{ "a 0755 4294967295", NULL },
	{ "a\nb", NULL },
};

static void check(bool good, const struct vns_tmpline *parsed,
		  const char *expected)
{
	char text[256] = "";

	is_number(good, expected != NULL, "whether it is understood");
	if (good)
		snprintf(text, sizeof(text), "%s %o %s %s", parsed->path,
			 parsed->mode, parsed->user, parsed->group);
	is_string(text, expected ? expected : "", "what is understood");
}

static void test_long(void)
{
	struct vns_tmpline parsed;
	char line[256] = "d /run/";
	size_t length = strlen(line);

	memset(line + length, 'a', VNS_TMPLINE_PATH_MAX);
	about("the longest path");
	is_number(vns_tmpline_parse(line, &parsed), true, "is understood");
	line[length + VNS_TMPLINE_PATH_MAX] = 'a';
	about("a path that is too long");
	is_number(vns_tmpline_parse(line, &parsed), false, "is passed over");
}

static void test_ids(void)
{
	static const char table[] = "root:x:0:0:root:/:/bin/sh\n"
				    "broken\nhalf:x\n"
				    "alice:x:5001:5002::/:\n"
				    "huge:x:4294967295:1::/:\n"
				    "last:x:7";
	unsigned long uid = 1, gid = 1;

	about("a table of users");
	is_number(vns_tmpline_id(table, "alice", &uid), true, "alice is found");
	is_number(uid, 5001, "alice's id");
	is_number(vns_tmpline_id(table, "last", &uid), true, "last is found");
	is_number(uid, 7, "the last one's id");
	is_number(vns_tmpline_id(table, "77", &uid), true, "a number is one");
	is_number(uid, 77, "the number");
	is_number(vns_tmpline_id(table, "ali", &uid), false, "no part of one");
	is_number(vns_tmpline_id(table, "half", &uid), false, "half a line");
	is_number(vns_tmpline_id(table, "huge", &uid), false, "-1 is no id");
	is_number(vns_tmpline_id(NULL, "alice", &uid), false, "no table");
	is_number(vns_tmpline_user(table, &uid, &gid), true, "the first user");
	is_number(uid + gid, 0, "the first user's ids");
	is_number(vns_tmpline_user("a:x:1\nb:2:3:4", &uid, &gid), false,
		  "a line ends where it ends");
}

int main(void)
{
	struct vns_tmpline parsed;
	size_t i;

	for (i = 0; i < LENGTH(lines); i++) {
		about("[%zu] the line \"%s\"", i, lines[i].text);
		check(vns_tmpline_parse(lines[i].text, &parsed), &parsed,
		      lines[i].expected);
	}
	for (i = 0; i < LENGTH(values); i++) {
		about("[%zu] the value \"%s\"", i, values[i].text);
		check(vns_tmpline_value(values[i].text, &parsed), &parsed,
		      values[i].expected);
	}
	test_long();
	test_ids();
	return finish();
}
