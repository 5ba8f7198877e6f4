/*
 * Tests which ids vservers may have: ranges that are asked for, and what
 * subuid(5) and subgid(5) give away; see pam_vns/native/ranges.h.
 */
#include "ranges.h"

/* The slot of the name "acme" is 4203479040 to 4203544575. */
static const struct {
	const char *uids, *gids;
	bool passed;
} subids[] = {
	{ "", "", false },
	{ "a:100000:65536\nb:165536:65536\n", "", false },
	{ "a:4203479040:65536\n", "", true },
	{ "", "a:4203479040:65536\n", true },
	{ "a:4203479039:1\n", "a:4203544576:1\n", false },
	{ "a:4203479039:2\n", "", true },
	{ "", "a:4203544575:1\n", true },
	{ "a:4203500000:1", "", true },
	{ "junk\n\n::\na:4203500000:1\n", "", true },
	{ "# a:4203500000:1\n", "a:4203500000:x\n", false },
	{ "a:1879048191:2\nb:4294901759:9\n", "", false },
	{ "a:0:4203479040\n", "a:4203544576:99999999999\n", false },
	{ "a:0:4203479041\n", "", true },
};

static void test_subids(void)
{
	size_t i;

	for (i = 0; i < LENGTH(subids); i++) {
		begin("subuid and subgid");
		about("a claim with subuid \"%s\" and subgid \"%s\"",
		      subids[i].uids, subids[i].gids);
		put_text(subuid, subids[i].uids);
		put_text(subgid, subids[i].gids);
		is_number(claim("acme", NULL), 0, "the claim is no error");
		ok((got.base != slot("acme", 0)) == subids[i].passed,
		   "the name's slot is %s",
		   subids[i].passed ? "passed" : "taken");
		need(unlink(subuid) == 0 && unlink(subgid) == 0, "unlink");
		is_number(claim("acme", NULL), 0,
			  "a claim without these files is no error");
		ok((got.base != slot("acme", 0)) == subids[i].passed,
		   "a claim without these files gives the same range");
	}
	begin("a claim with a NUL in subuid");
	put(subuid, "a\0b\nb:4203479040:1\n", 19);
	is_number(claim("acme", NULL), 0, "the claim is no error");
	is_number(got.base, slot("acme", 1),
		  "the line behind the NUL counts: the name's slot is passed");

	begin("a recorded range that is given away later");
	need(claim("acme", NULL) == 0, err.text);
	put_text(subuid, "a:4203479040:65536\n");
	is_number(claim("acme", NULL), 0, "the claim is no error");
	is_number(got.base, 4203479040UL, "the recorded range stays");

	begin("subuid as podman --userns=auto wants it");
	put_text(subuid, "containers:2147483647:2147483648\n");
	is_number(claim("acme", NULL), 0, "the claim is no error");
	is_number(got.base, 1879048192,
		  "the range is the first slot that is not given away");
	put_text(subuid, "a:0:4294967295\n");
	is_number(claim("other", NULL), -ENOSPC,
		  "where all slots are given away, a new claim is an error");
	ok(strstr(err.text, "see what") && strstr(err.text, subgid),
	   "where all slots are given away, the error message names subgid");
	need(chmod(subuid, 0666) == 0, subuid);
	is_number(claim("other", NULL), -EPERM,
		  "where subuid is anybody's, a new claim is refused");
	ok(strncmp(err.text, subuid, strlen(subuid)) == 0,
	   "where subuid is anybody's, the error message names it");
	is_number(claim("acme", NULL), 0,
		  "where subuid is anybody's, a recorded claim is no error");
}

static void test_asked(void)
{
	char expected[VNS_ERROR_MAX];

	begin("ranges that are asked for");
	is_number(claim_asked("acme", 100000, 65536), 0,
		  "a first one is no error");
	ok(got.base == 100000 && got.count == 65536,
	   "a first one is given as asked for");
	is_string(err.text, "untouched", "a first one sets no error message");
	is_string(record(100000), "65536 acme\n", "a first one is recorded");
	is_number(claim_asked("acme", 100000, 65536), 0,
		  "asking for it once more is no error");
	is_string(list(), ".lock 100000 ",
		  "asking for it once more makes no more files");

	is_number(claim_asked("b", 165535, 1), -EEXIST,
		  "another vserver is refused its last id");
	snprintf(expected, sizeof(expected),
		 "user_namespace \"165535:1\" overlaps \"100000:65536\" of "
		 "vserver \"acme\"; choose another, or remove %s/ranges/100000 "
		 "if that vserver is gone or has another",
		 state_dir);
	is_string(
		err.text, expected,
		"the error message names both ranges and the other's vserver");
	is_number(got.base, 7, "a refusal leaves the range alone");
	is_number(claim_asked("b", 100000, 65536), -EEXIST,
		  "another vserver is refused all of it");
	is_string(record(100000), "65536 acme\n",
		  "a refusal leaves the record of the other vserver alone");
	is_number(claim_asked("b", 99999, 2), -EEXIST,
		  "another vserver is refused its first id");
	is_number(claim_asked("b", 90000, 100000), -EEXIST,
		  "another vserver is refused more than it");
	is_string(list(), ".lock 100000 ", "refusals record nothing");
	is_number(claim_asked("b", 165536, 65536), 0,
		  "another vserver may have what follows it");
	is_number(claim_asked("c", 99999, 1), 0,
		  "another vserver may have what is before it");

	is_number(claim_asked("acme", 300000, 1000), 0,
		  "its vserver may have another range");
	ok(!record(100000), "the old range is given up");
	is_string(record(300000), "1000 acme\n", "the new range is recorded");
	is_number(claim_asked("d", 100000, 65536), 0,
		  "another vserver may have the old range");
	is_number(claim_asked("acme", 100000, 1), -EEXIST,
		  "its former vserver is refused the old range then");
	is_string(record(300000), "1000 acme\n", "a refusal gives up no range");
	is_number(claim_asked("acme", 300000, 2000), 0,
		  "its vserver may have more ids from the same first one");
	is_string(record(300000), "2000 acme\n",
		  "the larger range is recorded");
	is_number(claim_asked("acme", 300500, 1000), 0,
		  "its vserver may have a range that overlaps its own");
	is_string(list(), ".lock 100000 165536 300500 99999 ",
		  "there are four ranges and a lock, and no more");

	is_number(claim("acme", NULL), 0, "its vserver may change to auto");
	is_number(claim_asked("acme", 400000, 65536), 0,
		  "its vserver may change to a range that it asks for");
	is_string(record(4203479040UL), "65536 acme\n",
		  "the range of auto stays recorded");
	is_number(claim("acme", NULL), 0,
		  "its vserver may change back to auto");
	is_number(got.base, 4203479040UL,
		  "changing back to auto gives the same range as before");
}

/*
 * Ranges that are asked for are never within those of auto, nor have ids that
 * nobody may have.
 */
static const struct {
	unsigned long base, count;
	const char *message;
} refused[] = {
	{ 1879048192, 65536, "from; choose another, or \"auto\"" },
	{ 1879048191, 2, "from; choose another, or \"auto\"" },
	{ 2147352576, 1, "from; choose another, or \"auto\"" },
	{ 4294901759UL, 1, "from; choose another, or \"auto\"" },
	{ 65536, 4294901759UL, "from; choose another, or \"auto\"" },
	{ 65535, 1, "the ids 65536 to 4294967294; choose another" },
	{ 0, 65536, "the ids 65536 to 4294967294; choose another" },
	{ 100000, 0, "the ids 65536 to 4294967294; choose another" },
	{ 4294967294UL, 2, "the ids 65536 to 4294967294; choose another" },
	{ 100000, ~0UL, "the ids 65536 to 4294967294; choose another" },
};

static void test_refused(void)
{
	size_t i;

	begin("ranges that nobody may have");
	for (i = 0; i < LENGTH(refused); i++) {
		about("asking for %lu:%lu", refused[i].base, refused[i].count);
		is_number(claim_asked("acme", refused[i].base,
				      refused[i].count),
			  -EINVAL, "it is refused");
		ok(strstr(err.text, refused[i].message) &&
			   !strstr(err.text, refused[i].message)[strlen(
				   refused[i].message)],
		   "error message");
	}
	about("asking for ranges that nobody may have");
	is_string(list(), "", "nothing is recorded, and there is no lock");
}

static void tests(void)
{
	test_subids();
	test_asked();
	test_refused();
}

int main(void)
{
	return in_directory(tests);
}
