/*
 * Cuts a text into messages that a socket takes (SOCK_SEQPACKET in unix(7)),
 * and puts them together again.
 */
#include "system/parcel.h"

#include "lib/util.h"
#include "system/deadline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A message of this size fits into every socket's buffer. */
#define PIECE 32768UL
/* A stranger must not make the receiver's deadline overflow. */
#define DELAY_MAX (366UL * 24 * 60 * 60)

/* Is in front of the first piece, or alone. */
struct head {
	uint32_t length; /* of the text; 0: wait longer */
	uint32_t delay;	 /* for so many seconds */
};
#define MESSAGE (sizeof(struct head) + PIECE)

static size_t shorter(size_t a, size_t b)
{
	return a < b ? a : b;
}

int vns_parcel_send(int channel, const char *text, size_t length,
		    const int *fds, size_t count)
{
	const struct head head = { (uint32_t)length, 0 };
	VNS_AUTOFREE char *first = NULL;
	size_t sent = shorter(length, PIECE);
	int rc;

	if (length == 0 || length > UINT32_MAX)
		return -EINVAL;
	first = malloc(sizeof(head) + sent);
	if (!first)
		return -ENOMEM;
	memcpy(first, &head, sizeof(head));
	memcpy(first + sizeof(head), text, sent);
	rc = vns_channel_send(channel, first, sizeof(head) + sent, fds, count,
			      0);
	while (rc == 0 && sent < length) {
		size_t piece = shorter(length - sent, PIECE);

		rc = vns_channel_send(channel, text + sent, piece, NULL, 0, 0);
		sent += piece;
	}
	return rc;
}

int vns_parcel_delay(int channel, uint32_t seconds)
{
	const struct head head = { 0, seconds };

	return vns_channel_send(channel, &head, sizeof(head), NULL, 0, 0);
}

/* Receives one message. Returns its length, or -errno. */
static ssize_t receive(int channel, void *data, size_t size, int64_t deadline,
		       struct vns_channel_extras *extras)
{
	ssize_t length = vns_deadline_wait(channel, deadline);

	*extras = (struct vns_channel_extras){ 0 };
	if (length == 0)
		length = vns_channel_receive(channel, data, size, extras,
					     MSG_DONTWAIT);
	if (length == -ECONNRESET)
		return -EPIPE;
	return length == 0 ? -EPIPE : length;
}

/* Returns the length of the first piece behind the head, or -errno. */
static ssize_t receive_first(int channel, char message[MESSAGE],
			     struct head *head, int64_t deadline,
			     struct vns_channel_extras *extras, bool *delayed)
{
	for (;;) {
		ssize_t got =
			receive(channel, message, MESSAGE, deadline, extras);

		if (got < 0)
			return got;
		if (got < (ssize_t)sizeof(*head))
			return -EBADMSG;
		memcpy(head, message, sizeof(*head));
		got -= (ssize_t)sizeof(*head);
		if (head->length > 0)
			return got == (ssize_t)shorter(head->length, PIECE) ?
				       got :
				       -EBADMSG;
		if (got > 0 || head->delay > DELAY_MAX)
			return -EBADMSG;
		vns_channel_drop(extras);
		deadline = vns_deadline_now() + (int64_t)head->delay * 1000;
		*delayed = true;
	}
}

/* The other pieces follow at once: the sender has them all. */
static int receive_rest(int channel, char *text, size_t done, size_t length,
			int64_t deadline)
{
	while (done < length) {
		struct vns_channel_extras none;
		ssize_t got = receive(channel, text + done, length - done,
				      deadline, &none);

		vns_channel_drop(&none);
		if (got < 0)
			return (int)got;
		done += (size_t)got;
	}
	return 0;
}

int vns_parcel_receive(int channel, size_t max, int64_t deadline, char **text,
		       size_t *length, struct vns_channel_extras *extras,
		       bool *delayed)
{
	VNS_AUTOFREE char *message = malloc(MESSAGE);
	VNS_AUTOFREE char *taken = NULL;
	struct head head = { 0 };
	ssize_t first;
	int rc;

	if (!message)
		return -ENOMEM;
	/* Most messages are short: the rest costs nothing if left alone. */
	memset(message, 0, sizeof(head));
	first = receive_first(channel, message, &head, deadline, extras,
			      delayed);
	if (first < 0)
		return (int)first;
	if (head.length > max)
		return -EBADMSG;
	taken = malloc((size_t)head.length + 1);
	if (!taken)
		return -ENOMEM;
	memcpy(taken, message + sizeof(head), (size_t)first);
	rc = receive_rest(channel, taken, (size_t)first, head.length,
			  *delayed ? vns_deadline_now() + 10000 : deadline);
	if (rc < 0)
		return rc;
	taken[head.length] = '\0';
	*text = taken;
	*length = head.length;
	taken = NULL;
	return 0;
}
