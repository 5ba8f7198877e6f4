/*
 * Accepts connections, serves what they ask, and hands sessions that have begun
 * over to the keeper.
 */
#include "keeper/worker.h"

#include "keeper/close.h"
#include "keeper/serve.h"
#include "system/channel.h"
#include "system/runtime.h"
#include "system/safefile.h"
#include "wire/words.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What libc and others keep in memory must not grow for ever. */
#define LOGINS_MAX 1000

/* A keeper that is asked to leave does so at once. */
#define LEAVE_MS 5000

struct worker {
	const struct vns_office *office;
	int number;
	pid_t keeper;
	int pidfd;    /* of the keeper */
	int listener; /* -1 while a login is served */
	struct vns_serve_kept kept;
};

/*
 * While it waits, a worker ends with the keeper; while it serves, it finishes.
 * A signal would not do then: a directory service's module that is interrupted
 * may say that there is no such group.
 */
static void depend_on(pid_t keeper, bool depends)
{
	prctl(PR_SET_PDEATHSIG, depends ? SIGKILL : 0);
	if (depends && getppid() != keeper)
		_exit(0);
}

/*
 * Only workers that wait, and so end with the keeper, have the listening
 * socket: while one had it that serves a login which hangs, logins could
 * connect to the socket of a keeper that is no more. It is taken from the
 * keeper, which has it under the same number; where that is not allowed, a new
 * worker inherits it.
 */
static bool open_listener(struct worker *worker)
{
	worker->listener = (int)syscall(SYS_pidfd_getfd, worker->pidfd,
					worker->office->listener, 0);
	return worker->listener >= 0;
}

static int wait_for_login(struct worker *worker)
{
	int connection;

	depend_on(worker->keeper, true);
	do
		connection =
			accept4(worker->listener, NULL, NULL, SOCK_CLOEXEC);
	while (connection < 0 && (errno == EINTR || errno == ECONNABORTED));
	depend_on(worker->keeper, false);
	vns_safefile_close(&worker->listener);
	worker->listener = -1;
	return connection;
}

static void tell(const struct vns_office *office, enum vns_office_word word)
{
	const struct vns_office_note note = { .word = word };

	(void)vns_channel_send(office->door, &note, sizeof(note), NULL, 0, 0);
}

/* The module asks anew when the connection ends: then the keeper has left. */
static void have_keeper_leave(const struct worker *worker)
{
	struct pollfd fds = { .fd = worker->pidfd, .events = POLLIN };

	tell(worker->office, VNS_OFFICE_LEAVE);
	(void)poll(&fds, 1, LEAVE_MS);
}

/*
 * Hands the session over. If the keeper has ended, the session may have been
 * recorded too late for the next one to find it: so it is watched here. Both
 * may then notice the end, and one of them will claim it.
 */
static void hand_over(const struct vns_office *office, int connection,
		      const struct vns_served *served)
{
	struct vns_office_note note = { .word = VNS_OFFICE_SESSION,
					.entered = served->entered };
	const int fds[] = { connection, served->master };
	bool entered = served->entered;
	ssize_t size;
	char word;
	size_t i;

	for (i = 0; i < sizeof(note.name); i++)
		note.name[i] = served->name[i];
	if (vns_channel_send(office->door, &note, sizeof(note), fds,
			     served->master >= 0 ? 2 : 1, 0) == 0)
		return;
	do {
		size = recv(connection, &word, 1, 0);
		entered = entered || (size > 0 && word == VNS_WORD_ENTERED);
	} while (size > 0 || (size < 0 && errno == EINTR));
	vns_close_session(office, served->name, entered, served->master);
}

static bool serve(struct worker *worker, int connection)
{
	const struct vns_office *office = worker->office;
	struct vns_served *served = &office->board->served[worker->number];

	vns_serve(connection, office->sessions, &worker->kept, served);
	if (served->refused)
		vns_metrics_add_refusal(office->metrics, served->refusal);
	else if (served->name[0])
		vns_metrics_add_login(office->metrics);
	if (served->name[0])
		hand_over(office, connection, served);
	served->name[0] = '\0';
	vns_safefile_close(&served->master);
	if (served->replaced)
		have_keeper_leave(worker);
	return !served->spent;
}

static struct worker begin(const struct vns_office *office, int number,
			   pid_t keeper)
{
	struct worker worker = {
		.office = office,
		.number = number,
		.keeper = keeper,
		.pidfd = (int)syscall(SYS_pidfd_open, keeper, 0),
		.listener = office->listener,
		.kept = VNS_SERVE_KEPT_NONE,
	};

	worker.kept.keeper = worker.pidfd;
	/* If the number is another process's by now, the keeper has ended. */
	if (getppid() != keeper)
		_exit(0);
	/* Services of the name service switch may write to closed sockets. */
	(void)signal(SIGPIPE, SIG_IGN);
	return worker;
}

/* So that the first login need not wait for it, if this is its run_dir. */
static void open_holder(struct worker *worker)
{
	VNS_AUTOCLOSE int run = -1;
	struct vns_error ignored;

	if (vns_runtime_top(&run, &ignored) == 0)
		(void)vns_holder_open(run, &worker->kept.holder, &ignored);
}

/* One that looked at what does not answer could not be killed at once. */
static void reap_children(void)
{
	while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
		;
}

_Noreturn void vns_worker_run(const struct vns_office *office, int number,
			      pid_t keeper)
{
	struct worker worker = begin(office, number, keeper);
	int logins;

	open_holder(&worker);
	for (logins = 1;; logins++) {
		int connection = wait_for_login(&worker);
		bool good;

		/* As one that waits: so it is not replaced at once. */
		if (connection < 0)
			_exit(1);
		vns_office_wait(office->board, number, false);
		if (vns_office_waiting(office->board) == 0)
			tell(office, VNS_OFFICE_MORE);
		good = serve(&worker, connection);
		close(connection);
		reap_children();
		if (!good || logins == LOGINS_MAX ||
		    vns_office_waiting(office->board) >= VNS_OFFICE_SPARE ||
		    !open_listener(&worker))
			_exit(0);
		vns_office_wait(office->board, number, true);
	}
}
