/*
 * Writes the small files below run_dir (rundir.h) that say about a native
 * vserver what its pins do not: its context number, its init process, its
 * cgroup, and the mount namespace that it was started from. All of them are
 * changed under the vserver's lock.
 */
#ifndef VNS_NOTES_H
#define VNS_NOTES_H

#include "native/native.h"

#include <sys/types.h>

/*
 * Claims the vserver's context number, if it has one. Returns -EEXIST where
 * another running vserver has that number. Two processes must not claim a
 * number at the same time (the lock over all vservers).
 */
int vns_notes_claim_context(const struct vns_native *native,
			    struct vns_error *err);
void vns_notes_release_context(const struct vns_native *native);

/* Notes the caller's mount namespace as the vserver's owner. */
int vns_notes_write_owner(const struct vns_native *native,
			  struct vns_error *err);

/*
 * Pins cannot be seen in mount namespaces that are older or unrelated. There a
 * running vserver looks stopped, and cleaning up would remove its pin. Returns
 * -EXDEV if the vserver was started in another mount namespace that still
 * exists.
 */
int vns_notes_check_owner(const struct vns_native *native,
			  struct vns_error *err);

/*
 * Notes the init process, whose number must not be reused in the meantime. From
 * then on vns_pins_clean and vns_pins_remove end the init process.
 */
int vns_notes_init(const struct vns_native *native, pid_t pid,
		   struct vns_error *err);

/*
 * The first notes the cgroup that has been made, so that the cgroup can be
 * ended whatever the definition says by then (vns_rundir_cgroup reads the
 * note). The second removes the note; vns_pins_remove does not.
 */
int vns_notes_cgroup(const struct vns_native *native, const char *cgroup,
		     struct vns_error *err);
void vns_notes_forget_cgroup(const struct vns_native *native);

#endif
