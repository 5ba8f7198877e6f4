/*
 * Makes placed users jump over pam_systemd.so, which has "systemd --user"
 * started on the host: finds the stacks that do that, and puts in a jump by the
 * answer of pam_vns.so to "placed?". Pure: it opens no files.
 */
#ifndef VNS_PAMJUMP_H
#define VNS_PAMJUMP_H

#include "pamd/stack.h"

#define VNS_PAMJUMP_MODULE "pam_systemd.so"

/*
 * Returns the rule by which a session stack starts "systemd --user" for placed
 * users, or NULL.
 */
const struct vns_pamstack_rule *
vns_pamjump_reached(const struct vns_pamstack *session);

/*
 * This stands between the mark and a line that others have taken the place of.
 */
#define VNS_PAMJUMP_INSTEAD ", instead of: "

/*
 * Makes the text of a service's file, whose path is path, in which session
 * lines do not start "systemd --user" for placed users. An included file that
 * does this is replaced by its rules with the jump among them: by an include of
 * Debian's NAME-noninteractive where that has all rules but pam_systemd.so, and
 * otherwise by a copy. Each new line ends in mark. Nothing else is new: the
 * rules are compared, and where each jump leads. Returns 0 and the text, which
 * the caller frees, or a negative errno and the reason.
 */
int vns_pamjump_add(const char *text, const char *path,
		    vns_pamstack_reader *read, void *context, const char *mark,
		    char **made, struct vns_error *err);

#endif
