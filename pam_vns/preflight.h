/* Whether a user could live in a vserver, seen from outside by descriptor. */
#ifndef VNS_PREFLIGHT_H
#define VNS_PREFLIGHT_H

#include <stdbool.h>

struct vns_preflight {
	bool shell; /* a regular file that somebody may execute */
	bool home;  /* a directory */
};

/*
 * root is an O_PATH descriptor of the vserver's root directory; no path
 * leaves it (openat2(2), RESOLVE_IN_ROOT). An empty shell is /bin/sh
 * (passwd(5)).
 */
struct vns_preflight vns_preflight_check(int root, const char *shell,
					 const char *home);

/* An O_PATH descriptor of path inside root, or -errno. */
int vns_preflight_open(int root, const char *path, bool directory);

#endif
