/* Tells those who have a terminal in a vserver that it is being stopped. */
#ifndef VNS_FAREWELL_H
#define VNS_FAREWELL_H

#include "system/place.h"

/*
 * Writes text as a line to the controlling terminal of each process that lives
 * in place and has that terminal open as 0, 1 or 2, to each terminal once, as
 * wall(1) does for root: whoever is there sees why their session ends. Gives
 * the programs that show terminals a moment to show it. What fails is left out:
 * this is a courtesy.
 *
 * No path of the tenant's is followed, nothing but a terminal is opened, and
 * nothing is waited for: a child process does all of it, has no controlling
 * terminal, writes without waiting, and is killed after two seconds.
 */
void vns_farewell_tell(const struct vns_place *place, const char *text);

#endif
