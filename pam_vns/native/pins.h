/*
 * What "vns start" and "vns stop" change below run_dir (rundir.h): one
 * vserver's pins, under its lock.
 */
#ifndef VNS_PINS_H
#define VNS_PINS_H

#include "native/native.h"
#include "system/place.h"

#include <sys/types.h>

/* Below run_dir/ns; no vserver's name begins so. */
#define VNS_PINS_SEED ".seed"

/*
 * Makes and opens what is missing, and takes the lock, for which it waits 25
 * seconds at most, and as long as hooks may take (-EBUSY). -EDEADLK for a hook
 * of who has it.
 */
int vns_pins_open(struct vns_native *pins, const struct vns_config *config,
		  const struct vns_vserver *vserver, struct vns_error *err);
void vns_pins_close(struct vns_native *pins);
#define VNS_AUTOPINS __attribute__((cleanup(vns_pins_close)))

/* What a crash has left. Nobody lives any more in what was retired. */
int vns_pins_clean(const struct vns_native *pins, struct vns_error *err);

/*
 * Pins the process's mount namespace, not to be found yet, in place of what
 * was staged before. 0 or -errno.
 */
int vns_pins_stage(const struct vns_native *pins, pid_t pid);

/*
 * Pins the process's mount namespace as the seed (seed.h), in place of what was
 * it before, 0 or -errno; takes it away. The seed goes with the last vserver.
 */
int vns_pins_plant(const struct vns_native *pins, pid_t pid);
void vns_pins_uproot(const struct vns_native *pins);

/* What is held for a moment, over all vservers. */
int vns_pins_lock_all(const struct vns_native *pins, int *lock,
		      struct vns_error *err);

/* Opens what is staged. */
int vns_pins_open_staged(const struct vns_native *pins, struct vns_place *place,
			 struct vns_error *err);

/*
 * Claims the context number (-EEXIST where another running vserver has it),
 * and makes what is staged what runs, from one moment to the next.
 */
int vns_pins_publish(const struct vns_native *pins, struct vns_error *err);

/*
 * From one moment to the next it is not to be found any more; kept only for
 * "vns stop" to go on with, if need be a second time.
 */
int vns_pins_retire(const struct vns_native *pins, struct vns_error *err);

/*
 * The same for a moment, to look whether anybody is inside while nobody can
 * come; then back, or retired for good. vns_pins_open brings back what was left
 * hidden. The context number stays claimed.
 */
int vns_pins_hide(const struct vns_native *pins, struct vns_error *err);
int vns_pins_show(const struct vns_native *pins, struct vns_error *err);
int vns_pins_retire_hidden(const struct vns_native *pins,
			   struct vns_error *err);

/*
 * Opens what is retired; -ESRCH where there is nothing, -EOWNERDEAD where its
 * init process has ended.
 */
int vns_pins_open_retired(const struct vns_native *pins,
			  struct vns_place *place, struct vns_error *err);

void vns_pins_remove(const struct vns_native *pins);

/* Removes the vserver's directory if nothing is in it. */
void vns_pins_tidy(const struct vns_native *pins);

#endif
