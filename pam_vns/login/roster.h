/*
 * Finds the ids of a vserver's users, for a user namespace in which they are
 * mapped besides its range (map in pam_vns.conf(5)).
 *
 * Nobody can list all users of a directory service. These are found: whom a
 * rule's "users" or a file in user_dir names, the members of a rule's "groups",
 * and the user whose name is the instance's (customer@carl). Of these it counts
 * whom a rule can place into the vserver (vns_login_reaches).
 */
#ifndef VNS_ROSTER_H
#define VNS_ROSTER_H

#include "lib/idmap.h"
#include "login/login.h"

/*
 * Adds the ids of these users and their groups to more, as far as they are not
 * in the user namespace's range. first is one more user, whose ids are added
 * before all others, or NULL. For whom there is no room is left out, which is
 * logged. Returns -ENOENT if there is no such user as first; a user who is only
 * in the configuration may not exist. Other errors are NSS's and those of
 * reading files.
 */
int vns_roster_find(const char *config_path, const struct vns_vserver *vserver,
		    const char *first, const struct vns_log *log,
		    struct vns_idmap_more *more, struct vns_error *err);

#endif
