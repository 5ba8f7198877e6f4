/*
 * Connects to the keeper, starts it if it does not run, and takes its answer.
 */
#include "module/inquire.h"

#include "lib/paths.h"
#include "module/unwinder.h"
#include "system/deadline.h"
#include "system/parcel.h"
#include "system/safefile.h"
#include "system/spawn.h"
#include "system/vet.h"
#include "wire/words.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>

/* Starting the keeper takes milliseconds; seconds, for a host in trouble. */
#define START_TIMEOUT 30
/* A keeper that leaves just now, or is being replaced, is asked once more. */
#define TRIES_MAX 5
/*
 * But not if that comes so late, in milliseconds: it has not left, but a
 * directory hangs, and it will hang again.
 */
#define LATE_MS 10000
/* The keeper gives up before: so much longer, in seconds, it is waited for. */
#define PATIENCE 10
/* A socket whose queue is full for so many seconds belongs to a dead keeper. */
#define CONNECT_TIMEOUT 20

void vns_inquire_end(struct vns_inquiry *inquiry)
{
	vns_answer_free(&inquiry->answer);
	vns_answer_free(&inquiry->identity);
	vns_place_close(&inquiry->place);
	vns_safefile_close(&inquiry->cwd);
	vns_safefile_close(&inquiry->cgroup);
	vns_safefile_close(&inquiry->connection);
	*inquiry = VNS_INQUIRY_NONE;
}

/* --- the connection ------------------------------------------------------- */

static int start_keeper(struct vns_error *err)
{
	char *const argv[] = { (char *)VNS_SBINDIR "/vns", (char *)"keeper",
			       (char *)"--background", NULL };
	char *const envp[] = { (char *)VNS_SPAWN_PATH, NULL };
	struct vns_spawn_said said;
	int rc = vns_spawn_run_apart(argv, envp, START_TIMEOUT, 0, &said, err);

	said.errors[strcspn(said.errors, "\n")] = '\0';
	if (rc < 0 && said.errors[0])
		vns_error_set(err, -rc, "%s", said.errors);
	if (rc < 0)
		vns_error_context(err, "starting the keeper");
	return rc;
}

/* Whoever is not root cannot be the keeper, whatever path they have got. */
static int check_peer(int fd, struct vns_error *err)
{
	struct ucred peer = { 0 };
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return vns_error_errno(err, errno, VNS_KEEPER_SOCKET);
	if (peer.uid != 0)
		return vns_error_set(err, EPERM,
				     VNS_KEEPER_SOCKET
				     ": uid %lu listens there, and not root",
				     (unsigned long)peer.uid);
	return 0;
}

/*
 * What has a number below 3 is closed by whoever redirects a standard
 * descriptor, and the session would end.
 */
static int open_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int moved = fd;

	if (fd >= 0 && fd <= 2) {
		moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		vns_safefile_close(&fd);
	}
	return moved;
}

/* Returns -ENOENT or -ECONNREFUSED where no keeper listens. */
static int try_connect(int *connection, struct vns_error *err)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX,
					     .sun_path = VNS_KEEPER_SOCKET };
	const struct timeval limit = { CONNECT_TIMEOUT, 0 };
	VNS_AUTOCLOSE int fd = open_socket();
	int rc;

	if (fd < 0)
		return vns_error_errno(err, errno, "socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	do
		rc = connect(fd, (const struct sockaddr *)&address,
			     sizeof(address)) < 0 ?
			     -errno :
			     0;
	while (rc == -EINTR);
	if (rc < 0)
		return vns_error_errno(
			err, -rc,
			"connecting to the keeper, " VNS_KEEPER_SOCKET);
	rc = check_peer(fd, err);
	if (rc < 0)
		return rc;
	*connection = fd;
	fd = -1;
	return 0;
}

static int connect_keeper(int *connection, struct vns_error *err)
{
	int rc = try_connect(connection, err);

	if (rc != -ENOENT && rc != -ECONNREFUSED)
		return rc;
	rc = start_keeper(err);
	return rc < 0 ? rc : try_connect(connection, err);
}

/* --- the answer ----------------------------------------------------------- */

/* Returns where in inquiry a descriptor belongs. */
static int *find_slot(struct vns_inquiry *inquiry, int fd)
{
	switch (fd) {
	case VNS_ANSWER_ROOT:
		return &inquiry->place.root;
	case VNS_ANSWER_GUARD:
		return &inquiry->place.guard;
	case VNS_ANSWER_PROCESS:
		return &inquiry->place.process;
	case VNS_ANSWER_CWD:
		return &inquiry->cwd;
	case VNS_ANSWER_CGROUP:
		return &inquiry->cgroup;
	default:
		return &inquiry->place.ns[fd - VNS_ANSWER_NS];
	}
}

static int take_place(struct vns_inquiry *inquiry,
		      struct vns_channel_extras *extras, struct vns_error *err)
{
	const unsigned wanted = inquiry->answer.descriptors;
	size_t next = 0;
	int fd;

	for (fd = 0; fd < VNS_ANSWER_FDS; fd++) {
		if (!(wanted & VNS_ANSWER_FDSET(fd)))
			continue;
		if (next == extras->count)
			return vns_error_set(err, EMFILE,
					     "not all descriptors have arrived:"
					     " this process may open no more");
		*find_slot(inquiry, fd) = extras->fds[next];
		extras->fds[next++] = -1;
	}
	if (inquiry->answer.kind != VNS_ANSWER_PLACE)
		return 0;
	inquiry->place.owner = inquiry->answer.owner;
	inquiry->place.shared = inquiry->place.process >= 0 &&
				inquiry->place.guard < 0;
	return vns_vet_place(&inquiry->place, 0, "what the keeper has sent",
			     err);
}

/* A login that has used up the keeper's time is not asked about again. */
static int no_answer(int64_t deadline, struct vns_error *err)
{
	if (vns_deadline_now() >= deadline - (PATIENCE + 1) * 1000L)
		return vns_error_set(err, ETIMEDOUT,
				     "the keeper has given up after %d seconds:"
				     " a directory of users or a file system "
				     "that it has asked does not answer",
				     VNS_KEEPER_TIME);
	return vns_error_set(err, EPIPE,
			     "the keeper has ended the connection without an "
			     "answer: see its own lines in the log");
}

static int receive_answer(int connection, struct vns_answer *answer,
			  struct vns_channel_extras *extras, bool *begun,
			  struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	const int64_t deadline =
		vns_deadline_now() + (VNS_KEEPER_TIME + PATIENCE) * 1000L;
	size_t length = 0;
	int rc = vns_parcel_receive(connection, VNS_ANSWER_MAX, deadline, &text,
				    &length, extras, begun);

	if (rc == -EPIPE)
		return no_answer(deadline, err);
	if (rc < 0)
		return vns_error_errno(err, -rc, "the keeper's answer");
	rc = vns_answer_unpack(text, length, answer, err);
	if (rc < 0)
		vns_error_context(err, "the keeper's answer");
	return rc;
}

static int receive(struct vns_inquiry *inquiry, int connection, bool *begun,
		   struct vns_error *err)
{
	VNS_AUTOEXTRAS struct vns_channel_extras extras = { 0 };
	int rc = receive_answer(connection, &inquiry->answer, &extras, begun,
				err);

	return rc < 0 ? rc : take_place(inquiry, &extras, err);
}

int vns_inquire_identity(struct vns_inquiry *inquiry, struct vns_error *err)
{
	VNS_AUTOEXTRAS struct vns_channel_extras none = { 0 };
	bool begun = true;
	int rc = receive_answer(inquiry->connection, &inquiry->identity, &none,
				&begun, err);

	if (rc < 0 || inquiry->identity.kind == VNS_ANSWER_IDENTITY)
		return rc;
	if (inquiry->identity.kind != VNS_ANSWER_REFUSE)
		return vns_error_set(err, EPROTO,
				     "the keeper's answer is not the one that "
				     "follows a place");
	vns_answer_free(&inquiry->answer);
	inquiry->answer = inquiry->identity;
	inquiry->identity = (struct vns_answer){ 0 };
	return vns_error_set(err, EACCES, "the keeper refuses the login");
}

/* *begun says whether asking anew would repeat what must not be repeated. */
static int ask_once(const char *text, size_t length, int terminal, int kept,
		    struct vns_inquiry *inquiry, bool *begun,
		    struct vns_error *err)
{
	VNS_AUTOCLOSE int connection = kept;
	int rc = kept < 0 ? connect_keeper(&connection, err) : 0;

	if (rc < 0)
		return rc;
	rc = vns_channel_send(connection, text, length, &terminal,
			      terminal >= 0, 0);
	if (rc < 0)
		return vns_error_errno(err, rc == -ECONNRESET ? EPIPE : -rc,
				       "asking the keeper");
	/* Whoever enters will need it; meanwhile the keeper works. */
	(void)vns_unwinder_load(err);
	rc = receive(inquiry, connection, begun, err);
	if (rc < 0 || inquiry->answer.kind == VNS_ANSWER_REFUSE)
		return rc;
	inquiry->connection = connection;
	connection = -1;
	return 0;
}

/* Asks, once. */
static int ask_packed(const struct vns_ask *ask, int terminal, int kept,
		      struct vns_inquiry *inquiry, bool *begun,
		      struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc = vns_ask_pack(ask, &text, &length, err);

	if (rc == 0)
		return ask_once(text, length, terminal, kept, inquiry, begun,
				err);
	vns_safefile_close(&kept);
	return rc;
}

/* No other attempt of this process has the same name. */
static void name_attempt(char name[VNS_INQUIRE_ATTEMPT])
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	(void)vns_util_format(name, VNS_INQUIRE_ATTEMPT, "%lld.%09ld",
			      (long long)now.tv_sec, now.tv_nsec);
}

/* Asks until there is an answer. kept is taken from the caller. */
static int ask_all(struct vns_ask ask, int terminal, int kept, int64_t late,
		   struct vns_inquiry *inquiry, struct vns_error *err)
{
	bool begun = false;
	unsigned tries;
	int rc;

	for (tries = 1;; tries++) {
		*inquiry = VNS_INQUIRY_NONE;
		rc = ask_packed(&ask, terminal, kept, inquiry, &begun, err);
		kept = -1;
		if (rc == 0)
			break;
		vns_inquire_end(inquiry);
		if (begun || tries == TRIES_MAX || vns_deadline_now() > late ||
		    (rc != -EPIPE && rc != -ENOENT && rc != -ECONNREFUSED))
			return rc;
		ask.retry = true;
	}
	vns_util_format(inquiry->attempt, sizeof(inquiry->attempt), "%s",
			ask.attempt);
	inquiry->ask = ask;
	inquiry->terminal = terminal;
	inquiry->begun = begun;
	inquiry->late = late;
	return 0;
}

int vns_inquire(const struct vns_ask *ask, int terminal, int kept,
		struct vns_inquiry *inquiry, struct vns_error *err)
{
	struct vns_ask question = *ask;
	char attempt[VNS_INQUIRE_ATTEMPT];

	name_attempt(attempt);
	question.attempt = attempt;
	return ask_all(question, terminal, kept, vns_deadline_now() + LATE_MS,
		       inquiry, err);
}

int vns_inquire_anew(struct vns_inquiry *inquiry, struct vns_error *err)
{
	const struct vns_inquiry before = *inquiry;
	struct vns_ask question = before.ask;

	if (before.begun || vns_deadline_now() > before.late)
		return -EPIPE;
	question.attempt = before.attempt;
	question.retry = true;
	vns_inquire_end(inquiry);
	return ask_all(question, before.terminal, -1, before.late, inquiry,
		       err);
}

int vns_inquire_again(struct vns_inquiry *inquiry, struct vns_error *err)
{
	const char word = VNS_WORD_AGAIN;
	bool begun = false;
	int connection = inquiry->connection;
	int rc = vns_channel_send(connection, &word, 1, NULL, 0, 0);

	inquiry->connection = -1;
	vns_inquire_end(inquiry);
	if (rc < 0)
		vns_error_errno(err, -rc, "asking the keeper");
	else
		rc = receive(inquiry, connection, &begun, err);
	/* What was asked with is forgotten. */
	inquiry->begun = true;
	if (rc == 0 && inquiry->answer.kind == VNS_ANSWER_PLACE) {
		inquiry->connection = connection;
		return 0;
	}
	vns_safefile_close(&connection);
	return rc;
}

void vns_inquire_log(const struct vns_inquiry *inquiry,
		     const struct vns_log *log)
{
	const struct vns_strings *lines = &inquiry->answer.log;
	size_t i;

	for (i = 0; i < lines->count; i++)
		/* The keeper has escaped them. */
		log->write(log->context,
			   (enum vns_log_level)(*lines->items[i] - '0'),
			   lines->items[i] + 2);
}

void vns_inquire_entered(const struct vns_inquiry *inquiry)
{
	const char word = VNS_WORD_ENTERED;

	/* A keeper that was killed takes the session up by its record. */
	(void)vns_channel_send(inquiry->connection, &word, 1, NULL, 0,
			       MSG_DONTWAIT);
}
