/*
 * Loads the library that libc itself loads on demand, for pthread_cancel(3),
 * pthread_exit(3) and backtrace(3): inside a vserver it would be the tenant's.
 */
#ifndef VNS_UNWINDER_H
#define VNS_UNWINDER_H

#include "lib/error.h"

/*
 * It stays loaded until the process ends. To be called before entering, and
 * sooner where there is nothing to be done but to wait: called again, it does
 * nothing. Returns 0 or -ELIBACC.
 */
int vns_unwinder_load(struct vns_error *err);

#endif
