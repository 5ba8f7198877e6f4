/* New user namespaces (user_namespaces(7)). */
#ifndef VNS_USERNS_H
#define VNS_USERNS_H

#include "lib/error.h"

/*
 * A new user namespace in which the ids from 0 up are those from base up
 * outside, count of them; the first of them owns it.
 */
int vns_userns_new(unsigned long base, unsigned long count, int *fd,
		   struct vns_error *err);

#endif
