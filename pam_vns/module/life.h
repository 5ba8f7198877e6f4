/*
 * The life of a session: it lasts while its side of the watcher's socket is
 * open (watch.h).
 */
#ifndef VNS_LIFE_H
#define VNS_LIFE_H

#include "login/login.h"

struct vns_life {
	int fd; /* see watch.h; -1: closed */
	ino_t inode;
	pid_t owner;
	pid_t foreground; /* owner's group, if it has its terminal */
};

/*
 * Takes it out of a login that is prepared, for the calling process. To be
 * freed by the caller; NULL, with login as it was, where there is no memory.
 */
struct vns_life *vns_life_take(struct vns_login *login);

/*
 * Now the watcher sees the end. A child that does this leaves the session to
 * its parent; and a program that closes what it does not know may have another
 * file there since, which stays open. NULL is none.
 */
void vns_life_end(struct vns_life *life);

#endif
