/* Tests how old a password may become; see pam_vns/system/aging.h. */
#include "system/aging.h"

#include "tap.h"

#include <limits.h>

#define TODAY 20000L

static void test_judge(void)
{
	static const struct {
		const char *what;
		long changed, max, warn;
		enum vns_aging aging;
		long left;
	} rows[] = {
		{ "chage -d 0", 0, 99999, 7, VNS_AGING_EXPIRED, 0 },
		{ "chage -d 0 -M -1", 0, -1, -1, VNS_AGING_EXPIRED, 0 },
		{ "chage -d -1 -M 10", -1, 10, 7, VNS_AGING_EXPIRED,
		  10 - TODAY - 1 },
		{ "chage -d -1", -1, 99999, 7, VNS_AGING_NONE, 0 },
		{ "chage -M -1", TODAY - 5000, -1, 7, VNS_AGING_NONE, 0 },
		{ "a change tomorrow", TODAY + 1, 10, 7, VNS_AGING_NONE, 0 },
		{ "of today, for 10 days", TODAY, 10, 7, VNS_AGING_FINE, 10 },
		{ "2 days old of 10", TODAY - 2, 10, 7, VNS_AGING_FINE, 8 },
		{ "3 days old of 10", TODAY - 3, 10, 7, VNS_AGING_SOON, 7 },
		{ "9 days old of 10", TODAY - 9, 10, 7, VNS_AGING_SOON, 1 },
		{ "9 days old of 10, without warning", TODAY - 9, 10, -1,
		  VNS_AGING_FINE, 1 },
		{ "10 days old of 10", TODAY - 10, 10, 7, VNS_AGING_EXPIRED,
		  0 },
		{ "11 days old of 10", TODAY - 11, 10, 7, VNS_AGING_EXPIRED,
		  -1 },
		{ "of today, for 0 days", TODAY, 0, 7, VNS_AGING_EXPIRED, 0 },
		{ "the largest numbers", 1, LONG_MAX, LONG_MAX, VNS_AGING_SOON,
		  LONG_MAX - (TODAY - 1) },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		const struct spwd entry = {
			.sp_lstchg = rows[i].changed,
			.sp_min = -1,
			.sp_max = rows[i].max,
			.sp_warn = rows[i].warn,
			.sp_inact = -1,
			.sp_expire = -1,
		};
		long left = -7;

		about("a password, %s", rows[i].what);
		is_number(vns_aging_judge(&entry, TODAY, &left), rows[i].aging,
			  "whether it has expired");
		is_number(left, rows[i].left, "in how many days it expires");
	}
}

static void test_find(void)
{
	long left = -7;

	about("a user whom the host does not have");
	is_number(vns_aging_find("nobody-has-this", &left), VNS_AGING_NONE,
		  "nothing is known of their password");
	is_number(left, 0, "no days are told");
}

int main(void)
{
	test_judge();
	test_find();
	return finish();
}
