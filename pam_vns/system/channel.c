/*
 * Wraps a SOCK_SEQPACKET socket pair: descriptors travel in control messages,
 * and a step's answer is a struct of fixed size.
 */
#include "system/channel.h"

#include "system/safefile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int vns_channel_open(int ends[2], struct vns_error *err)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return vns_error_errno(err, errno, "socketpair");
	return 0;
}

pid_t vns_channel_fork(int *channel, struct vns_error *err)
{
	int ends[2];
	int rc = vns_channel_open(ends, err);
	pid_t pid;

	*channel = -1;
	if (rc < 0)
		return rc;
	pid = fork();
	if (pid < 0)
		rc = vns_error_errno(err, errno, "fork");
	if (pid >= 0)
		*channel = ends[pid == 0];
	else
		close(ends[0]);
	close(ends[pid != 0]);
	return pid < 0 ? rc : pid;
}

/* --- messages ------------------------------------------------------------- */

/* Room for the descriptors and the sender's ids. */
union control {
	char space[CMSG_SPACE(VNS_CHANNEL_FDS * sizeof(int)) +
		   CMSG_SPACE(sizeof(struct ucred))];
	struct cmsghdr header;
};

int vns_channel_send(int channel, const void *data, size_t size, const int *fds,
		     size_t count, int flags)
{
	union control control = { 0 };
	struct iovec iov = { (void *)data, size };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *header = &control.header;
	const size_t length = count * sizeof(*fds);

	flags |= MSG_NOSIGNAL;
	if (count == 0)
		return send(channel, data, size, flags) < 0 ? -errno : 0;
	if (count > VNS_CHANNEL_FDS)
		return -EINVAL;
	message.msg_control = &control;
	message.msg_controllen = CMSG_SPACE(length);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(length);
	memcpy(CMSG_DATA(header), fds, length);
	return sendmsg(channel, &message, flags) < 0 ? -errno : 0;
}

static void take_fds(const struct cmsghdr *header,
		     struct vns_channel_extras *extras)
{
	const unsigned char *data = CMSG_DATA(header);
	const unsigned char *end =
		(const unsigned char *)header + header->cmsg_len;

	for (; data + sizeof(int) <= end; data += sizeof(int)) {
		int fd;

		memcpy(&fd, data, sizeof(fd));
		if (extras->count < VNS_CHANNEL_FDS)
			extras->fds[extras->count++] = fd;
		else
			close(fd);
	}
}

static void take_extras(struct msghdr *message,
			struct vns_channel_extras *extras)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	for (; header; header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_level != SOL_SOCKET)
			continue;
		if (header->cmsg_type == SCM_RIGHTS)
			take_fds(header, extras);
		if (header->cmsg_type == SCM_CREDENTIALS &&
		    header->cmsg_len == CMSG_LEN(sizeof(extras->sender)))
			memcpy(&extras->sender, CMSG_DATA(header),
			       sizeof(extras->sender));
	}
}

ssize_t vns_channel_receive(int channel, void *data, size_t size,
			    struct vns_channel_extras *extras, int flags)
{
	union control control;
	struct iovec iov = { data, size };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t length;

	*extras = (struct vns_channel_extras){ 0 };
	do
		length = recvmsg(channel, &message, MSG_CMSG_CLOEXEC | flags);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return -errno;
	take_extras(&message, extras);
	return length;
}

void vns_channel_drop(struct vns_channel_extras *extras)
{
	for (; extras->count > 0; extras->count--)
		vns_safefile_close(&extras->fds[extras->count - 1]);
}

/* --- steps ---------------------------------------------------------------- */

struct answer {
	int code; /* 0 or a negative errno */
	unsigned char result[VNS_CHANNEL_RESULT];
	struct vns_error error;
};

bool vns_channel_answer(int channel, int code, const void *result, size_t size,
			const struct vns_error *err)
{
	struct answer answer = { .code = code };

	if (code < 0)
		answer.error = *err;
	else if (size > 0 && size <= sizeof(answer.result))
		memcpy(answer.result, result, size);
	return vns_channel_send(channel, &answer, sizeof(answer), NULL, 0, 0) ==
		       0 &&
	       code == 0;
}

static ssize_t receive(int channel, void *data, size_t size)
{
	VNS_AUTOEXTRAS struct vns_channel_extras none;

	return vns_channel_receive(channel, data, size, &none, 0);
}

bool vns_channel_await(int channel)
{
	char byte = 0;

	return receive(channel, &byte, 1) == 1;
}

int vns_channel_tell(int channel, const char *who, struct vns_error *err)
{
	int rc = vns_channel_send(channel, "", 1, NULL, 0, 0);

	return rc < 0 ? vns_error_errno(err, -rc, "%s", who) : 0;
}

int vns_channel_hear(int channel, const char *who, void *result, size_t size,
		     struct vns_error *err)
{
	struct answer answer = { 0 };

	if (receive(channel, &answer, sizeof(answer)) != sizeof(answer))
		return vns_error_set(err, EIO, "%s died", who);
	if (answer.code < 0)
		*err = answer.error;
	else if (size > 0 && size <= sizeof(answer.result))
		memcpy(result, answer.result, size);
	return answer.code;
}

int vns_channel_hear_end(int channel, const char *who, struct vns_error *err)
{
	struct answer answer = { 0 };
	ssize_t length = receive(channel, &answer, sizeof(answer));

	if (length == 0)
		return 0;
	if (length != sizeof(answer) || answer.code >= 0)
		return vns_error_set(err, EIO, "%s died", who);
	*err = answer.error;
	return answer.code;
}
