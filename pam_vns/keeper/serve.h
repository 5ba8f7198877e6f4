/*
 * Serves one login: takes the module's questions from a connection, decides and
 * prepares, and answers.
 */
#ifndef VNS_SERVE_H
#define VNS_SERVE_H

#include "config/load.h"
#include "vserver/holder.h"
#include "vserver/metrics.h"
#include "vserver/sessions.h"

#include <stdbool.h>

/* What is left when a login has been served. */
struct vns_served {
	/*
	 * For the log, if this process is killed: whose login it serves
	 * (vns_log_facts).
	 */
	char login[800];
	const char *doing; /* and what is done for it, after "while it" */
	/*
	 * A session's record, or "" if there is no session. It lasts while the
	 * other end of the connection is open.
	 */
	vns_session name;
	bool refused;
	enum vns_refusal refusal; /* if it is refused */
	/* The module may have got a place, so that the session may begin. */
	bool placed;
	bool entered; /* the module has said that the session has begun */
	/* Holds the number of the session's terminal inside, or is -1. */
	int master;
	/*
	 * This process must not serve another login: services of the name
	 * service switch were set in it, or what it did was cut off.
	 */
	bool spent;
	/*
	 * Another keeper is to take this one's place: pam_vns.so has been
	 * replaced by a newer one, or it is used where this keeper sees no
	 * processes.
	 */
	bool replaced;
};

/* What need not be opened or read anew for each login. */
struct vns_serve_kept {
	struct vns_holder holder;
	struct vns_load_kept loaded;
	int keeper; /* its pidfd; -1: not known */
};
#define VNS_SERVE_KEPT_NONE \
	((struct vns_serve_kept){ .holder = VNS_HOLDER_NONE, .keeper = -1 })

/*
 * sessions is the directory of vns_sessions_open. kept stays from one login to
 * the next. The connection stays the caller's. What cannot be answered is
 * written to the log (syslog(3)), and the caller then closes the connection, so
 * that the login is refused.
 */
void vns_serve(int connection, int sessions, struct vns_serve_kept *kept,
	       struct vns_served *served);

#endif
