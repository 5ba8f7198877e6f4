/* From a vserver's definition to where it is now. */
#ifndef VNS_SOURCE_H
#define VNS_SOURCE_H

#include "config/config.h"
#include "system/namespace.h"
#include "system/process.h"

/*
 * Opens and checks the running vserver's namespaces. -ESRCH where it is not
 * running; anything else means that what was found is not to be trusted.
 */
int vns_source_open(const struct vns_config *config,
		    const struct vns_vserver *vserver, struct vns_place *place,
		    struct vns_error *err);

/* The sources; argument is what stands behind the colon. */
int vns_source_ns_open(const char *argument, vns_nsset wanted,
		       struct vns_place *place, struct vns_error *err);
int vns_source_pidfile_open(const char *argument, vns_nsset wanted,
			    struct vns_place *place, struct vns_error *err);
int vns_source_native_open(const struct vns_config *config,
			   const struct vns_vserver *vserver,
			   struct vns_place *place, struct vns_error *err);

/*
 * The pin of this name in home, an open run_dir/ns/NAME; what names it in
 * errors. -ESRCH where nothing is pinned; -EOWNERDEAD where something is, but
 * the init process has ended: place is then that which is left.
 */
int vns_source_native_at(int home, const char *pin, const char *what,
			 struct vns_place *place, struct vns_error *err);

/*
 * The init process of the vserver with this home. -ENOENT where it has none,
 * -ESRCH where it has ended.
 */
int vns_source_native_init(int home, struct vns_process *process,
			   struct vns_error *err);

#endif
