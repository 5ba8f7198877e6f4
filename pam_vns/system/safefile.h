/*
 * Opening files that a root daemon is about to believe.
 *
 * A path is walked one component at a time. Every directory on it must belong
 * to root and be writable by nobody else, so that nobody else can swap what is
 * found; a symbolic link on the way must be root's and is walked the same way.
 * The last component is never followed. All checks are made on what was
 * opened, and the descriptor is the result: the path is never used again.
 */
#ifndef VNS_SAFEFILE_H
#define VNS_SAFEFILE_H

#include "lib/error.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

enum vns_safefile_kind {
	VNS_SAFEFILE_CONFIG,	/* regular, root's, not writable by others */
	VNS_SAFEFILE_DIRECTORY, /* the same of a directory; O_PATH */
	VNS_SAFEFILE_ROOT,	/* a directory anybody may own; O_PATH */
	VNS_SAFEFILE_PATH,	/* whatever is there, but a link; O_PATH */
	VNS_SAFEFILE_ANY,	/* not looked at: the caller does; O_NONBLOCK */
};

static inline void vns_safefile_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define VNS_AUTOCLOSE __attribute__((cleanup(vns_safefile_close)))

/* Puts a copy of fd in place of the standard descriptor to. 0 or -errno. */
#pragma GCC diagnostic push
#if __GNUC__ >= 13 && !defined(__clang__)
/* gcc's analyzer takes what dup2() returns for one more, which leaks. */
#pragma GCC diagnostic ignored "-Wanalyzer-fd-leak"
#endif
static inline int vns_safefile_put(int fd, int to)
{
	return dup2(fd, to) < 0 ? -errno : 0;
}
#pragma GCC diagnostic pop

/*
 * path is absolute. Returns 0 and a close-on-exec descriptor, or a negative
 * errno: -ENOENT is "does not exist", -EPERM "is not to be trusted".
 */
int vns_safefile_open(const char *path, enum vns_safefile_kind kind, int *fd,
		      struct vns_error *err);

/* The whole file, with a NUL behind it (not in *length); the caller frees. */
int vns_safefile_read(const char *path, size_t max, char **text, size_t *length,
		      struct vns_error *err);

/* The same of an open file; path is for messages. */
int vns_safefile_slurp(int fd, const char *path, size_t max, char **text,
		       size_t *length, struct vns_error *err);

/* Writes all of it, whatever interrupts; 0 or a negative errno. */
int vns_safefile_write_all(int fd, const char *text, size_t length);

/*
 * Replaces name in directory (an open descriptor) by a file with text, all
 * or nothing, mode 0644.
 */
int vns_safefile_write(int directory, const char *name, const char *text,
		       struct vns_error *err);

/* The same, and it is on the disk: for what must outlive a power cut. */
int vns_safefile_keep(int directory, const char *name, const char *text,
		      struct vns_error *err);

#endif
