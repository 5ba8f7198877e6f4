/* Opens a running native vserver that "vns start" has pinned below run_dir. */
#ifndef VNS_NATIVE_H
#define VNS_NATIVE_H

#include "config/config.h"
#include "system/place.h"
#include "system/process.h"

/*
 * Opens and checks the vserver's namespaces. Returns -ESRCH where nothing is
 * pinned, and -EOWNERDEAD where something is pinned but the init process has
 * ended; place then holds what is left of the vserver.
 */
int vns_native_open(const struct vns_config *config,
		    const struct vns_vserver *vserver, struct vns_place *place,
		    struct vns_error *err);

/*
 * Does the same for the pin with this name in home, which is an open
 * run_dir/ns/NAME. Error messages call it what.
 */
int vns_native_open_at(int home, const char *pin, const char *what,
		       struct vns_place *place, struct vns_error *err);

/*
 * Opens the init process of the vserver with this home. Returns -ENOENT where
 * the vserver has no init process, -ESRCH where the process has ended.
 */
int vns_native_init(int home, struct vns_process *process,
		    struct vns_error *err);

#endif
