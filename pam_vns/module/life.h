/*
 * Keeps a session alive: it lasts while its side of the watcher's socket is
 * open (watch.h).
 */
#ifndef VNS_LIFE_H
#define VNS_LIFE_H

#include "login/login.h"

struct vns_life {
	int fd; /* see watch.h; -1: closed */
	ino_t inode;
	pid_t owner;
	pid_t foreground; /* group of owner if it has its terminal */
};

/*
 * Takes the socket out of a prepared login, for the calling process. The caller
 * frees the result. Returns NULL, and leaves login as it was, where there is no
 * memory.
 */
struct vns_life *vns_life_take(struct vns_login *login);

/*
 * Closes the socket, so that the watcher sees the session's end. It does
 * nothing in a child of the process that took the socket: the session is the
 * parent's. A program that closes unknown descriptors may have another file
 * under this number by now, which stays open. life may be NULL.
 */
void vns_life_end(struct vns_life *life);

#endif
