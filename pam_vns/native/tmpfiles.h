/*
 * Reads which directories in /run the root directory's own files ask for: the
 * tenant's files, so they are read by a process without any power.
 */
#ifndef VNS_TMPFILES_H
#define VNS_TMPFILES_H

#include "lib/tmpline.h"

/* So many directories, and of each ids below so much, are made at most. */
#define VNS_TMPFILES_MAX 1024

/* A directory below /run; the ids are those inside. */
struct vns_tmpfiles_dir {
	char path[VNS_TMPLINE_PATH_MAX + 1];
	unsigned mode;
	unsigned long uid, gid;
};

/*
 * To be called where the root directory is "/". Calls found for each directory
 * that tmpfiles.d(5) asks for, the one that counts first, and then for
 * "user/UID" of each user with an id of 1000 or more in /etc/passwd. What is
 * wrong in these files, or takes longer than some seconds, is passed over.
 */
void vns_tmpfiles_read(void (*found)(const struct vns_tmpfiles_dir *dir,
				     void *context),
		       void *context);

#endif
