/*
 * Fuzzes the parsers of what the kernel, daemons and administrators write:
 * files of /proc, nsswitch.conf(5), subuid(5), and ranges of ids.
 */
#include "lib/idrange.h"
#include "system/nsswitch.h"
#include "lib/procfs.h"
#include "lib/util.h"

#include "fuzz.h"

static bool within(const char *word, const char *text, size_t size)
{
	return word >= text && word + strlen(word) <= text + size;
}

static void parse_ranges(char *text)
{
	const struct vns_idrange host = { 0, 65536 },
				 none = { 4294967295UL, 1 };
	struct vns_idrange range;
	unsigned long count;
	vns_name name;

	if (vns_idrange_parse_record(text, &count, name)) {
		HOLDS(vns_util_name_valid(name));
		HOLDS(count == strtoul(text, NULL, 10));
		HOLDS(strncmp(strchr(text, ' ') + 1, name, strlen(name)) == 0);
	}
	text[strcspn(text, "\n")] = '\0';
	if (vns_idrange_parse(text, &range)) {
		HOLDS(vns_idrange_valid(&range));
		HOLDS(!vns_idrange_overlap(&range, &host));
		HOLDS(!vns_idrange_overlap(&range, &none));
		HOLDS(range.base == strtoul(text, NULL, 10));
	}
	if (vns_idrange_parse_subid(text, &range)) {
		HOLDS(range.count > 0);
		HOLDS(!vns_idrange_overlap(&range, &none));
		HOLDS(text[0] != ':' && text[0] != '#');
	}
	range = vns_idrange_slot(text, strlen(text));
	HOLDS(vns_idrange_is_slot(range.base) && vns_idrange_valid(&range));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	struct vns_procfs_mount mount;
	unsigned long long ticks;
	unsigned major, minor;
	char *services;
	int pid = 0, claimed = 0;
	bool exact;

	if (vns_procfs_parse_pidfile(text, &pid)) {
		HOLDS(pid > 1);
		HOLDS(pid == atoi(text));
	}
	if (vns_procfs_parse_claim(text, &claimed, &exact, &ticks) ==
	    VNS_PROCFS_CLAIM_PROCESS) {
		HOLDS(vns_procfs_parse_pidfile(text, &pid) && pid == claimed);
		HOLDS(exact || ticks == 0);
	}
	vns_procfs_parse_start(text, &ticks);
	if (vns_procfs_parse_terminal(text, &major, &minor))
		HOLDS(major < 4096 && minor < 1048576);
	if (vns_nsswitch_find(text, "passwd", &services) == 0 && services) {
		HOLDS(services[0] && !strpbrk(services, "#\n"));
		HOLDS(strstr(text, services));
		HOLDS(!strchr(" \t\r", services[strlen(services) - 1]));
		free(services);
	}
	if (vns_procfs_parse_mount(text, &mount)) {
		HOLDS(within(mount.root, text, size));
		HOLDS(within(mount.target, text, size));
		HOLDS(within(mount.options, text, size));
		HOLDS(within(mount.type, text, size));
		HOLDS(within(mount.source, text, size));
	}
	/* The line was cut up. */
	free(text);
	text = fuzz_string(data, size);
	parse_ranges(text);
	free(text);
	return 0;
}
