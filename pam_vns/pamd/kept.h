/*
 * Copies the lines that vns enable has put into a service's file out of its
 * text, so that they can be recorded, and puts them in again where another file
 * has come in its place. Pure: it opens no files.
 */
#ifndef VNS_PAMKEPT_H
#define VNS_PAMKEPT_H

#include "pamd/parse.h"

/*
 * Copies the marked lines of text, which is what file was parsed from, as they
 * are. Lines that vns_pamedit_enable finds anew are left out. Returns 0 and the
 * lines (NULL if there are none), or -ENOMEM.
 */
int vns_pamkept_take(const char *text, const struct vns_pamstack_file *file,
		     char **lines, struct vns_error *err);

/*
 * Makes text with the lines behind it, for vns_pamedit_enable to put where they
 * belong; vns_pamedit_disable makes the same text again, to the byte. path is
 * where the lines are from, for messages. Returns -EINVAL if they are not what
 * vns_pamkept_take gave.
 */
int vns_pamkept_give(const char *text, const char *lines, const char *path,
		     char **made, struct vns_error *err);

#endif
