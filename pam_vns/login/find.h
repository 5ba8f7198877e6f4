/*
 * Finds the place that a session goes to, after the decision for a vserver: the
 * vserver runs, was checked for the user, and its open hooks were run.
 */
#ifndef VNS_FIND_H
#define VNS_FIND_H

#include "login/login.h"

/*
 * To be called after a decision for VNS_TARGET_VSERVER. Loads the definition,
 * and finds the vserver; if the vserver does not run, start is set and the
 * definition says so, the vserver is started. Checks whether the user can live
 * there. With start, login->announce is called before that. Without start, a
 * vserver that a login would start is left alone, and place stays empty; cwd is
 * not looked at either.
 */
int vns_find_vserver(struct vns_login *login, bool start,
		     struct vns_error *err);

/*
 * To be called after vns_enter has failed with -ESTALE because the vserver was
 * stopped in the meantime, or the cgroup of its sessions has changed. The first
 * says whether a login starts the vserver, or whether it may be back at once;
 * if so, the second does the preparation anew.
 */
bool vns_find_restarts(const struct vns_login *login);
int vns_find_again(struct vns_login *login, struct vns_error *err);

/*
 * Runs the open hooks: that of all logins, that of the rule, and that of the
 * vserver. A failure is returned only where the hook's on_error says so, and is
 * logged otherwise. If the home directory was missing, it is looked for again
 * afterwards.
 */
int vns_find_run_hooks(struct vns_login *login, struct vns_error *err);

#endif
