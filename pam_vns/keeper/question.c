/*
 * Checks who has connected, and reads their questions; what is none is an
 * error.
 */
#include "keeper/question.h"

#include "keeper/reply.h"
#include "system/deadline.h"
#include "wire/version.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

/* The module sends its question at once; for a process that was stopped. */
#define QUESTION_MS 5000
/* A program takes no longer from the account phase to the session. */
#define FOLLOW_MS 2000

int vns_question_peer(int connection, struct vns_process *leader,
		      bool *replaced, struct vns_error *err)
{
	struct ucred peer = { 0 };
	socklen_t size = sizeof(peer);

	if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return vns_error_errno(err, errno, "SO_PEERCRED");
	if (peer.uid != 0)
		return vns_error_set(err, EPERM,
				     "uid %lu is not root, and is not answered",
				     (unsigned long)peer.uid);
	*replaced = peer.pid == 0;
	if (peer.pid == 0)
		return vns_error_set(err, ESRCH,
				     "it is not in this PID namespace, and "
				     "needs a keeper outside of it");
	return vns_process_open(peer.pid, leader, err);
}

/*
 * A newer module is served by the keeper that has been installed with it. An
 * older one, in a service that was not restarted since, gets an answer by whose
 * version it knows why the login is refused. Returns rc.
 */
static int meet_stranger(int connection, const char *text, size_t size,
			 bool *replaced, int rc)
{
	struct vns_error ignored;

	*replaced = vns_version_of(text, size) > VNS_WIRE_VERSION;
	if (!*replaced)
		(void)vns_reply_refuse(connection, &ignored);
	return rc;
}

int vns_question_take(int connection, struct vns_question *question,
		      bool *replaced, struct vns_error *err)
{
	VNS_AUTOFREE char *text = malloc(VNS_ASK_MAX);
	ssize_t size;
	int rc;

	if (!text)
		return vns_error_memory(err);
	size = vns_deadline_wait(connection, vns_deadline_now() + QUESTION_MS);
	if (size == 0)
		size = vns_channel_receive(connection, text, VNS_ASK_MAX,
					   &question->extras, MSG_DONTWAIT);
	if (size < 0)
		return vns_error_errno(err, (int)-size, "a question");
	if (size == 0)
		return vns_error_set(err, ENODATA, "no question");
	rc = vns_ask_unpack(text, (size_t)size, &question->fields,
			    &question->ask, err);
	return rc == -EPROTO ? meet_stranger(connection, text, (size_t)size,
					     replaced, rc) :
			       rc;
}

void vns_question_free(struct vns_question *question)
{
	vns_strings_free(&question->fields);
	vns_channel_drop(&question->extras);
	*question = (struct vns_question){ 0 };
}

bool vns_question_follows(int connection, int keeper)
{
	struct pollfd fds[] = { { .fd = connection, .events = POLLIN },
				{ .fd = keeper, .events = POLLIN } };

	return poll(fds, 2, FOLLOW_MS) > 0 && fds[0].revents && !fds[1].revents;
}
