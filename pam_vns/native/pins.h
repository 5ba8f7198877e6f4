/*
 * Changes what "vns start" and "vns stop" keep below run_dir (rundir.h): one
 * vserver's pins, under the vserver's lock.
 */
#ifndef VNS_PINS_H
#define VNS_PINS_H

#include "native/native.h"
#include "system/place.h"

#include <sys/types.h>

/*
 * Makes and opens what is missing, and takes the lock. Waits for the lock for
 * at most 25 seconds plus the time that hooks may take (-EBUSY). Returns
 * -EDEADLK if the caller is a hook of the process that holds the lock.
 */
int vns_pins_open(struct vns_native *native, const struct vns_config *config,
		  const struct vns_vserver *vserver, struct vns_error *err);
void vns_pins_close(struct vns_native *native);
#define VNS_AUTOPINS __attribute__((cleanup(vns_pins_close)))

/* Removes what a crash has left. A retired pin has no processes any more. */
int vns_pins_clean(const struct vns_native *native, struct vns_error *err);

/*
 * Pins the process's mount namespace, in place of what was staged before. It
 * cannot be found by others yet. Returns 0 or -errno.
 */
int vns_pins_stage(const struct vns_native *native, pid_t pid);

/* Opens the vserver, if it runs, as vns_native_open does. */
int vns_pins_open_running(const struct vns_native *native,
			  struct vns_place *place, struct vns_error *err);

/* Opens the staged mount namespace. */
int vns_pins_open_staged(const struct vns_native *native,
			 struct vns_place *place, struct vns_error *err);

/*
 * Claims the context number (-EEXIST where another running vserver has it), and
 * turns the staged pin into that of the running vserver, in one atomic step.
 */
int vns_pins_publish(const struct vns_native *native, struct vns_error *err);

/*
 * Makes the vserver impossible to find, in one atomic step. The pin is only
 * kept so that "vns stop" can go on with it, a second time if necessary.
 */
int vns_pins_retire(const struct vns_native *native, struct vns_error *err);

/*
 * vns_pins_hide does the same temporarily, so that one can check whether
 * anybody is inside while nobody can enter. Afterwards the pin is shown again,
 * or retired for good. vns_pins_open shows a pin again that was left hidden.
 * The context number stays claimed while the pin is hidden.
 */
int vns_pins_hide(const struct vns_native *native, struct vns_error *err);
int vns_pins_show(const struct vns_native *native, struct vns_error *err);
int vns_pins_retire_hidden(const struct vns_native *native,
			   struct vns_error *err);

/*
 * Opens what is retired. Returns -ESRCH where nothing is, and -EOWNERDEAD where
 * the init process has ended.
 */
int vns_pins_open_retired(const struct vns_native *native,
			  struct vns_place *place, struct vns_error *err);

void vns_pins_remove(const struct vns_native *native);

/*
 * Removes the vserver's directory if nothing is in it, and with the last one
 * the holder.
 */
void vns_pins_tidy(const struct vns_native *native);

#endif
