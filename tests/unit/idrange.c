/*
 * Tests ranges of ids as texts and as numbers, in tables; see
 * pam_vns/lib/idrange.h.
 */
#include "lib/idrange.h"

#include "tap.h"

/* A row with the count 0 is refused. */
static const struct {
	const char *text;
	unsigned long base, count;
} ranges[] = {
	{ "100000:65536", 100000, 65536 },
	{ "65536:1", 65536, 1 },
	{ "0065536:0001", 65536, 1 },
	{ "65536:4294901759", 65536, 4294901759UL },
	{ "4294967294:1", 4294967294UL, 1 },
	{ "1879048192:65536", 1879048192, 65536 },

	/* These ids are the host's own. */
	{ "65535:1", 0, 0 },
	{ "65535:65536", 0, 0 },
	{ "0:65536", 0, 0 },
	{ "0:4294967295", 0, 0 },
	{ "1000:1", 0, 0 },

	/* (uid_t)-1 and numbers beyond it are no ids. */
	{ "4294967294:2", 0, 0 },
	{ "4294967295:1", 0, 0 },
	{ "65536:4294901760", 0, 0 },
	{ "65536:4294967295", 0, 0 },
	{ "4294967296:1", 0, 0 },
	{ "100000:4294967296", 0, 0 },
	{ "100000:18446744073709551616", 0, 0 },
	{ "18446744073709651616:1", 0, 0 },
	{ "100000:18446744073709451617", 0, 0 },

	{ "100000:0", 0, 0 },
	{ "", 0, 0 },
	{ ":", 0, 0 },
	{ "100000", 0, 0 },
	{ "100000:", 0, 0 },
	{ ":65536", 0, 0 },
	{ "100000:65536:", 0, 0 },
	{ "100000:65536:1", 0, 0 },
	{ "100000::65536", 0, 0 },
	{ "acme:100000:65536", 0, 0 },
	{ " 100000:65536", 0, 0 },
	{ "100000 :65536", 0, 0 },
	{ "100000: 65536", 0, 0 },
	{ "100000:65536 ", 0, 0 },
	{ "100000:65536\n", 0, 0 },
	{ "+100000:65536", 0, 0 },
	{ "-100000:65536", 0, 0 },
	{ "100000:-1", 0, 0 },
	{ "0x186a0:65536", 0, 0 },
	{ "1e5:65536", 0, 0 },
	{ "100000-165535", 0, 0 },
	{ "auto", 0, 0 },
};

static void test_parse(void)
{
	struct vns_idrange range;
	size_t i;

	for (i = 0; i < LENGTH(ranges); i++) {
		range = (struct vns_idrange){ 7, 7 };
		about("the range \"%s\"", ranges[i].text);
		is_number(vns_idrange_parse(ranges[i].text, &range),
			  ranges[i].count > 0, "it is %s",
			  ranges[i].count ? "valid" : "refused");
		is_number(range.base, ranges[i].count ? ranges[i].base : 7,
			  "its first id is %s",
			  ranges[i].count ? "read" : "not written");
		is_number(range.count, ranges[i].count ? ranges[i].count : 7,
			  "its count of ids is %s",
			  ranges[i].count ? "read" : "not written");
	}
}

static const struct {
	struct vns_idrange a, b;
	bool overlap;
} pairs[] = {
	{ { 100000, 65536 }, { 100000, 65536 }, true },
	{ { 100000, 65536 }, { 165535, 1 }, true },
	{ { 100000, 65536 }, { 165536, 1 }, false },
	{ { 100000, 65536 }, { 99999, 1 }, false },
	{ { 100000, 65536 }, { 99999, 2 }, true },
	{ { 100000, 65536 }, { 120000, 1 }, true },
	{ { 100000, 65536 }, { 99999, 4294867296UL }, true },
	{ { 4294967294UL, 1 }, { 65536, 4294901759UL }, true },
	{ { 4294967294UL, 1 }, { 65536, 4294901758UL }, false },
	{ { 100000, 0 }, { 100000, 65536 }, false },
	{ { 120000, 0 }, { 100000, 65536 }, false },
	{ { 100000, 0 }, { 100000, 0 }, false },
};

static void test_overlap(void)
{
	size_t i;

	for (i = 0; i < LENGTH(pairs); i++) {
		about("ranges %lu:%lu and %lu:%lu", pairs[i].a.base,
		      pairs[i].a.count, pairs[i].b.base, pairs[i].b.count);
		is_number(vns_idrange_overlap(&pairs[i].a, &pairs[i].b),
			  pairs[i].overlap, "they %s",
			  pairs[i].overlap ? "overlap" : "do not overlap");
		is_number(vns_idrange_overlap(&pairs[i].b, &pairs[i].a),
			  pairs[i].overlap, "they %s in the other order",
			  pairs[i].overlap ? "overlap" : "do not overlap");
	}
}

static const struct {
	struct vns_idrange range;
	bool inside, slot;
} autos[] = {
	{ { 1879048191, 1 }, false, false },
	{ { 1879048191, 2 }, true, false },
	{ { 1879048192, 65536 }, true, true },
	{ { 1879048193, 65536 }, true, false },
	{ { 1879113728, 65536 }, true, true },
	{ { 2147287040, 65536 }, true, true },
	{ { 2147352576, 65536 }, true, false },
	{ { 2147418112, 65536 }, true, true },
	{ { 4294836224UL, 65536 }, true, true },
	{ { 4294901759UL, 1 }, true, false },
	{ { 4294901760UL, 65535 }, false, false },
	{ { 100000, 65536 }, false, false },
	{ { 65536, 4294901759UL }, true, false },
};

static void test_auto(void)
{
	size_t i;

	about("the ranges of \"auto\"");
	is_number(VNS_IDRANGE_SLOTS, 36862, "there are 36862 slots");
	for (i = 0; i < LENGTH(autos); i++) {
		about("the range %lu:%lu", autos[i].range.base,
		      autos[i].range.count);
		is_number(vns_idrange_in_auto(&autos[i].range), autos[i].inside,
			  "it %s ids of \"auto\"",
			  autos[i].inside ? "has" : "has no");
		is_number(vns_idrange_is_slot(autos[i].range.base),
			  autos[i].slot, "its first id %s a slot",
			  autos[i].slot ? "begins" : "does not begin");
	}
}

/*
 * The slot of a name may never change: where its record is lost, only the
 * owners of the vserver's files tell it.
 */
static const struct {
	const char *name;
	unsigned long base;
} slots[] = {
	{ "", 2832990208UL },
	{ "a", 3289186304UL },
	{ "acme", 4203479040UL },
	{ "customer@alice", 4114874368UL },
	{ "customer@bob", 3122200576UL },
	{ "0123456789012345678901234567890123456789012345678901234567890123",
	  3808034816UL },
};

static void test_slots(void)
{
	static bool seen[65536];
	unsigned long attempt, odd = 0;
	struct vns_idrange range;
	size_t i;

	about("the slots of names");
	for (i = 0; i < LENGTH(slots); i++)
		is_number(vns_idrange_slot(slots[i].name, 0).base,
			  slots[i].base,
			  "the first slot of \"%s\" never changes",
			  slots[i].name);
	for (attempt = 0; attempt < VNS_IDRANGE_SLOTS; attempt++) {
		range = vns_idrange_slot("acme", attempt);
		odd += !vns_idrange_is_slot(range.base) ||
		       range.count != 65536 || !vns_idrange_valid(&range) ||
		       seen[range.base / 65536];
		seen[range.base / 65536] = true;
	}
	is_number(odd, 0, "each attempt for one name is another slot");
	is_number(vns_idrange_slot("acme", attempt).base,
		  vns_idrange_slot("acme", 0).base,
		  "the attempt after the last slot begins anew");
	ok(vns_idrange_is_slot(vns_idrange_slot("acme", ~0UL).base),
	   "the largest attempt is a slot, too");
}

/* Names that differ in a number must not crowd together. */
static void test_spread(void)
{
	static unsigned char used[65536];
	unsigned most = 0, i;
	char name[32];

	for (i = 0; i < VNS_IDRANGE_SLOTS; i++) {
		snprintf(name, sizeof(name), "customer@u%u", i);
		used[vns_idrange_slot(name, 0).base / 65536]++;
	}
	for (i = 0; i < LENGTH(used); i++)
		if (used[i] > most)
			most = used[i];
	/* By chance it is about 8. */
	ok(most < 16,
	   "at most %u of 36862 names begin at the same slot (15 may)", most);
}

static const struct {
	const char *line;
	unsigned long base, count;
} subids[] = {
	{ "alice:100000:65536", 100000, 65536 },
	{ "1000:100000:65536", 100000, 65536 },
	{ "containers:2147483647:2147483648", 2147483647, 2147483648UL },
	{ "a:0:1", 0, 1 },
	{ "a:1:1\r", 1, 1 },
	{ "a: 1: 1 \t", 1, 1 },
	{ "a:0x10000:0x100", 65536, 256 },
	{ "a:010:010", 8, 8 },
	{ "a:+1:+1", 1, 1 },
	/* Counts that go beyond the last id are cut off. */
	{ "a:1:4294967295", 1, 4294967294UL },
	{ "a:4294967294:65536", 4294967294UL, 1 },
	{ "a:100000:99999999999999999999999", 100000, 4294867295UL },
	{ "a:100000:-1", 100000, 4294867295UL },

	{ "", 0, 0 },
	{ "\r", 0, 0 },
	{ "a", 0, 0 },
	{ "a:", 0, 0 },
	{ "a:1", 0, 0 },
	{ "a:1:", 0, 0 },
	{ "a::1", 0, 0 },
	{ ":1:1", 0, 0 },
	{ "::", 0, 0 },
	{ "a:1:0", 0, 0 },
	{ "a:x:1", 0, 0 },
	{ "a:1:x", 0, 0 },
	{ "a:1x:1", 0, 0 },
	{ "a:1:1x", 0, 0 },
	{ "a:1:1:", 0, 0 },
	{ "a:1:1:1", 0, 0 },
	{ "a:4294967295:1", 0, 0 },
	{ "a:-1:1", 0, 0 },
	{ "a:99999999999999999999999:1", 0, 0 },
	{ "# a:1:1", 0, 0 },
	{ "#a:1:1", 0, 0 },
	{ "\xff\xfe\x01", 0, 0 },
};

static void test_subids(void)
{
	struct vns_idrange range;
	size_t i;

	for (i = 0; i < LENGTH(subids); i++) {
		range = (struct vns_idrange){ 7, 7 };
		about("the line \"%s\" of subuid", subids[i].line);
		is_number(vns_idrange_parse_subid(subids[i].line, &range),
			  subids[i].count > 0, "it is %s",
			  subids[i].count ? "read" : "passed over");
		is_number(range.base, subids[i].count ? subids[i].base : 7,
			  "its first id is %s",
			  subids[i].count ? "read" : "not written");
		is_number(range.count, subids[i].count ? subids[i].count : 7,
			  "its count of ids is %s",
			  subids[i].count ? "read" : "not written");
	}
}

#define NAME_64 \
	"0123456789012345678901234567890123456789012345678901234567890123"

/* A row without a name is refused. */
static const struct {
	const char *text;
	unsigned long count;
	const char *name;
} records[] = {
	{ "65536 acme\n", 65536, "acme" },
	{ "1 customer@bob\n", 1, "customer@bob" },
	{ "1 " NAME_64 "\n", 1, NAME_64 },
	{ "1 " NAME_64 "4\n", 0, NULL },
	{ "", 0, NULL },
	{ "\n", 0, NULL },
	{ " \n", 0, NULL },
	{ "65536", 0, NULL },
	{ "65536\n", 0, NULL },
	{ "65536 \n", 0, NULL },
	{ "65536 acme", 0, NULL },
	{ "65536 acme\n\n", 0, NULL },
	{ "65536 acme\nx", 0, NULL },
	{ "65536 acme \n", 0, NULL },
	{ "65536  acme\n", 0, NULL },
	{ "65536\tacme\n", 0, NULL },
	{ " 65536 acme\n", 0, NULL },
	{ " acme\n", 0, NULL },
	{ "acme 65536\n", 0, NULL },
	{ "x acme\n", 0, NULL },
	{ "-1 acme\n", 0, NULL },
	{ "4294967296 acme\n", 0, NULL },
	{ "65536 ../acme\n", 0, NULL },
	{ "65536 .acme\n", 0, NULL },
};

static void test_records(void)
{
	unsigned long count;
	vns_name name;
	size_t i;

	for (i = 0; i < LENGTH(records); i++) {
		strcpy(name, "untouched");
		about("the record \"%s\"", records[i].text);
		is_number(vns_idrange_parse_record(records[i].text, &count,
						   name),
			  records[i].name != NULL, "it is %s",
			  records[i].name ? "valid" : "refused");
		is_string(name, records[i].name ? records[i].name : "untouched",
			  "its name is %s",
			  records[i].name ? "read" : "not written");
		if (records[i].name)
			is_number(count, records[i].count,
				  "its count of ids is read");
	}
}

int main(void)
{
	test_parse();
	test_overlap();
	test_auto();
	test_slots();
	test_spread();
	test_subids();
	test_records();
	return finish();
}
