/*
 * Opens the namespaces of a process that a program names: "source =
 * exec:PROGRAM ARGUMENT...".
 */
#ifndef VNS_ASKED_H
#define VNS_ASKED_H

#include "lib/nsname.h"
#include "system/place.h"

/*
 * Runs the program as a clean root process (clean.h) with an empty environment,
 * for 5 seconds at most. It prints "PID" or "PID TICKS", see proc(5) for the
 * latter; or nothing, or 0, where nothing runs. argument is the part of the
 * source behind the colon; place->owner says who may own what is found. Returns
 * -ESRCH where the process is not running.
 */
int vns_asked_open(const char *argument, vns_nsset wanted,
		   struct vns_place *place, struct vns_error *err);

#endif
