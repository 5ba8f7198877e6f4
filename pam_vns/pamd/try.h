/*
 * Tries whether root gets through a service's stack, before the stack is used
 * for anybody.
 */
#ifndef VNS_PAMTRY_H
#define VNS_PAMTRY_H

#include "pamd/stack.h"

/*
 * Tries by reading only: whether the stack lets root through if every module
 * does so that can. A module whose file is missing cannot. Returns 0, or
 * -EACCES.
 */
int vns_pamtry_read(const struct vns_pamstack *stack, const char *type,
		    struct vns_error *err);

/*
 * Tries by running the account phase for root, in a process of its own, for at
 * most some seconds. It runs a copy of the stack, in which modules that are
 * known to do nothing but look are themselves, and others are pam_permit.so.
 * Session modules are never run: most of them do something. Returns 0, or
 * -EACCES and what was printed.
 */
int vns_pamtry_run(const char *service, const struct vns_pamstack *account,
		   struct vns_error *err);

#endif
