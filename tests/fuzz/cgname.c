/*
 * Fuzzes what is read of cgroups: the first line of the input is a cgroup's
 * name and a limit's value; all of it is what the kernel says of a process's
 * cgroup, and of a cgroup.
 */
#include "lib/cgname.h"

#include "fuzz.h"

#include <limits.h>

/* What may be a cgroup's name leads nowhere else. */
static void check_name(const char *name)
{
	char around[PATH_MAX + 8];

	if (!vns_cgname_valid(name))
		return;
	snprintf(around, sizeof(around), "/%s/", name);
	HOLDS(name[0] && strlen(name) < PATH_MAX);
	HOLDS(!strstr(around, "//") && !strstr(around, "/./") &&
	      !strstr(around, "/../"));
	HOLDS(!strpbrk(name, " \t\n:\\"));
	HOLDS(vns_cgname_within(name, name));
}

static void check_value(const char *value)
{
	static const char *const files[] = { "memory.max", "pids.max",
					     "cpu.max",	   "cpu.weight",
					     "cpu.idle",   "cpuset.cpus" };
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!vns_cgname_limit_wrong(files[i], value))
			HOLDS(*value && !value[strspn(value, "0123456789-, max"
							     "kKMmgGtTpPeE")]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	char controller[VNS_CGNAME_CONTROLLER_MAX], path[64];

	if (vns_cgname_of_process(text, path, sizeof(path))) {
		HOLDS(strlen(path) < sizeof(path) && !strchr(path, '\n'));
		HOLDS(strncmp(path, "../", 3) != 0 && strcmp(path, "..") != 0);
		HOLDS(strstr(text, "0::/"));
	}
	if (vns_cgname_populated(text))
		HOLDS(strstr(text, "populated 1\n"));
	if (vns_cgname_listed(text, "memory"))
		HOLDS(strstr(text, "memory"));
	HOLDS(!vns_cgname_listed(text, ""));
	text[strcspn(text, "\n")] = '\0';
	check_name(text);
	check_value(text);
	if (vns_cgname_controller(text, controller))
		HOLDS(strncmp(text, controller, strlen(controller)) == 0 &&
		      !strchr(controller, '.'));
	free(text);
	return 0;
}
