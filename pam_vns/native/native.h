/*
 * Describes a native vserver that is being started or stopped, with the files
 * and directories that are open for it.
 */
#ifndef VNS_NATIVE_NATIVE_H
#define VNS_NATIVE_NATIVE_H

#include "config/config.h"

struct vns_native {
	const struct vns_config *config;
	const struct vns_vserver *vserver;
	int run; /* run_dir */
	/*
	 * The mount namespace that has the pins (vserver/holder.h), or -1 if
	 * they are in the caller's own: see vns_pins_open.
	 */
	int holder;
	int ns;	      /* run_dir/ns, as in there */
	int contexts; /* run_dir/context */
	int locks;    /* run_dir/lock */
	int lock;     /* run_dir/lock/NAME, held */
	int home;     /* run_dir/ns/NAME, as in there */
};
#define VNS_NATIVE_NONE \
	((struct vns_native){ NULL, NULL, -1, -1, -1, -1, -1, -1, -1 })

#endif
