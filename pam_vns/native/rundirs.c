/*
 * Collects the directories, of which the first with a path counts, and makes
 * them in the order of their paths, so that parents come first.
 */
#include "native/rundirs.h"

#include "config/definition.h"
#include "lib/idmap.h"
#include "native/tmpfiles.h"

#include <stdlib.h>
#include <string.h>

struct list {
	struct vns_tmpfiles_dir items[VNS_TMPFILES_MAX];
	size_t count;
	struct vns_idrange ids; /* the ids inside */
	bool gap;		/* whether these have a gap */
};

/* What programs of Debian's base, and screen, take for granted. */
static const char *const usual[] = { "lock 1777", "screen 1777", "user 0755" };

/* A directory for an id that the vserver does not have is not made. */
static void add(const struct vns_tmpfiles_dir *dir, void *context)
{
	struct list *list = context;
	size_t i;

	if (list->count == VNS_TMPFILES_MAX ||
	    !vns_idmap_has(&list->ids, list->gap, dir->uid) ||
	    !vns_idmap_has(&list->ids, list->gap, dir->gid))
		return;
	for (i = 0; i < list->count; i++)
		if (strcmp(list->items[i].path, dir->path) == 0)
			return;
	list->items[list->count++] = *dir;
}

static void add_value(struct list *list, const char *value)
{
	struct vns_tmpfiles_dir dir = { .mode = 0 };
	struct vns_tmpline parsed;

	if (!vns_tmpline_value(value, &parsed) ||
	    !vns_tmpline_id(NULL, parsed.user, &dir.uid) ||
	    !vns_tmpline_id(NULL, parsed.group, &dir.gid))
		return;
	memcpy(dir.path, parsed.path, sizeof(dir.path));
	dir.mode = parsed.mode;
	add(&dir, list);
}

/* The definition's own words count first. */
static void collect(struct list *list, const struct vns_strings *values)
{
	const bool named = values->count > 0;
	bool reads = !named;
	size_t i;

	for (i = 0; i < values->count; i++) {
		if (strcmp(values->items[i], VNS_RUN_DIRS_TREE) == 0)
			reads = true;
		else if (strcmp(values->items[i], VNS_RUN_DIRS_NONE) != 0)
			add_value(list, values->items[i]);
	}
	if (reads)
		vns_tmpfiles_read(add, list);
	for (i = 0; !named && i < sizeof(usual) / sizeof(usual[0]); i++)
		add_value(list, usual[i]);
}

static int compare(const void *a, const void *b)
{
	const struct vns_tmpfiles_dir *first = a, *second = b;

	return strcmp(first->path, second->path);
}

int vns_rundirs_make(const struct vns_build *build,
		     const struct vns_point_ground *run, struct vns_error *err)
{
	VNS_AUTOFREE struct list *list = calloc(1, sizeof(*list));
	size_t i;
	int rc = 0;

	if (!list)
		return vns_error_memory(err);
	list->ids.count = build->user >= 0 ? build->count : VNS_TMPLINE_IDS_MAX;
	list->gap = build->vserver->map_users;
	collect(list, &build->vserver->run_dirs);
	qsort(list->items, list->count, sizeof(*list->items), compare);
	for (i = 0; rc == 0 && i < list->count; i++) {
		const struct vns_tmpfiles_dir *dir = &list->items[i];

		rc = vns_point_directory(run, dir->path, dir->mode,
					 build->base + (unsigned)dir->uid,
					 build->base + (unsigned)dir->gid, err);
	}
	return rc;
}
