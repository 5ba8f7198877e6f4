/*
 * Makes channels between two processes, of which one has forked the other:
 * whole messages, with descriptors sent along (SOCK_SEQPACKET in unix(7)), and
 * on top of them the answers of a child that works in steps. The child does a
 * step, answers, and waits for the go-ahead to the next; it ends if the other
 * side has gone away. No function here raises SIGPIPE.
 */
#ifndef VNS_CHANNEL_H
#define VNS_CHANNEL_H

#include "lib/error.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Makes the two ends of a channel, which are close-on-exec. */
int vns_channel_open(int ends[2], struct vns_error *err);

/*
 * Forks a child with a channel to it, and returns as fork(2) does, but for a
 * negative errno on failure. *channel is the end of the process that it returns
 * in, or -1 on failure.
 */
pid_t vns_channel_fork(int *channel, struct vns_error *err);

/* --- messages ------------------------------------------------------------- */

/* So many descriptors can be sent with one message. */
#define VNS_CHANNEL_FDS 16

/*
 * Sends one message with count descriptors. flags are those of send(2). Returns
 * 0 or -errno. It may be called where only async-signal-safe calls are allowed.
 */
int vns_channel_send(int channel, const void *data, size_t size, const int *fds,
		     size_t count, int flags);

/* What came with a message. */
struct vns_channel_extras {
	int fds[VNS_CHANNEL_FDS]; /* close-on-exec */
	size_t count;
	struct ucred sender; /* with SO_PASSCRED: its ids as seen from here */
};

/*
 * Receives one message of at most size bytes. flags are those of recv(2).
 * Returns its length, 0 if the other end is closed, or -errno. The descriptors
 * are the caller's; whoever takes one leaves -1 in its place.
 */
ssize_t vns_channel_receive(int channel, void *data, size_t size,
			    struct vns_channel_extras *extras, int flags);

/* Closes the descriptors that nobody has taken. */
void vns_channel_drop(struct vns_channel_extras *extras);
#define VNS_AUTOEXTRAS __attribute__((cleanup(vns_channel_drop)))

/* --- the child that works in steps ---------------------------------------- */

/* A step's result has at most this size. */
#define VNS_CHANNEL_RESULT 64

/*
 * Answers that a step is done. code is 0, and then the result is sent; or it is
 * a negative errno, and then err is. Returns false if the work ends here.
 */
bool vns_channel_answer(int channel, int code, const void *result, size_t size,
			const struct vns_error *err);

/* Waits for the go-ahead. Returns false if there will be none. */
bool vns_channel_await(int channel);

/* --- the process that waits for it ---------------------------------------- */

/* Gives the go-ahead. who is what error messages call the child. */
int vns_channel_tell(int channel, const char *who, struct vns_error *err);

/*
 * Waits for the answer. Returns its code, with *result or the error that came
 * with it; and -EIO if the child has ended without an answer.
 */
int vns_channel_hear(int channel, const char *who, void *result, size_t size,
		     struct vns_error *err);

/*
 * Waits until the child has closed its end, as execve(2) does. Returns 0, or
 * the child's code if it has failed before.
 */
int vns_channel_hear_end(int channel, const char *who, struct vns_error *err);

#endif
