/* A native vserver that runs, as "vns start" has pinned it below run_dir. */
#ifndef VNS_NATIVE_H
#define VNS_NATIVE_H

#include "config/config.h"
#include "system/place.h"
#include "system/process.h"

/*
 * Opens and checks its namespaces. -ESRCH where nothing is pinned; -EOWNERDEAD
 * where something is, but the init process has ended: place is then what is
 * left.
 */
int vns_native_open(const struct vns_config *config,
		    const struct vns_vserver *vserver, struct vns_place *place,
		    struct vns_error *err);

/*
 * The same of the pin of this name in home, an open run_dir/ns/NAME; what names
 * it in errors.
 */
int vns_native_open_at(int home, const char *pin, const char *what,
		       struct vns_place *place, struct vns_error *err);

/*
 * The init process of the vserver with this home. -ENOENT where it has none,
 * -ESRCH where it has ended.
 */
int vns_native_init(int home, struct vns_process *process,
		    struct vns_error *err);

#endif
