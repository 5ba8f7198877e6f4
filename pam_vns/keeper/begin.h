/* Records a session before it begins, so that its end is never forgotten. */
#ifndef VNS_BEGIN_H
#define VNS_BEGIN_H

#include "login/login.h"
#include "system/process.h"
#include "vserver/sessions.h"
#include "wire/ask.h"

/*
 * Writes the record of the session of a login that is decided and whose
 * definition is loaded. Returns -EUSERS if there are as many sessions as there
 * may be (limit.h). leader is the process that opens the session, and asks for
 * it. directory is that of vns_sessions_open.
 */
int vns_begin_record(struct vns_login *login, const struct vns_process *leader,
		     const struct vns_ask *ask, int directory, vns_session name,
		     struct vns_error *err);

/*
 * Removes what is recorded of this attempt of the process, which asks anew, as
 * the keeper ended while it was answering. Its other sessions live on.
 */
void vns_begin_forget(const struct vns_process *leader,
		      const struct vns_ask *ask, int directory);

#endif
