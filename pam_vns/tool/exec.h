/*
 * Runs a program in a vserver, for somebody on the host who does not trust it.
 * The program has a session of its own, a pseudo terminal of the vserver's, the
 * power of the vserver's sessions, and nothing of the caller's except what is
 * relayed.
 */
#ifndef VNS_EXEC_H
#define VNS_EXEC_H

#include "system/account.h"
#include "config/config.h"
#include "system/place.h"

struct vns_exec {
	const struct vns_vserver *vserver;
	const struct vns_place *place;
	const struct vns_account *account; /* its groups are loaded */
	char *const *argv; /* searched for inside, along VNS_SPAWN_PATH */
	char *const *envp;
};

/*
 * Runs the program to its end. The calling process stays on the host as the
 * relay (relay.h). *code is the program's exit code, or 128+N if signal N ended
 * it.
 */
int vns_exec_run(const struct vns_exec *session, int *code,
		 struct vns_error *err);

#endif
