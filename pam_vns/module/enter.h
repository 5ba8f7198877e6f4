/* The last step of a login: from the host into the vserver. */
#ifndef VNS_ENTER_H
#define VNS_ENTER_H

#include "module/identity.h"
#include "login/login.h"
#include "system/namespace.h"

/*
 * Guards the terminal, freezes the identity, joins login->place, changes to
 * login->cwd, marks every descriptor from 3 up close-on-exec, and gives up all
 * capabilities but the vserver's. With way_back the process itself keeps what
 * vns_leave takes, and *cgroup is a descriptor for that (the caller closes it);
 * without, it is -1.
 *
 * On failure the process is on the host, as it was but for the guard. On
 * success it must look nothing up, run nothing and open no path any more, and
 * login's memory is all that is left to free; identity, which the caller frees
 * in any case, is what thawing would need.
 */
int vns_enter(struct vns_login *login, bool way_back, int *cgroup,
	      struct vns_identity *identity, struct vns_error *err);

/*
 * Brings a process that has entered back by way, to the cgroup that it was in,
 * and thaws identity. On failure it stays frozen.
 */
int vns_leave(const struct vns_way_back *way, int cgroup,
	      const struct vns_identity *identity, struct vns_error *err);

#endif
