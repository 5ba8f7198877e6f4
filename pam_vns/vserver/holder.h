/*
 * Opens the holder: a mount namespace with nothing in it but the directory
 * run_dir/ns, in which the mount namespaces of all running native vservers are
 * pinned. The mounts of the host's mount namespace are looked at by systemd's
 * managers and copied by everybody who makes a mount namespace; there, the
 * holder's own pin is all that vservers add, however many there are.
 */
#ifndef VNS_HOLDER_H
#define VNS_HOLDER_H

#include "lib/error.h"

struct vns_holder {
	int mnt; /* the mount namespace */
	int ns;	 /* O_PATH; what is opened in it lies in the holder */
};
#define VNS_HOLDER_NONE ((struct vns_holder){ -1, -1 })

/*
 * Opens the holder of the open directory run_dir. One that is open already is
 * left as it is, or replaced if it is not the pinned one any more. Returns
 * -ESRCH where there is none.
 */
int vns_holder_open(int run, struct vns_holder *holder, struct vns_error *err);
void vns_holder_close(struct vns_holder *holder);
#define VNS_AUTOHOLDER __attribute__((cleanup(vns_holder_close)))

/*
 * Opens ns/NAME in the holder; path is its path, for messages. Returns -ESRCH
 * where it does not exist.
 */
int vns_holder_home(const struct vns_holder *holder, const char *name,
		    const char *path, int *home, struct vns_error *err);

#endif
