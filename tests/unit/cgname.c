/*
 * Tests the names of cgroups and the values of limits; see
 * pam_vns/lib/cgname.h.
 */
#include "lib/cgname.h"

#include "tap.h"

#include <limits.h>

static void test_valid(void)
{
	static const struct {
		const char *path;
		bool valid;
	} rows[] = {
		{ "a", true },
		{ "vns/acme", true },
		{ "vns/cust@bob_1-x.slice/0", true },
		{ "...", true },
		{ ".a/..b", true },
		{ "", false },
		{ ".", false },
		{ "..", false },
		{ "/a", false },
		{ "a/", false },
		{ "a//b", false },
		{ "a/./b", false },
		{ "a/../b", false },
		{ "../a", false },
		{ "a/..", false },
		{ "a b", false },
		{ "a%5Cb", true },
		{ "a\n", false },
		{ "a:b", false },
	};
	char component[NAME_MAX + 2], *path = malloc(PATH_MAX + 1);
	size_t i;

	need(path, "malloc");
	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_cgname_valid(rows[i].path), rows[i].valid,
			  "the cgroup name \"%s\" is %s", rows[i].path,
			  rows[i].valid ? "valid" : "refused");
	memset(component, 'a', sizeof(component));
	component[NAME_MAX + 1] = '\0';
	is_number(vns_cgname_valid(component), false,
		  "a cgroup name with a component of 256 bytes is refused");
	component[NAME_MAX] = '\0';
	is_number(vns_cgname_valid(component), true,
		  "a cgroup name with a component of 255 bytes is valid");
	for (i = 0; i < PATH_MAX; i++)
		path[i] = i % 2 ? '/' : 'a';
	path[PATH_MAX] = '\0';
	path[PATH_MAX - 1] = 'a';
	is_number(vns_cgname_valid(path), false,
		  "a cgroup name of 4096 bytes is refused");
	path[PATH_MAX - 1] = '\0';
	is_number(vns_cgname_valid(path), true,
		  "a cgroup name of 4095 bytes is valid");
	free(path);
}

static void test_limits(void)
{
	static const struct {
		const char *file, *good, *bad;
	} rows[] = {
		{ "memory.max", "512M", "512MB" },
		{ "memory.max", "max", "maximum" },
		{ "memory.high", "4096", "-1" },
		{ "memory.low", "0", "" },
		{ "memory.min", "1k", "k" },
		{ "memory.swap.max", "0", "1.5G" },
		{ "memory.oom.group", "1", "2" },
		{ "user.max_pid_namespaces", "0", "max" },
		{ "user.max_user_namespaces", "1000000", "1000001" },
		{ "pids.max", "100", "100M" },
		{ "pids.max", "max", "many" },
		{ "cpu.max", "50000 100000", "50000 max" },
		{ "cpu.max", "max 100000", "max  100000" },
		{ "cpu.max", "50000", "50%" },
		{ "cpu.max.burst", "0", "max" },
		{ "cpu.weight", "10000", "10001" },
		{ "cpu.weight", "1", "0" },
		{ "cpu.idle", "0", "no" },
		{ "cpuset.cpus", "0-3,8", "all" },
		{ "cpuset.mems", "0", "" },
		{ "io.max", "8:16 rbps=2097152 wiops=120", "" },
		{ "hugetlb.2MB.max", "4M", "4Mi" },
		{ "cgroup.max.descendants", "0", "none" },
		{ "cgroup.max.depth", "max", "MAX" },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		is_string(vns_cgname_limit_wrong(rows[i].file, rows[i].good),
			  NULL, "the limit %s = \"%s\" is good", rows[i].file,
			  rows[i].good);
		ok(vns_cgname_limit_wrong(rows[i].file, rows[i].bad) != NULL,
		   "the limit %s = \"%s\" is refused", rows[i].file,
		   rows[i].bad);
	}
	is_string(vns_cgname_limit_wrong("cgroup.procs", "1"),
		  "cannot be checked",
		  "a file that is no limit, cgroup.procs, cannot be checked");
}

#define NAME_OF(file, check) file,

static void test_controllers(void)
{
	static const char *const files[] = { VNS_CGNAME_LIMITS(NAME_OF,
							       NAME_OF) };
	char controller[VNS_CGNAME_CONTROLLER_MAX];
	size_t i;

	for (i = 0; i < LENGTH(files); i++)
		is_number(vns_cgname_controller(files[i], controller),
			  strncmp(files[i], "cgroup.", 7) != 0,
			  "the limit %s belongs to a controller, unless it is "
			  "cgroup.*",
			  files[i]);
	vns_cgname_controller("memory.swap.max", controller);
	is_string(controller, "memory",
		  "the controller of memory.swap.max is memory");
	vns_cgname_controller("hugetlb.2MB.max", controller);
	is_string(controller, "hugetlb",
		  "the controller of hugetlb.2MB.max is hugetlb");
}

static void test_listed(void)
{
	static const struct {
		const char *list, *word;
		bool listed;
	} rows[] = {
		{ "cpuset cpu io memory\n", "cpu", true },
		{ "cpuset cpu io memory\n", "memory", true },
		{ "cpuset cpu io memory\n", "cpuset", true },
		{ "cpuset io memory\n", "cpu", false },
		{ "cpu", "cpuset", false },
		{ "\n", "cpu", false },
		{ "", "cpu", false },
		{ "cpu\n", "", false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_cgname_listed(rows[i].list, rows[i].word),
			  rows[i].listed, "\"%s\" is %s in the list \"%s\"",
			  rows[i].word, rows[i].listed ? "found" : "not found",
			  rows[i].list);
}

static void test_process(void)
{
	static const struct {
		const char *text, *path;
	} rows[] = {
		{ "0::/vns/acme\n", "vns/acme" },
		{ "0::/\n", "" },
		{ "9:name=systemd:/x\n1:cpu:/y\n0::/z\n", "z" },
		{ "0::/a\n1:cpu:/b\n", "a" },
		{ "1:x:0::/a\n0::/b\n", "b" },
		{ "1:cpu:/y\n", NULL },
		{ "10::/y\n", NULL },
		{ "0::/../x\n", NULL },
		{ "0::/..\n", NULL },
		{ "0::/..", NULL },
		{ "0::/..x\n", "..x" },
		{ "0::/12345678901234567890\n", NULL },
		{ "0::", NULL },
		{ "", NULL },
	};
	char path[16];
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		is_string(vns_cgname_of_process(rows[i].text, path,
						sizeof(path)) ?
				  path :
				  NULL,
			  rows[i].path,
			  "/proc/PID/cgroup of \"%s\": the path of its cgroup "
			  "v2, or none",
			  rows[i].text);
}

static void test_controller(void)
{
	static const struct {
		const char *text, *path; /* NULL: there is none */
	} rows[] = {
		{ "5:freezer:/a/b\n", "a/b" },
		{ "9:cpu:/x\n5:freezer:/\n0::/y\n", "" },
		{ "4:cpu,freezer,pids:/a\n0::/b\n", "a" },
		{ "4:freezer,pids:/a b:c", "a b:c" },
		{ "4:freezers:/a\n3:xfreezer:/a\n", NULL },
		{ "4:cpu:/freezer:/a\n", NULL },
		{ "0::/freezer\n", NULL },
		{ "4:freezer\n:/a\n", NULL },
		{ "", NULL },
		{ "4:", NULL },
	};
	char path[64];
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		is_string(vns_cgname_of_controller(rows[i].text, "freezer",
						   path, sizeof(path)) ?
				  path :
				  NULL,
			  rows[i].path,
			  "/proc/PID/cgroup of \"%s\": the path of its "
			  "freezer, or none",
			  rows[i].text);
}

static void test_within(void)
{
	static const struct {
		const char *path, *other;
		bool within;
	} rows[] = {
		{ "vns/a", "vns/a", true },   { "vns/a/b", "vns/a", true },
		{ "vns/ab", "vns/a", false }, { "vns", "vns/a", false },
		{ "", "vns/a", false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_cgname_within(rows[i].path, rows[i].other),
			  rows[i].within, "\"%s\" %s within \"%s\"",
			  rows[i].path, rows[i].within ? "is" : "is not",
			  rows[i].other);
	is_number(vns_cgname_populated("populated 1\nfrozen 0\n"), true,
		  "cgroup.events with \"populated 1\" first: the cgroup is "
		  "populated");
	is_number(vns_cgname_populated("frozen 1\npopulated 1\n"), true,
		  "cgroup.events with \"populated 1\" last: the cgroup is "
		  "populated");
	is_number(vns_cgname_populated("populated 0\nfrozen 1\n"), false,
		  "cgroup.events with \"populated 0\": the cgroup is not "
		  "populated");
	is_number(vns_cgname_populated(""), false,
		  "cgroup.events that is empty: the cgroup is not populated");
}

int main(void)
{
	test_valid();
	test_limits();
	test_controllers();
	test_listed();
	test_process();
	test_controller();
	test_within();
	return finish();
}
