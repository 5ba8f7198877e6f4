/* Names of namespaces' types; see pam_vns/lib/nsname.h. */
#include "lib/nsname.h"

#include "tap.h"

/* In the order in which they are joined. */
static const char *const names[] = { "uts",  "ipc", "net", "cgroup",
				     "time", "pid", "mnt", "user" };

static void test_names(void)
{
	enum vns_ns type;
	size_t i;

	is_number(LENGTH(names), VNS_NS_COUNT, "all types");
	for (i = 0; i < LENGTH(names); i++) {
		is_string(vns_nsname((enum vns_ns)i), names[i], "%s", names[i]);
		type = VNS_NS_COUNT;
		ok(vns_nsname_find(names[i], &type), "%s is found", names[i]);
		is_number(type, i, "as what it is");
	}
	is_number(VNS_NSSET_ALL, 255, "the set of all");
	ok(VNS_NS_MNT > VNS_NS_PID && VNS_NS_USER > VNS_NS_MNT,
	   "power over the others is joined last");
}

static void test_no_names(void)
{
	static const char *const others[] = {
		"",	"Mnt", "mnt ", "mntt", "mn", "root", "pid_for_children",
		"mnt\n"
	};
	enum vns_ns type = VNS_NS_TIME;
	size_t i;

	for (i = 0; i < LENGTH(others); i++)
		ok(!vns_nsname_find(others[i], &type), "not \"%s\"", others[i]);
	is_number(type, VNS_NS_TIME, "nothing was written");
}

int main(void)
{
	test_names();
	test_no_names();
	return finish();
}
