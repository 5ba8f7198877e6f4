/*
 * Opens the namespaces of a process whose number is in a file: "source =
 * pidfile:PATH".
 */
#ifndef VNS_PIDFILE_H
#define VNS_PIDFILE_H

#include "lib/nsname.h"
#include "system/place.h"

/*
 * argument is the part of the source behind the colon; place->owner says who
 * may own it. Returns -ESRCH where the process is not running.
 */
int vns_pidfile_open(const char *argument, vns_nsset wanted,
		     struct vns_place *place, struct vns_error *err);

#endif
