/* Whether root gets through a service's stack, before it is anybody's. */
#ifndef VNS_PAMTRY_H
#define VNS_PAMTRY_H

#include "pamd/stack.h"

/*
 * By reading only: whether the stack lets root through if every module does
 * that can. A module whose file is missing cannot. 0, or -EACCES.
 */
int vns_pamtry_read(const struct vns_pamstack *stack, const char *type,
		    struct vns_error *err);

/*
 * By running the account phase for root, in a process of its own, for at most
 * some seconds: a copy of the stack, in which modules that are known to do
 * nothing but look are themselves, and others pam_permit.so. Session modules
 * are never run: most of them do something. 0, or -EACCES and what was said.
 */
int vns_pamtry_run(const char *service, const struct vns_pamstack *account,
		   struct vns_error *err);

#endif
