/*
 * Finds ranges of ids that definitions name and "vns start" would refuse,
 * because others have some of these ids.
 */
#ifndef VNS_OVERLAP_H
#define VNS_OVERLAP_H

#include "doctor/check.h"
#include "lib/idrange.h"

struct vns_overlap_range {
	vns_name name; /* of the definition; a template's ends in "@" */
	char *path;    /* of its file */
	unsigned line; /* where the key is; 0: not known */
	struct vns_idrange ids;
};

struct vns_overlap {
	const struct vns_config *config;
	struct vns_overlap_range *items;
	size_t count;
};

/*
 * Collects the ranges that definitions name. "auto" ranges are kept apart by
 * their records, and definitions that cannot be loaded are reported elsewhere.
 * The ranges are sorted by their first ids.
 */
int vns_overlap_collect(const struct vns_config *config,
			struct vns_overlap *overlap, struct vns_error *err);
void vns_overlap_free(struct vns_overlap *overlap);
#define VNS_AUTOOVERLAP __attribute__((cleanup(vns_overlap_free)))

/*
 * Calls found for each range that was collected and that another definition, a
 * record or the area of "auto" has ids of. The text begins with the range. It
 * is only a warning if error is false.
 */
typedef void vns_overlap_found(void *context, bool error,
			       const struct vns_overlap_range *range,
			       const char *text);
void vns_overlap_find(const struct vns_overlap *overlap,
		      vns_overlap_found *found, void *context);

/* Adds all of this to the findings of "vns check", as "path:line: text". */
void vns_overlap_check(const struct vns_config *config,
		       struct vns_findings *findings);

#endif
