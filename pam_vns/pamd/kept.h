/*
 * The lines that vns enable has put into a service's file, apart from it: to be
 * noted, and to be put in again where another file has come in its place. Pure.
 */
#ifndef VNS_PAMKEPT_H
#define VNS_PAMKEPT_H

#include "pamd/parse.h"

/*
 * The marked lines of text, which is what file was parsed from, as they are,
 * but for those that vns_pamedit_enable finds anew; NULL if there are none.
 * 0, or -ENOMEM.
 */
int vns_pamkept_take(const char *text, const struct vns_pamstack_file *file,
		     char **lines, struct vns_error *err);

/*
 * text with lines behind it, for vns_pamedit_enable to put where they belong;
 * vns_pamedit_disable would leave text, to the byte. path is where lines are
 * from, for messages. -EINVAL if they are not what vns_pamkept_take gave.
 */
int vns_pamkept_give(const char *text, const char *lines, const char *path,
		     char **made, struct vns_error *err);

#endif
