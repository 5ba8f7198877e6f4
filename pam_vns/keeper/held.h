/*
 * The sessions that live, as the keeper holds them: each by one descriptor, its
 * connection or, if an earlier keeper had that, its process.
 */
#ifndef VNS_HELD_H
#define VNS_HELD_H

#include "vserver/sessions.h"

struct vns_held {
	int fd;	      /* readable when the session says something or ends */
	int master;   /* of its terminal (bindtty.h), or -1 */
	bool process; /* fd is a pidfd */
	bool entered; /* the session has begun */
	vns_session name;
	struct vns_held *next; /* for the caller */
};

/*
 * Takes a session over, and has epoll report it, with the result as data. The
 * descriptors belong to the result, also if there is not enough memory and NULL
 * is returned.
 */
struct vns_held *vns_held_add(int epoll, int fd, int master,
			      const vns_session name);

/*
 * Hears what the session says. Returns false if it has ended, and then the
 * caller frees it.
 */
bool vns_held_lives(struct vns_held *held);

/* Has epoll report the session no more, and closes its descriptor. */
void vns_held_end(int epoll, struct vns_held *held);

void vns_held_free(int epoll, struct vns_held *held);

#endif
