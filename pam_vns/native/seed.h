/*
 * Where mount namespaces come from when there are many. A new one begins as a
 * copy of the one that its maker is in, for which the kernel looks at each pin
 * of a running vserver, to leave it out: with ten thousand that takes longer
 * than all the rest. The seed is a pinned mount namespace with next to nothing
 * in it, to be copied in place of the host's.
 */
#ifndef VNS_SEED_H
#define VNS_SEED_H

#include "native/pins.h"

/*
 * Opens the seed, and makes it first where there is none. Where there are few
 * vservers, or it cannot be had, *fd stays as it is: one does without.
 */
void vns_seed_open(const struct vns_native *pins, int *fd);

#endif
