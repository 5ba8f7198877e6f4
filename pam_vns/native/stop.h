/* Stops native vservers. */
#ifndef VNS_STOP_H
#define VNS_STOP_H

#include "lib/log.h"
#include "native/native.h"
#include "system/place.h"

/*
 * Takes the vserver's pin away, so that nobody can enter it any more, and ends
 * every process in it: SIGTERM, after grace seconds SIGKILL. *done is false
 * if it did not run. A pre-stop hook may refuse it. -EBUSY names a process that
 * would not die.
 */
int vns_stop_vserver(const struct vns_config *config,
		     const struct vns_vserver *vserver,
		     const struct vns_log *log, unsigned grace, bool *done,
		     struct vns_error *err);

/*
 * The same of one whose lock the caller has; found is whether it runs, or has
 * run. No hook is asked.
 */
int vns_stop_pinned(const struct vns_native *native, bool found, unsigned grace,
		    bool *done, const struct vns_log *log,
		    struct vns_error *err);

/*
 * Sends a signal (0: none) to those who are only found by the cgroup ("": there
 * is none): they have left place's namespaces and root directory, or have not
 * entered yet. Returns how many they are; example is one of them.
 */
unsigned vns_stop_signal_others(const struct vns_place *place,
				const char *cgroup, int signal, int *example);

#endif
