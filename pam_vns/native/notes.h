/*
 * Small files below run_dir (rundir.h) that say of a native vserver what its
 * pins do not: its number, its init process, its cgroup, and from which mount
 * namespace it was started. All are changed under its lock.
 */
#ifndef VNS_NOTES_H
#define VNS_NOTES_H

#include "native/native.h"

#include <sys/types.h>

/*
 * Claims the context number, if it has one: -EEXIST where another running
 * vserver has it. Two must not claim at once (vns_pins_lock_all).
 */
int vns_notes_claim_context(const struct vns_native *native,
			    struct vns_error *err);
void vns_notes_release_context(const struct vns_native *native);

/* Notes the caller's mount namespace. */
int vns_notes_write_owner(const struct vns_native *native,
			  struct vns_error *err);

/*
 * Pins do not show in mount namespaces that are older or unrelated: there a
 * running vserver looks stopped, and cleaning up would take its pin away.
 * -EXDEV if the vserver was started in another one that still exists.
 */
int vns_notes_check_owner(const struct vns_native *pins, struct vns_error *err);

/*
 * Notes the init process, whose number must be nobody else's meanwhile. From
 * then on vns_pins_clean and _remove end it.
 */
int vns_notes_init(const struct vns_native *pins, pid_t pid,
		   struct vns_error *err);

/*
 * Notes the cgroup that has been made, so that it can be ended whatever the
 * definition says by then (vns_rundir_cgroup reads the note); and removes the
 * note. vns_pins_remove does not.
 */
int vns_notes_cgroup(const struct vns_native *pins, const char *cgroup,
		     struct vns_error *err);
void vns_notes_forget_cgroup(const struct vns_native *pins);

#endif
