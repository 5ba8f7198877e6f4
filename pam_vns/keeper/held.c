/* Keeps a struct for each session, which epoll(7) hands back. */
#include "keeper/held.h"

#include "system/safefile.h"
#include "wire/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

struct vns_held *vns_held_add(int epoll, int fd, int master,
			      const vns_session name)
{
	struct vns_held *held = calloc(1, sizeof(*held));
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = held };

	if (!held) {
		vns_safefile_close(&fd);
		vns_safefile_close(&master);
		return NULL;
	}
	held->fd = fd;
	held->master = master;
	memcpy(held->name, name, sizeof(held->name));
	if (fd >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0)
		return held;
	vns_held_free(epoll, held);
	return NULL;
}

bool vns_held_lives(struct vns_held *held)
{
	char word = 0;
	ssize_t size;

	if (held->process)
		return false;
	size = recv(held->fd, &word, 1, MSG_DONTWAIT);
	if (size < 0)
		return errno == EAGAIN || errno == EINTR;
	if (word == VNS_WORD_ENTERED)
		held->entered = true;
	/* Once entered, nothing that is said has a meaning. */
	return size > 0 && held->entered;
}

/*
 * epoll would go on to report a connection that a worker, or a process that has
 * just been forked, has not closed yet, by a pointer to what is freed.
 */
void vns_held_end(int epoll, struct vns_held *held)
{
	if (held->fd >= 0)
		(void)epoll_ctl(epoll, EPOLL_CTL_DEL, held->fd, NULL);
	vns_safefile_close(&held->fd);
	held->fd = -1;
}

void vns_held_free(int epoll, struct vns_held *held)
{
	vns_held_end(epoll, held);
	vns_safefile_close(&held->master);
	free(held);
}
