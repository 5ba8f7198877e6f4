/*
 * Fuzzes the parser of tmpfiles.d(5), passwd(5) and group(5), which a tenant
 * writes: whatever is in them, a directory that is understood is below /run and
 * has a mode, and names that can be looked up.
 */
#include "lib/tmpline.h"

#include "fuzz.h"

static void check_owner(const char *name, const char *text)
{
	unsigned long id = 0;

	HOLDS(name[0] && strlen(name) <= VNS_TMPLINE_NAME_MAX);
	HOLDS(!strpbrk(name, ": \t\n"));
	if (vns_tmpline_id(text, name, &id))
		HOLDS(id < VNS_TMPLINE_IDS_MAX);
}

static void check(const struct vns_tmpline *parsed, const char *text)
{
	HOLDS(strlen(parsed->path) <= VNS_TMPLINE_PATH_MAX);
	HOLDS(vns_tmpline_path_valid(parsed->path));
	HOLDS(parsed->path[0] != '/' && !strstr(parsed->path, "//"));
	HOLDS(parsed->path[0] != '.' && !strstr(parsed->path, "/."));
	HOLDS(parsed->mode <= 07777);
	check_owner(parsed->user, text);
	check_owner(parsed->group, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	struct vns_tmpline parsed;
	const char *line;

	for (line = text; line; line = vns_tmpline_next(line)) {
		unsigned long uid = 0, gid = 0;

		HOLDS(line >= text && line <= text + size);
		if (vns_tmpline_parse(line, &parsed))
			check(&parsed, text);
		if (vns_tmpline_user(line, &uid, &gid))
			HOLDS(uid < VNS_TMPLINE_IDS_MAX &&
			      gid < VNS_TMPLINE_IDS_MAX);
	}
	if (vns_tmpline_value(text, &parsed))
		check(&parsed, text);
	free(text);
	return 0;
}
