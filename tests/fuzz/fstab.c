/*
 * Fuzzes the parser of fstab(5): any bytes give either an error message, or
 * mounts of which each is fit to be tried.
 */
#include "config/fstab.h"

#include "lib/mountopt.h"
#include "lib/subst.h"

#include "fuzz.h"

#include <errno.h>

static void check_mount(const struct vns_mount *mount, unsigned lines)
{
	struct vns_mountopt options;
	size_t i;

	HOLDS(mount->line > 0 && mount->line <= lines);
	HOLDS(vns_util_path_valid(mount->target) && mount->target[1]);
	HOLDS(mount->source[0] && vns_subst_valid(mount->source, "ni"));
	HOLDS(mount->options.count > 0);
	vns_mountopt_init(&options, mount->type);
	for (i = 0; i < mount->options.count; i++) {
		HOLDS(mount->options.items[i][0]);
		HOLDS(!strchr(mount->options.items[i], ','));
		vns_mountopt_add(&options, mount->options.items[i]);
	}
	HOLDS(!options.skip);
	HOLDS(!vns_mountopt_wrong(&options, mount->type, mount->source));
	HOLDS(!options.unknown || options.kind == VNS_MOUNTOPT_FILESYSTEM);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size ? size : 1);
	struct vns_fstab *fstab = NULL;
	struct vns_error err = { "" };
	bool instance = size & 1;
	unsigned lines = 1;
	size_t i;
	int rc;

	HOLDS(text);
	if (size)
		memcpy(text, data, size);
	for (i = 0; i < size; i++)
		lines += text[i] == '\n';
	rc = vns_fstab_parse(text, size, "f", instance, &fstab, &err);
	HOLDS(rc == 0 || rc == -EINVAL);
	HOLDS((rc == 0) == (fstab != NULL));
	HOLDS((rc == 0) == (err.text[0] == '\0'));
	HOLDS(rc == 0 || strncmp(err.text, "f:", 2) == 0);
	for (i = 0; fstab && i < fstab->count; i++)
		check_mount(&fstab->mounts[i], lines);
	vns_fstab_free(fstab);
	free(text);
	return 0;
}
