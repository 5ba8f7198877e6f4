/*
 * Knows of which kind a file of the configuration is that "vns check" is given.
 * Pure: it opens no files.
 */
#ifndef VNS_DRAFT_H
#define VNS_DRAFT_H

#include <stdbool.h>

/* Whether file is NAME.conf in directory, which may be NULL. */
bool vns_draft_lies_in(const char *file, const char *directory);

/*
 * Whether a draft that lies elsewhere is a vserver's definition: only those set
 * one of these keys.
 */
bool vns_draft_sets_root(const char *text);

/*
 * Whether this is NAME@.conf: what exists on disk then differs between
 * instances.
 */
bool vns_draft_is_template(const char *path);

#endif
