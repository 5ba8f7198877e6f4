/*
 * The hooks around a native vserver's life, run by who starts or stops it,
 * under its lock. Linked into vns only.
 *
 * Two files in its home below run_dir (rundir.h) outlive a start or stop that
 * is killed: what pre-start has begun, post-stop ends; and what post-start has
 * not finished counts as not started.
 */
#ifndef VNS_LIFECYCLE_H
#define VNS_LIFECYCLE_H

#include "lib/log.h"
#include "native/pins.h"

/*
 * Before anything of the vserver is made: notes that post-stop is owed from
 * now on, and runs pre-start.
 */
int vns_lifecycle_prepare(const struct vns_native *pins,
			  const struct vns_log *log, struct vns_error *err);

/* Before it can be found: notes that it is not started yet. */
int vns_lifecycle_announce(const struct vns_native *pins,
			   struct vns_error *err);

/* When it can be found: runs post-start, and takes that note away. */
int vns_lifecycle_started(const struct vns_native *pins,
			  const struct vns_log *log, struct vns_error *err);

/*
 * Runs pre-stop in a vserver that runs. A failure is returned only where the
 * hook's on_error says so: it is to go on.
 */
int vns_lifecycle_leave(const struct vns_native *pins,
			const struct vns_log *log, struct vns_error *err);

/* Before it is taken away: notes that post-stop is owed. */
int vns_lifecycle_owe(const struct vns_native *pins, struct vns_error *err);

/*
 * When nothing of it is left: runs post-stop if it is owed. What fails is
 * logged.
 */
void vns_lifecycle_ended(const struct vns_native *pins,
			 const struct vns_log *log);

#endif
