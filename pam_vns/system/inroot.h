/*
 * Opens what lies below a directory and nothing else, whatever links and mounts
 * others have put there (openat2(2)).
 */
#ifndef VNS_INROOT_H
#define VNS_INROOT_H

#include <linux/openat2.h>

/* Resolves as in a chroot: the directory is "/", also for symbolic links. */
#define VNS_INROOT_CHROOT (RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS)
/* Resolves in the same way, but follows no symbolic link. */
#define VNS_INROOT_NO_LINKS (VNS_INROOT_CHROOT | RESOLVE_NO_SYMLINKS)
/*
 * Resolves as in a chroot, crosses no mount, and gives up with -EAGAIN where
 * the kernel would have to ask a filesystem; -EINVAL before Linux 5.12.
 */
#define VNS_INROOT_CACHED (VNS_INROOT_CHROOT | RESOLVE_NO_XDEV | RESOLVE_CACHED)
/*
 * Nothing leads out of the directory, and no symbolic link is followed. With
 * NO_XDEV added, no mount is crossed either.
 */
#define VNS_INROOT_BENEATH \
	(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

/*
 * Opens path below root with the flags of open(2), O_CLOEXEC added, and one of
 * the sets above. Returns a descriptor that the caller closes, or -errno with
 * errno set. Unless it is VNS_INROOT_CACHED, this may wait for a file system
 * that does not answer.
 */
int vns_inroot_open(int root, const char *path, unsigned flags,
		    unsigned long resolve);

#endif
