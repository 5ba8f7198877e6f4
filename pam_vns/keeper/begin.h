/* Records a session before it begins, so that its end is never forgotten. */
#ifndef VNS_BEGIN_H
#define VNS_BEGIN_H

#include "login/login.h"
#include "system/process.h"
#include "vserver/sessions.h"
#include "wire/ask.h"

/* The process that opens the session, and asks for it. */
struct vns_leader {
	struct vns_process process;
	unsigned long long ticks; /* when it began, by the next one's boot */
	char *boot;		  /* NULL: both are not read yet */
};
#define VNS_LEADER_NONE ((struct vns_leader){ .process = VNS_PROCESS_NONE })

/*
 * Reads what a record tells of the process, unless it is read already: for who
 * has the time before there is a session.
 */
int vns_leader_read(struct vns_leader *leader, struct vns_error *err);
void vns_leader_free(struct vns_leader *leader);

/*
 * Writes the record of the session of a login that is decided and whose
 * definition is loaded. Returns -EUSERS if there are as many sessions as there
 * may be (limit.h). directory is that of vns_sessions_open.
 */
int vns_begin_record(struct vns_login *login, struct vns_leader *leader,
		     const struct vns_ask *ask, int directory, vns_session name,
		     struct vns_error *err);

/*
 * Returns how many seconds hooks may take: those of the login, and those of
 * others that start or stop the vserver at this moment before it is our turn.
 */
unsigned vns_begin_time(const struct vns_login *login);

/*
 * Whether the record can wait until the place is sent, while the module checks
 * it: nobody counts this session meanwhile, and nothing is made that the record
 * has to tell of.
 */
bool vns_begin_is_late(const struct vns_login *login,
		       const struct vns_ask *ask);

/*
 * Removes what is recorded of this attempt of the process, which asks anew, as
 * the keeper ended while it was answering. Its other sessions live on.
 */
void vns_begin_forget(const struct vns_leader *leader,
		      const struct vns_ask *ask, int directory);

#endif
