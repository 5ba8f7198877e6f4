/*
 * Runs the hooks around a native vserver's life. They are run by the process
 * that starts or stops the vserver, under the vserver's lock. This is linked
 * into vns only.
 *
 * Two files in the vserver's home below run_dir (rundir.h) outlive a start or
 * stop that is killed. One ensures that post-stop is run for every vserver
 * whose pre-start was begun; the other makes a vserver whose post-start did not
 * finish count as not started.
 */
#ifndef VNS_LIFECYCLE_H
#define VNS_LIFECYCLE_H

#include "lib/log.h"
#include "native/native.h"

/*
 * To be called before anything of the vserver is made: notes that post-stop is
 * owed from now on, and runs pre-start.
 */
int vns_lifecycle_prepare(const struct vns_native *native,
			  const struct vns_log *log, struct vns_error *err);

/*
 * To be called before the vserver can be found: notes that it is not started
 * yet.
 */
int vns_lifecycle_announce(const struct vns_native *native,
			   struct vns_error *err);

/*
 * To be called when the vserver can be found: runs post-start, and removes the
 * note that the vserver is not started yet.
 */
int vns_lifecycle_started(const struct vns_native *native,
			  const struct vns_log *log, struct vns_error *err);

/*
 * Runs pre-stop in a running vserver. A failure is only returned where the
 * hook's on_error says so; the vserver must then go on running.
 */
int vns_lifecycle_leave(const struct vns_native *native,
			const struct vns_log *log, struct vns_error *err);

/* To be called before a vserver is taken away: notes that post-stop is owed. */
int vns_lifecycle_owe(const struct vns_native *native, struct vns_error *err);

/*
 * To be called when nothing of the vserver is left: runs post-stop if it is
 * owed. Failures are logged.
 */
void vns_lifecycle_ended(const struct vns_native *native,
			 const struct vns_log *log);

#endif
