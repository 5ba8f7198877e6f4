/*
 * Opens what lies below a directory and nothing else, whatever links and mounts
 * somebody else has put there (openat2(2)).
 */
#ifndef VNS_INROOT_H
#define VNS_INROOT_H

#include <linux/openat2.h>

/* As in a chroot: the directory is "/", also to links. */
#define VNS_INROOT_CHROOT (RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS)
/* The same, and no link is followed. */
#define VNS_INROOT_NO_LINKS (VNS_INROOT_CHROOT | RESOLVE_NO_SYMLINKS)
/* Nothing leads out, and no link is followed, nor a mount with NO_XDEV. */
#define VNS_INROOT_BENEATH \
	(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

/*
 * Opens path below root with open(2)'s flags, O_CLOEXEC added, and one of the
 * sets above. A descriptor, the caller's to close, or -errno, with errno set.
 * It may wait for a file system that does not answer.
 */
int vns_inroot_open(int root, const char *path, unsigned flags,
		    unsigned long resolve);

#endif
