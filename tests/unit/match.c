/* Tests a rule's lists against one value; see pam_vns/config/match.h. */
#include "config/match.h"

#include "tap.h"

/* Makes a list of "a,b,c"; "" is a list without items. */
static void fill(struct vns_strings *list, const char *items)
{
	char copy[256];
	char *item, *save = NULL;

	memset(list, 0, sizeof(*list));
	snprintf(copy, sizeof(copy), "%s", items);
	for (item = strtok_r(copy, ",", &save); item;
	     item = strtok_r(NULL, ",", &save))
		need(vns_strings_add(list, item) == 0, "vns_strings_add");
}

struct row {
	const char *items, *value;
	bool matches;
};

static const struct row globs[] = {
	{ "", "alice", true },
	{ "", NULL, true },
	{ "alice", "alice", true },
	{ "alice", "Alice", false },
	{ "alice", "alic", false },
	{ "alice", "alicea", false },
	{ "alice", "", false },
	{ "alice", NULL, false },
	{ "bob,alice", "alice", true },
	{ "web-*", "web-1", true },
	{ "web-*", "web-", true },
	{ "web-*", "xweb-1", false },
	{ "web-?", "web-12", false },
	{ "web-[0-9]", "web-7", true },
	{ "web-[!0-9]", "web-7", false },
	{ "*", "", true },
	{ "*", NULL, true },
	{ "*", "a/b.c", true },
	{ "pts/*", "pts/12", true },
	{ "*", ".hidden", true },
	{ "AD\\carl", "AD\\carl", true },
	{ "AD\\carl", "ADcarl", false },
	{ "AD\\*", "AD\\carl", true },
	{ "AD\\*", "ADcarl", false },
	{ "AD\\*", "AD*", false },
	{ "!AD\\carl", "AD\\carl", false },
	{ "[\\]a", "\\a", true },
	{ "[", "[", true },
	{ "!alice", "alice", false },
	{ "!alice", "bob", true },
	{ "!alice", NULL, true },
	{ "!web-*", "web-1", false },
	{ "web-*,!web-1", "web-1", false },
	{ "!web-1,web-*", "web-1", false },
	{ "!web-1,web-*", "web-2", true },
	{ "!web-1,web-*", "bob", false },
	{ "!a,!b", "b", false },
	{ "!a,!b", "c", true },
	{ "!!a", "!a", false },
	{ "!!a", "a", true },
};

static const struct {
	const char *items;
	unsigned long uid;
	bool matches;
} uids[] = {
	{ "", 0, true },
	{ "", 4294967294, true },
	{ "0", 0, true },
	{ "1000", 1000, true },
	{ "1000", 1001, false },
	{ "1000", 100, false },
	{ "1000-1002", 999, false },
	{ "1000-1002", 1000, true },
	{ "1000-1002", 1002, true },
	{ "1000-1002", 1003, false },
	{ "5-5", 5, true },
	{ "0-4294967294", 4294967294, true },
	{ "1,2-3,9", 9, true },
	{ "!7", 7, false },
	{ "!7", 8, true },
	{ "1-9,!3-5", 4, false },
	{ "1-9,!3-5", 6, true },
	{ "!3-5,1-9", 4, false },
	{ "1-9,!3-5", 10, false },
};

static const struct {
	const char *item;
	bool valid;
} uid_forms[] = {
	{ "0", true },
	{ "00", true },
	{ "4294967294", true },
	{ "4294967295", false },
	{ "4294967296", false },
	{ "18446744073709551617", false },
	{ "0-0", true },
	{ "1-4294967294", true },
	{ "1-4294967295", false },
	{ "2-1", false },
	{ "", false },
	{ "-", false },
	{ "-1", false },
	{ "1-", false },
	{ "1-2-3", false },
	{ "1--2", false },
	{ " 1", false },
	{ "1 ", false },
	{ "+1", false },
	{ "0x1", false },
	{ "1 - 2", false },
	{ "a", false },
	{ "!1", false },
	{ "1,2", false },
	{ "000000000000000000000001-2", false },
};

static const struct row rhosts[] = {
	{ "", "10.0.0.1", true },
	{ "", NULL, true },
	{ "10.0.0.1", NULL, false },
	{ "10.0.0.1", "", false },
	{ "10.0.0.1", "10.0.0.1", true },
	{ "10.0.0.1", "10.0.0.10", false },
	{ "10.0.0.1", "10.0.0.1.example.org", false },
	{ "10.0.0.0/8", "10.255.255.255", true },
	{ "10.0.0.0/8", "11.0.0.0", false },
	{ "10.0.0.0/8", "9.255.255.255", false },
	{ "10.1.2.3/8", "10.9.9.9", true },
	{ "10.0.0.0/9", "10.127.255.255", true },
	{ "10.0.0.0/9", "10.128.0.0", false },
	{ "10.0.0.0/31", "10.0.0.1", true },
	{ "10.0.0.0/31", "10.0.0.2", false },
	{ "10.0.0.1/32", "10.0.0.1", true },
	{ "10.0.0.1/32", "10.0.0.0", false },
	{ "0.0.0.0/0", "255.255.255.255", true },
	{ "0.0.0.0/0", "2001:db8::1", false },
	{ "0.0.0.0/0", "::", false },
	{ "0.0.0.0/0", "host", false },
	{ "0.0.0.0/0", "", false },
	{ "0.0.0.0/1", "127.0.0.1", true },
	{ "0.0.0.0/1", "128.0.0.0", false },

	{ "::1", "::1", true },
	{ "::1", "0:0:0:0:0:0:0:1", true },
	{ "2001:DB8::1", "2001:db8:0::1", true },
	{ "2001:db8::/32", "2001:db8:ffff::", true },
	{ "2001:db8::/32", "2001:db9::", false },
	{ "2001:db8::/33", "2001:db8:7fff::", true },
	{ "2001:db8::/33", "2001:db8:8000::", false },
	{ "::/0", "2001:db8::1", true },
	{ "::/0", "host", false },
	{ "::/0", "10.0.0.1", false },
	{ "::/0", "::ffff:10.0.0.1", false },
	{ "!::/0", "10.0.0.1", true },
	{ "fe80::/10", "fe80::1%eth0", true },
	{ "!fe80::/10", "fe80::1%eth0", false },
	{ "fe80::1", "fe80::1%a-name-longer-than-any-interface's-is", true },
	{ "2001:db8::1/128", "2001:db8::1", true },
	{ "2001:db8::1/128", "2001:db8::", false },
	{ "2001:db8::/127", "2001:db8::1", true },
	{ "2001:db8::/127", "2001:db8::2", false },

	/* An address is the same however it is written. */
	{ "10.0.0.0/8", "::ffff:10.1.2.3", true },
	{ "10.0.0.1", "::ffff:10.0.0.1", true },
	{ "10.0.0.1", "::FFFF:a00:1", true },
	{ "::ffff:10.0.0.0/104", "10.1.2.3", true },
	{ "::ffff:10.0.0.0/104", "11.1.2.3", false },
	{ "::ffff:0.0.0.0/96", "11.1.2.3", true },
	{ "10.0.0.0/8", "::10.1.2.3", false },
	{ "0.0.0.0/0", "::fffe:10.1.2.3", false },

	/* Names match as a whole, in any case, by globs, never as a number. */
	{ "a.example.org", "A.Example.ORG", true },
	{ "*.example.org", "a.b.example.org", true },
	{ "*.example.org", "example.org", false },
	{ "*.example.org", "a.example.org.evil.net", false },
	{ "10.*", "10.0.0.1", true },
	{ "localhost", "127.0.0.1", false },
	{ "*", "", true },

	{ "!10.0.0.0/8", "10.1.1.1", false },
	{ "!10.0.0.0/8", "11.1.1.1", true },
	{ "!10.0.0.0/8", "::ffff:10.1.1.1", false },
	{ "10.0.0.0/8,!10.1.0.0/16", "10.1.2.3", false },
	{ "!10.1.0.0/16,10.0.0.0/8", "10.1.2.3", false },
	{ "10.0.0.0/8,!10.1.0.0/16", "10.2.2.3", true },
	{ "!*.example.org", "a.example.org", false },
	{ "!*", "10.0.0.1", false },
};

static const struct row ttys[] = {
	{ "tty1", "tty1", true },	   { "tty1", "/dev/tty1", true },
	{ "/dev/tty1", "tty1", true },	   { "/dev/tty1", "/dev/tty1", true },
	{ "!/dev/pts/*", "pts/3", false }, { "pts/*", "/dev/pts/3", true },
	{ "tty1", "tty2", false },	   { "tty1", NULL, false },
	{ "!tty1", NULL, true },
};

static const struct {
	const char *item;
	bool valid;
} rhost_forms[] = {
	{ "host", true },
	{ "*.example.org", true },
	{ "10.0.0.1", true },
	{ "10.0.0.256", false },
	{ "10.0.0", false },
	{ "1", false },
	{ "10.*", true },
	{ "2001:db8::zz", false },
	{ "2001:db8::1", true },
	{ "10.0.0.0/0", true },
	{ "10.0.0.0/32", true },
	{ "10.0.0.0/33", false },
	{ "10.0.0.0/", false },
	{ "10.0.0.0/-1", false },
	{ "10.0.0.0/ 8", false },
	{ "10.0.0.0/08", true },
	{ "10.0.0.0/8/8", false },
	{ "10.0.0.0/255.0.0.0", false },
	{ "10.0.0/8", false },
	{ "256.0.0.0/8", false },
	{ "/8", false },
	{ "host/8", false },
	{ "::/0", true },
	{ "::/128", true },
	{ "::/129", false },
	{ "::/4294967424", false },
	{ "::ffff:10.0.0.0/104", true },
	{ ":::/8", false },
	{ "[::1]/8", false },
	{ "fe80::1%eth0/64", false },
	{ "", false },
	{ "/", false },
	{ "0000:0000:0000:0000:0000:ffff:255.255.255.255/128", true },
	{ "0000:0000:0000:0000:0000:0000:ffff:255.255.255.255/1", false },
};

typedef bool (*matcher)(const struct vns_strings *list, const char *value);

static void test_rows(const struct row *rows, size_t count, matcher match,
		      const char *what)
{
	struct vns_strings list;
	size_t i;

	for (i = 0; i < count; i++) {
		fill(&list, rows[i].items);
		is_number(match(&list, rows[i].value), rows[i].matches,
			  "%s \"%s\" %s {%s}", what,
			  rows[i].value ? rows[i].value : "NULL",
			  rows[i].matches ? "matches" : "does not match",
			  rows[i].items);
		vns_strings_free(&list);
	}
}

static void test_uids(void)
{
	struct vns_strings list;
	size_t i;

	for (i = 0; i < LENGTH(uids); i++) {
		fill(&list, uids[i].items);
		is_number(vns_match_uid(&list, uids[i].uid), uids[i].matches,
			  "uid %lu %s {%s}", uids[i].uid,
			  uids[i].matches ? "matches" : "does not match",
			  uids[i].items);
		vns_strings_free(&list);
	}
}

static void test_forms(void)
{
	size_t i;

	for (i = 0; i < LENGTH(uid_forms); i++)
		is_number(vns_match_uid_valid(uid_forms[i].item),
			  uid_forms[i].valid, "\"%s\" is %s in uids",
			  uid_forms[i].item,
			  uid_forms[i].valid ? "valid" : "refused");
	for (i = 0; i < LENGTH(rhost_forms); i++)
		is_number(vns_match_rhost_valid(rhost_forms[i].item),
			  rhost_forms[i].valid, "\"%s\" is %s in rhosts",
			  rhost_forms[i].item,
			  rhost_forms[i].valid ? "valid" : "refused");
}

static void test_exact(void)
{
	struct vns_strings list;

	fill(&list, "r*,!root,root");
	about("a name written out in {r*, !root, root}");
	is_number(vns_match_exact(&list, "root"), true, "\"root\" is");
	is_number(vns_match_exact(&list, "rot"), false,
		  "\"rot\", which a pattern matches, is not");
	is_number(vns_match_exact(&list, "roo"), false,
		  "\"roo\", the beginning of an item, is not");
	vns_strings_free(&list);
	fill(&list, "r*,!root,*");
	about("a name written out in a list");
	is_number(vns_match_exact(&list, "root"), false,
		  "\"root\" is not in {r*, !root, *}, which excludes it");
	vns_strings_free(&list);
	is_number(vns_match_exact(&list, "root"), false,
		  "\"root\" is not in an empty list");
}

int main(void)
{
	test_rows(globs, LENGTH(globs), vns_match_glob, "name");
	test_rows(rhosts, LENGTH(rhosts), vns_match_rhost, "rhost");
	test_rows(ttys, LENGTH(ttys), vns_match_tty, "tty");
	test_uids();
	test_forms();
	test_exact();
	return finish();
}
