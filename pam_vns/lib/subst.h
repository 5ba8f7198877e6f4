/* Replaces %-sequences in configured strings. Pure: it opens no files. */
#ifndef VNS_SUBST_H
#define VNS_SUBST_H

#include "lib/error.h"

#include <stdbool.h>
#include <stddef.h>

struct vns_subst {
	char letter;	   /* 0 ends the table */
	const char *value; /* NULL: a known letter that has no value here */
	/* An account's name, which is put in as lib/username.h writes it. */
	bool account;
};

/*
 * Expands %LETTER by the table, and %% to %. Returns -EINVAL for an unknown
 * letter, one without a value, or one whose value is not valid as a vserver's
 * name (lib/util.h): whatever is said of users or by them, a path with it leads
 * nowhere else, and a word with it is no option and no shell's command. Returns
 * -ENAMETOOLONG when dst (of size bytes) is too small.
 */
int vns_subst_expand(const char *text, const struct vns_subst *table, char *dst,
		     size_t size, struct vns_error *err);

/* Whether every % in text is followed by one of letters or by %. */
bool vns_subst_valid(const char *text, const char *letters);

#endif
