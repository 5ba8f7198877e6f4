/*
 * Cuts a text into messages that a socket takes (SOCK_SEQPACKET in unix(7)),
 * and puts them together again.
 */
#include "system/parcel.h"

#include "lib/util.h"
#include "system/deadline.h"

#include <errno.h>

/* A message of this size fits into every socket's buffer. */
#define PIECE 32768UL
/* A stranger must not make the receiver's deadline overflow. */
#define DELAY_MAX (366UL * 24 * 60 * 60)

/* Goes ahead of the pieces. */
struct head {
	uint32_t length; /* of the text; 0: wait longer */
	uint32_t delay;	 /* for so many seconds */
};

int vns_parcel_send(int channel, const char *text, size_t length,
		    const int *fds, size_t count)
{
	const struct head head = { (uint32_t)length, 0 };
	size_t sent = 0;
	int rc;

	if (length == 0 || length > UINT32_MAX)
		return -EINVAL;
	rc = vns_channel_send(channel, &head, sizeof(head), fds, count, 0);
	while (rc == 0 && sent < length) {
		size_t piece = length - sent < PIECE ? length - sent : PIECE;

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

static int receive_head(int channel, struct head *head, int64_t deadline,
			struct vns_channel_extras *extras, bool *delayed)
{
	for (;;) {
		ssize_t got =
			receive(channel, head, sizeof(*head), deadline, extras);

		if (got < 0)
			return (int)got;
		if (got != sizeof(*head) || head->delay > DELAY_MAX)
			return -EBADMSG;
		if (head->length > 0)
			return 0;
		vns_channel_drop(extras);
		deadline = vns_deadline_now() + (int64_t)head->delay * 1000;
		*delayed = true;
	}
}

/* The pieces follow at once: the sender has them all. */
static int receive_pieces(int channel, char *text, size_t length,
			  int64_t deadline)
{
	size_t done = 0;

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
	VNS_AUTOFREE char *taken = NULL;
	struct head head = { 0 };
	int rc = receive_head(channel, &head, deadline, extras, delayed);

	if (rc < 0)
		return rc;
	if (head.length > max)
		return -EBADMSG;
	taken = malloc((size_t)head.length + 1);
	if (!taken)
		return -ENOMEM;
	rc = receive_pieces(channel, taken, head.length,
			    *delayed ? vns_deadline_now() + 10000 : deadline);
	if (rc < 0)
		return rc;
	taken[head.length] = '\0';
	*text = taken;
	*length = head.length;
	taken = NULL;
	return 0;
}
