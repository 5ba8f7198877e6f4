/*
 * Makes new mount namespaces cheap to create when there are many vservers. A
 * new mount namespace begins as a copy of its maker's, for which the kernel
 * looks at the pin of each running vserver in order to leave it out. With ten
 * thousand vservers this takes longer than everything else. The seed is a
 * pinned mount namespace with next to nothing in it, which is copied in place
 * of the host's.
 */
#ifndef VNS_SEED_H
#define VNS_SEED_H

#include "native/native.h"

/*
 * Opens the seed, and makes it first if it does not exist. Where there are few
 * vservers, or the seed cannot be had, *fd stays as it is, and the start does
 * without a seed.
 */
void vns_seed_open(const struct vns_native *native, int *fd);

#endif
