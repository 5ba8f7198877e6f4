/*
 * Forks the child that opens a session, makes the change when the child stops
 * on its way, and hears what has come of the session.
 */
#include "session.h"

#include "points.h"

#include <err.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

struct shared *shared;

static void hand_over(int channel)
{
	int listener = fault_begin();

	send(channel, &listener, sizeof(listener), MSG_NOSIGNAL);
	recv(channel, &listener, 1, 0);
	close(listener);
}

static _Noreturn void run_session(int channel, long at)
{
	struct result result = { 0 };
	char *before, word;
	size_t i;

	for (i = 0; i < PLACES; i++)
		forget(&places[i]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fault)
		hand_over(channel);
	before = describe();
	points_arm(channel, at);
	shared->counts = true;
	result.rc = pam_open_session(pamh, 0);
	shared->counts = false;
	result.points = points_disarm();
	result.dumpable = prctl(PR_GET_DUMPABLE);
	snprintf(result.locale, sizeof(result.locale), "%s",
		 setlocale(LC_ALL, NULL));
	snprintf(result.reason, sizeof(result.reason), "%.511s", points_reason);
	if (result.rc != PAM_SUCCESS)
		compare(before, describe(), result.changed,
			sizeof(result.changed));
	send(channel, &result, sizeof(result), MSG_NOSIGNAL);
	/* What was meant for a child of the module's may lie there, too. */
	while (recv(channel, &word, 1, 0) == 1 && word != 'E')
		;
	_exit(0);
}

void begin_session(struct session *session, long at)
{
	const struct timeval limit = { HANGS_S, 0 };
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		err(1, "socketpair");
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	fflush(stdout);
	*session = (struct session){ .channel = ends[0], .at = at };
	session->pid = fork();
	if (session->pid < 0)
		err(1, "fork");
	if (session->pid == 0) {
		close(ends[0]);
		run_session(ends[1], at);
	}
	close(ends[1]);
	session->pidfd = (int)syscall(SYS_pidfd_open, session->pid, 0);
	if (session->pidfd < 0)
		err(1, "pidfd_open");
	session->listener = -1;
	if (!fault)
		return;
	if (recv(session->channel, ends, sizeof(int), 0) != sizeof(int))
		errx(1, "the child has no filter");
	session->listener = fault_take(session->pidfd, ends[0]);
	send(session->channel, "", 1, MSG_NOSIGNAL);
}

/* Until there is something to hear. */
static void serve(struct session *session)
{
	struct pollfd fds[] = {
		{ .fd = session->channel, .events = POLLIN },
		{ .fd = session->listener, .events = POLLIN },
	};

	while (session->listener >= 0 && poll(fds, 2, HANGS_S * 1000) > 0 &&
	       !fds[0].revents)
		if (fds[1].revents & POLLIN)
			fault_serve(session->listener, fault, shared->counts);
}

bool hear(struct session *session, struct result *result)
{
	ssize_t length;

	for (;;) {
		serve(session);
		length = recv(session->channel, result, sizeof(*result), 0);
		if (length == sizeof(*result))
			return true;
		if (length < 0)
			wrong(session, "it hangs", strerror(errno));
		if (length != 1)
			return false;
		if (!session->acted) {
			session->outside = is_outside(session->pid);
			act();
		}
		session->acted = true;
		send(session->channel, "", 1, MSG_NOSIGNAL);
	}
}

int end_session(struct session *session)
{
	int status = 0;

	send(session->channel, "E", 1, MSG_NOSIGNAL);
	close(session->channel);
	/* Its own end has said so, or something is very wrong. */
	if (!is_dead(session->pidfd, HANGS_S * 1000))
		kill(session->pid, SIGKILL);
	while (waitpid(session->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(session->pidfd);
	if (session->listener >= 0)
		close(session->listener);
	return status;
}
