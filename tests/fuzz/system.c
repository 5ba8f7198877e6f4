/* What the kernel, daemons and administrators write: procfs and nsswitch. */
#include "nsswitch.h"
#include "procfs.h"
#include "util.h"

#include "fuzz.h"

static bool within(const char *word, const char *text, size_t size)
{
	return word >= text && word + strlen(word) <= text + size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	struct vns_procfs_mount mount;
	unsigned long long ticks;
	char services[32];
	int pid = 0;

	if (vns_procfs_parse_pidfile(text, &pid)) {
		HOLDS(pid > 1);
		HOLDS(pid == atoi(text));
	}
	vns_procfs_parse_start(text, &ticks);
	if (vns_nsswitch_find(text, "passwd", services, sizeof(services))) {
		HOLDS(services[0] && !strpbrk(services, "#\n"));
		HOLDS(strstr(text, services));
		HOLDS(!strchr(" \t\r", services[strlen(services) - 1]));
	}
	if (vns_procfs_parse_mount(text, &mount)) {
		HOLDS(within(mount.target, text, size));
		HOLDS(within(mount.options, text, size));
		HOLDS(within(mount.type, text, size));
		HOLDS(within(mount.source, text, size));
		HOLDS(!strpbrk(mount.target, " \n"));
	}
	free(text);
	return 0;
}
