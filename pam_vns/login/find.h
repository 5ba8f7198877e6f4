/*
 * From a decision for a vserver to the place where the session goes: running,
 * looked at, its open hooks run.
 */
#ifndef VNS_FIND_H
#define VNS_FIND_H

#include "login/login.h"

/*
 * After a decision for VNS_TARGET_VSERVER: loads the definition, finds the
 * vserver (where it does not run and start is set, starts it if its
 * definition says so), and looks whether the user can live there; before that
 * the session is recorded, and its watcher started (watch.h). Without
 * start, a vserver that a login would start is left alone, and place stays
 * empty; nor does cwd count then.
 */
int vns_find_vserver(struct vns_login *login, bool start,
		     struct vns_error *err);

/*
 * After vns_enter has failed with -ESTALE, as the vserver was stopped
 * meanwhile: whether a login starts it, or it may be back at once; and then,
 * the preparation anew.
 */
bool vns_find_restarts(const struct vns_login *login);
int vns_find_again(struct vns_login *login, struct vns_error *err);

/*
 * Runs the open hooks: that of all logins, the rule's, the vserver's. A
 * failure is returned only where the hook's on_error says so, otherwise logged.
 * Where the home was missing it is looked for again.
 */
int vns_find_run_hooks(struct vns_login *login, struct vns_error *err);

#endif
