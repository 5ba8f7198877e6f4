/*
 * A program in a vserver, for somebody on the host who does not trust it: in a
 * session of its own, with a pseudo terminal of the vserver's, the power of the
 * vserver's sessions, and nothing of the caller's but what is relayed.
 */
#ifndef VNS_EXEC_H
#define VNS_EXEC_H

#include "system/account.h"
#include "config/config.h"
#include "system/place.h"

struct vns_exec {
	const struct vns_vserver *vserver;
	const struct vns_place *place;
	const struct vns_account *account; /* with its groups */
	char *const *argv; /* found along VNS_SPAWN_PATH, inside */
	char *const *envp;
};

/*
 * Runs it to its end, with a relay (relay.h) in the calling process, which
 * stays on the host. *code is its exit code, or 128+N where signal N ended it.
 */
int vns_exec_run(const struct vns_exec *session, int *code,
		 struct vns_error *err);

#endif
