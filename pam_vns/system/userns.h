/* Makes user namespaces (user_namespaces(7)). */
#ifndef VNS_USERNS_H
#define VNS_USERNS_H

#include "lib/error.h"

/*
 * Makes a user namespace in which the ids from 0 up are those from base up
 * outside, count of them. Id base outside owns the namespace.
 */
int vns_userns_new(unsigned long base, unsigned long count, int *fd,
		   struct vns_error *err);

#endif
