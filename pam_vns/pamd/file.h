/* Reads the files of /etc/pam.d as libpam does, and replaces one. */
#ifndef VNS_PAMFILE_H
#define VNS_PAMFILE_H

#include "pamd/stack.h"

#define VNS_PAMFILE_DIR "/etc/pam.d"

/* A service whose file is to get another text than it has now. */
struct vns_pamfile_draft {
	const char *service;
	const char *text;
};

/*
 * Reads a file; this is a vns_pamstack_reader. Its context is a draft, or NULL.
 * Every file must be root's and writable by nobody else, and so must every
 * directory on its path; root's symbolic links are followed.
 */
int vns_pamfile_read(void *context, const char *name, char **path, char **text,
		     size_t *length, struct vns_error *err);

/*
 * The file of one service, held for a change; others who want to change a file
 * wait.
 */
struct vns_pamfile {
	int lock;
	int directory;
	int fd;
	char *path;
	char *text;
	size_t length;
};
#define VNS_PAMFILE_NONE ((struct vns_pamfile){ -1, -1, -1, NULL, NULL, 0 })

/*
 * Returns -ENOENT where there is no file, -ELOOP where it is a symbolic link,
 * and -EBUSY where another process changes one for more than 10 seconds.
 */
int vns_pamfile_open(const char *service, struct vns_pamfile *file,
		     struct vns_error *err);
void vns_pamfile_close(struct vns_pamfile *file);
#define VNS_AUTOPAMEDITED __attribute__((cleanup(vns_pamfile_close)))

/*
 * Replaces the file, all or nothing, also if the machine goes down. The owner,
 * the mode and the extended attributes, such as an SELinux label, stay. Returns
 * -EBUSY if somebody else has changed the file meanwhile.
 */
int vns_pamfile_replace(const struct vns_pamfile *file, const char *service,
			const char *text, struct vns_error *err);

#endif
