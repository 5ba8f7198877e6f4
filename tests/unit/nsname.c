/* Tests the names of namespaces' types; see pam_vns/lib/nsname.h. */
#include "lib/nsname.h"

#include "tap.h"

/* The names are in the order in which the namespaces are joined. */
static const char *const names[] = { "uts",  "ipc", "net", "cgroup",
				     "time", "pid", "mnt", "user" };

static void test_names(void)
{
	enum vns_ns type;
	size_t i;

	is_number(LENGTH(names), VNS_NS_COUNT,
		  "all types of namespaces have a name in this table");
	for (i = 0; i < LENGTH(names); i++) {
		is_string(vns_nsname((enum vns_ns)i), names[i],
			  "type %zu is called \"%s\"", i, names[i]);
		type = VNS_NS_COUNT;
		ok(vns_nsname_find(names[i], &type), "the name \"%s\" is found",
		   names[i]);
		is_number(type, i, "the name \"%s\" is found as type %zu",
			  names[i], i);
	}
	is_number(VNS_NSSET_ALL, 255,
		  "the set of all namespaces has eight members");
	ok(VNS_NS_MNT > VNS_NS_PID && VNS_NS_USER > VNS_NS_MNT,
	   "mount and user namespaces are joined last, user after mount");
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
		ok(!vns_nsname_find(others[i], &type),
		   "\"%s\" is not the name of a namespace", others[i]);
	is_number(type, VNS_NS_TIME,
		  "a name that is not found leaves the result alone");
}

int main(void)
{
	test_names();
	test_no_names();
	return finish();
}
