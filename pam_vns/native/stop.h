/* Stops native vservers. */
#ifndef VNS_STOP_H
#define VNS_STOP_H

#include "lib/log.h"
#include "native/native.h"
#include "system/place.h"

struct vns_stopping {
	unsigned grace; /* seconds for processes inside to end by themselves */
	/* A line for those inside who have a terminal (farewell.h), or NULL. */
	const char *message;
	bool tell; /* whether to log who holds what was the vserver */
	bool done; /* set to false if the vserver did not run */
};

/*
 * Removes the vserver's pin, so that nobody can enter it any more, and ends
 * every process in it: first with SIGTERM, and with SIGKILL later. A pre-stop
 * hook may refuse the stop. With -EBUSY, the error names a process that would
 * not die.
 */
int vns_stop_vserver(const struct vns_config *config,
		     const struct vns_vserver *vserver,
		     const struct vns_log *log, struct vns_stopping *stop,
		     struct vns_error *err);

/*
 * Does the same for a vserver whose lock the caller holds. found says whether
 * the vserver runs or has run. pre-stop is not run.
 */
int vns_stop_pinned(const struct vns_native *native, bool found,
		    struct vns_stopping *stop, const struct vns_log *log,
		    struct vns_error *err);

/*
 * Sends a signal (0: none) to the processes that can only be found by the
 * cgroup ("": there is no cgroup). They have left place's namespaces and root
 * directory, or have not entered yet. Returns how many there are; *example is
 * set to one of them.
 */
unsigned vns_stop_signal_others(const struct vns_place *place,
				const char *cgroup, int signal, int *example);

#endif
