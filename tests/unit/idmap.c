/*
 * Tests which ids are single ones, and the lines of a map, in tables; see
 * pam_vns/lib/idmap.h.
 */
#include "lib/idmap.h"

#include "tap.h"

static const struct vns_idrange range = { 3000000000UL, 65536 };

static void test_ids(void)
{
	static const struct {
		unsigned long id;
		bool inside; /* of a range with a gap */
	} rows[] = { { 0, true },	   { 60513, true },
		     { 60514, false },	   { 60673, false },
		     { 60674, true },	   { 65535, true },
		     { 65536, false },	   { 1200000500, false },
		     { 4294967294, false } };
	struct vns_idmap_singles singles = { .count = 0 };
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		const size_t before = singles.count;

		about("id %lu", rows[i].id);
		ok(vns_idmap_has(&range, true, rows[i].id) == rows[i].inside,
		   "it is %sone of the range's with a gap",
		   rows[i].inside ? "" : "not ");
		ok(vns_idmap_has(&range, false, rows[i].id) ==
			   (rows[i].id < 65536),
		   "it is %sone of the range's without",
		   rows[i].id < 65536 ? "" : "not ");
		vns_idmap_add(&singles, &range, rows[i].id);
		vns_idmap_add(&singles, &range, rows[i].id);
		is_number(singles.count - before, rows[i].inside ? 0 : 1,
			  "it is added %s", rows[i].inside ? "never" : "once");
	}
	about("id 4294967295, which is none");
	i = singles.count;
	vns_idmap_add(&singles, &range, 4294967295UL);
	is_number(singles.count, i, "it is not added");
	is_number(singles.missed, 0, "there was room for all");
}

static void test_text(void)
{
	static const struct vns_idmap_singles none;
	static const struct vns_idmap_singles two = { { 1200000500, 60514 },
						      2,
						      0 };
	static const struct {
		const struct vns_idmap_singles *singles;
		const char *about, *text;
	} rows[] = {
		{ NULL, "no single ids", "0 3000000000 65536\n" },
		{ &none, "single ids, of which there are none",
		  "0 3000000000 60514\n60674 3000060674 4862\n" },
		{ &two, "two single ids",
		  "0 3000000000 60514\n60674 3000060674 4862\n"
		  "1200000500 3000060514 1\n60514 3000060515 1\n" },
	};
	char text[128];
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		const size_t length = strlen(rows[i].text);

		about("a map with %s", rows[i].about);
		is_number(vns_idmap_write(&range, rows[i].singles, text,
					  sizeof(text)),
			  length, "the length");
		is_string(text, rows[i].text, "the lines");
		is_number(vns_idmap_write(&range, rows[i].singles, text,
					  length),
			  0, "without room for its end it is not written");
	}
}

static void test_most(void)
{
	/* The longest numbers that there can be. */
	const struct vns_idrange last = { 4294901758UL, 65536 };
	struct vns_idmap_singles singles = { .count = 0 };
	char text[4096];
	unsigned long i;
	size_t length;

	for (i = 0; i < VNS_IDMAP_SINGLES_MAX + 3; i++)
		vns_idmap_add(&singles, &last, 4294967294UL - i);
	about("more single ids than there is room for");
	is_number(singles.count, VNS_IDMAP_SINGLES_MAX, "all places are taken");
	is_number(singles.missed, 3, "it is known how many have none");
	is_number(singles.ids[0], 4294967294UL, "the first one has a place");
	length = vns_idmap_write(&last, &singles, text, sizeof(text));
	ok(length > 0 && length < 4096,
	   "the kernel takes a map of this length");
}

int main(void)
{
	test_ids();
	test_text();
	test_most();
	return finish();
}
