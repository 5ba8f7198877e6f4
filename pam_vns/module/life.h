/*
 * Keeps a connection to the keeper: from one question of a login to the next,
 * and then as long as the session lasts. A session lasts while its connection
 * is open. The process that opens the session holds it, and so do processes
 * forked from it that do not execute another program, as those of sshd that
 * serve forwardings.
 */
#ifndef VNS_LIFE_H
#define VNS_LIFE_H

#include <sys/types.h>

struct vns_life {
	int fd; /* -1: closed, or not begun */
	ino_t inode;
	pid_t owner;
	pid_t foreground; /* vns_foreground_look of a session's process */
};

/* The caller frees the result, which is NULL where there is no memory. */
struct vns_life *vns_life_new(void);

/* Takes the connection, which the life closes from then on. */
void vns_life_begin(struct vns_life *life, int connection);

/*
 * Gives the connection back to the caller. Returns -1 if there is none, or none
 * any more, and in a child of the process that began life. life may be NULL.
 */
int vns_life_take(struct vns_life *life);

/*
 * Closes the connection, so that the keeper sees the session's end. It does
 * nothing in a child of the process that began life: the session is the
 * parent's. A program that closes unknown descriptors may have another file
 * under this number by now, which stays open. life may be NULL.
 */
void vns_life_end(struct vns_life *life);

#endif
