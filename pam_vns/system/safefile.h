/*
 * Opens files that a root daemon is about to believe.
 *
 * A path is walked one component at a time. Every directory on it must belong
 * to root and be writable by nobody else, so that nobody else can swap what is
 * found; a symbolic link on the way must be root's and is walked the same way.
 * The last component is never followed. All checks are made on what was opened,
 * and the descriptor is the result: the path is never used again.
 */
#ifndef VNS_SAFEFILE_H
#define VNS_SAFEFILE_H

#include "lib/error.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

enum vns_safefile_kind {
	VNS_SAFEFILE_CONFIG,	/* regular, root's, not writable by others */
	VNS_SAFEFILE_DIRECTORY, /* the same for a directory; O_PATH */
	VNS_SAFEFILE_ROOT,	/* a directory anybody may own; O_PATH */
	VNS_SAFEFILE_PATH,	/* anything but a link; O_PATH */
	VNS_SAFEFILE_ANY,	/* not checked: the caller does; O_NONBLOCK */
};

static inline void vns_safefile_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define VNS_AUTOCLOSE __attribute__((cleanup(vns_safefile_close)))

/*
 * Makes descriptor to, one of the standard descriptors, a copy of fd. Returns 0
 * or -errno.
 */
#pragma GCC diagnostic push
#if __GNUC__ >= 13 && !defined(__clang__)
/*
 * gcc's analyzer takes the result of dup2() for one more descriptor, which
 * leaks.
 */
#pragma GCC diagnostic ignored "-Wanalyzer-fd-leak"
#endif
static inline int vns_safefile_put(int fd, int to)
{
	return dup2(fd, to) < 0 ? -errno : 0;
}
#pragma GCC diagnostic pop

/*
 * Opens path, which is absolute. Returns 0 and a close-on-exec descriptor, or a
 * negative errno: -ENOENT means "does not exist", -EPERM "is not to be
 * trusted".
 */
int vns_safefile_open(const char *path, enum vns_safefile_kind kind, int *fd,
		      struct vns_error *err);

/*
 * Checks an open directory as VNS_SAFEFILE_DIRECTORY does; path is for
 * messages.
 */
int vns_safefile_check_directory(int fd, const char *path,
				 struct vns_error *err);

/*
 * Reads the whole file and puts a NUL behind it, which *length does not count;
 * the caller frees the text.
 */
int vns_safefile_read(const char *path, size_t max, char **text, size_t *length,
		      struct vns_error *err);

/* Reads an open file in the same way; path is for messages. */
int vns_safefile_slurp(int fd, const char *path, size_t max, char **text,
		       size_t *length, struct vns_error *err);

/*
 * Writes all of the text, whatever interrupts. Returns 0 or a negative errno.
 */
int vns_safefile_write_all(int fd, const char *text, size_t length);

/*
 * Replaces name in directory (an open descriptor) by a file of mode 0644 with
 * this text, all or nothing.
 */
int vns_safefile_write(int directory, const char *name, const char *text,
		       struct vns_error *err);

/*
 * Does the same and makes sure that the file is on the disk: for what must
 * outlive a power cut.
 */
int vns_safefile_keep(int directory, const char *name, const char *text,
		      struct vns_error *err);

#endif
