/*
 * Sends a text of any length, with descriptors, over a channel (channel.h), and
 * lets the receiver know that it takes longer.
 */
#ifndef VNS_PARCEL_H
#define VNS_PARCEL_H

#include "system/channel.h"

#include <stdint.h>

/* Sends the text and count descriptors. Returns 0 or -errno. */
int vns_parcel_send(int channel, const char *text, size_t length,
		    const int *fds, size_t count);

/*
 * Asks the receiver to wait so many seconds longer, counted from now. From then
 * on it must not ask anew if the sender goes away. Returns 0 or -errno.
 */
int vns_parcel_delay(int channel, uint32_t seconds);

/*
 * Receives a text of at most max bytes until the deadline (deadline.h), which
 * vns_parcel_delay moves; *delayed says whether it did. The caller frees *text,
 * behind which there is a NUL. The descriptors are the caller's
 * (vns_channel_drop), also after a failure. Returns 0, -ETIMEDOUT, -EPIPE if
 * the sender has gone away, -EBADMSG for what vns_parcel_send does not send, or
 * another -errno.
 */
int vns_parcel_receive(int channel, size_t max, int64_t deadline, char **text,
		       size_t *length, struct vns_channel_extras *extras,
		       bool *delayed);

#endif
