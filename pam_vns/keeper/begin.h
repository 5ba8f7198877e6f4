/* Records a session before it begins, so that its end is never forgotten. */
#ifndef VNS_BEGIN_H
#define VNS_BEGIN_H

#include "login/login.h"
#include "system/process.h"
#include "vserver/sessions.h"

/*
 * Writes the record of the session of a login that is decided and whose
 * definition is loaded. Returns -EUSERS if there are as many sessions as there
 * may be (limit.h). leader is the process that opens the session; terminal
 * is the path of its terminal, or NULL. directory is that of vns_sessions_open.
 */
int vns_begin_record(struct vns_login *login, const struct vns_process *leader,
		     const char *terminal, int directory, vns_session name,
		     struct vns_error *err);

/*
 * Removes what is recorded of the process: it asks anew, as the keeper ended
 * while it was answering.
 */
void vns_begin_forget(const struct vns_process *leader, int directory);

#endif
