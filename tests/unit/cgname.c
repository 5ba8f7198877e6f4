/* cgname.c: names of cgroups, values of limits, files of the kernel's. */
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
		{ "a%n", false },
		{ "a\n", false },
		{ "a:b", false },
	};
	char component[NAME_MAX + 2], *path = malloc(PATH_MAX + 1);
	size_t i;

	need(path, "malloc");
	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_cgname_valid(rows[i].path), rows[i].valid,
			  "cgroup \"%s\"", rows[i].path);
	memset(component, 'a', sizeof(component));
	component[NAME_MAX + 1] = '\0';
	is_number(vns_cgname_valid(component), false, "a name too long");
	component[NAME_MAX] = '\0';
	is_number(vns_cgname_valid(component), true, "the longest");
	for (i = 0; i < PATH_MAX; i++)
		path[i] = i % 2 ? '/' : 'a';
	path[PATH_MAX] = '\0';
	path[PATH_MAX - 1] = 'a';
	is_number(vns_cgname_valid(path), false, "a path too long");
	path[PATH_MAX - 1] = '\0';
	is_number(vns_cgname_valid(path), true, "the longest path");
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
			  NULL, "%s = \"%s\"", rows[i].file, rows[i].good);
		ok(vns_cgname_limit_wrong(rows[i].file, rows[i].bad) != NULL,
		   "%s = \"%s\" is wrong", rows[i].file, rows[i].bad);
	}
	is_string(vns_cgname_limit_wrong("cgroup.procs", "1"),
		  "cannot be checked", "what is no limit");
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
			  "%s has a controller", files[i]);
	vns_cgname_controller("memory.swap.max", controller);
	is_string(controller, "memory", "memory's");
	vns_cgname_controller("hugetlb.2MB.max", controller);
	is_string(controller, "hugetlb", "hugetlb's");
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
			  rows[i].listed, "\"%s\" in %s", rows[i].word,
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
			  rows[i].path, "the cgroup of %s", rows[i].text);
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
			  rows[i].within, "\"%s\" within \"%s\"", rows[i].path,
			  rows[i].other);
	is_number(vns_cgname_populated("populated 1\nfrozen 0\n"), true,
		  "populated");
	is_number(vns_cgname_populated("frozen 1\npopulated 1\n"), true,
		  "in any line");
	is_number(vns_cgname_populated("populated 0\nfrozen 1\n"), false,
		  "not populated");
	is_number(vns_cgname_populated(""), false, "nothing said");
}

int main(void)
{
	test_valid();
	test_limits();
	test_controllers();
	test_listed();
	test_process();
	test_within();
	return finish();
}
