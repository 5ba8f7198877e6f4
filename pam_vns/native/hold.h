/* Makes the holder of all pins (vserver/holder.h), and takes it away. */
#ifndef VNS_HOLD_H
#define VNS_HOLD_H

#include "native/native.h"

/*
 * Both are called under the lock over all vservers. The first opens the holder,
 * with run_dir/ns, and makes what is missing of it. The second takes the holder
 * away if there is no vserver in it any more.
 */
int vns_hold_open(struct vns_native *native, struct vns_error *err);
void vns_hold_end(const struct vns_native *native);

/* Finds out whether something is mounted on this name in the directory. */
int vns_hold_mounted(int directory, const char *name, bool *mounted,
		     struct vns_error *err);

#endif
