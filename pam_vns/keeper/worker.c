/*
 * Accepts connections, serves what they ask, and hands sessions that have begun
 * over to the keeper.
 */
#include "keeper/worker.h"

#include "keeper/close.h"
#include "keeper/serve.h"
#include "system/channel.h"
#include "system/safefile.h"
#include "wire/words.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What libc and others keep in memory must not grow for ever. */
#define LOGINS_MAX 1000

/*
 * A worker's number of the listening socket, the same in all, for a signal
 * handler.
 */
#define LISTENER 63

static void close_listener(int number)
{
	(void)number;
	close(LISTENER);
}

/*
 * While it waits, a worker ends with the keeper. While it serves, it finishes,
 * but lets go of the socket: logins that come now must not wait for a worker to
 * accept them, but start another keeper.
 */
static void depend_on(pid_t keeper, bool waits)
{
	prctl(PR_SET_PDEATHSIG, waits ? SIGKILL : SIGHUP);
	if (getppid() == keeper)
		return;
	if (waits)
		_exit(0);
	close(LISTENER);
}

static void prepare(const struct vns_office *office)
{
	const struct sigaction action = { .sa_handler = close_listener,
					  .sa_flags = SA_RESTART };

	if (sigaction(SIGHUP, &action, NULL) < 0 ||
	    dup3(office->listener, LISTENER, O_CLOEXEC) < 0)
		_exit(1);
	close(office->listener);
}

static int wait_for_login(pid_t keeper)
{
	int connection;

	depend_on(keeper, true);
	do
		connection = accept4(LISTENER, NULL, NULL, SOCK_CLOEXEC);
	while (connection < 0 && (errno == EINTR || errno == ECONNABORTED));
	depend_on(keeper, false);
	return connection;
}

static void tell(const struct vns_office *office,
		 const struct vns_office_note *note, const int *fds,
		 size_t count)
{
	(void)vns_channel_send(office->door, note, sizeof(*note), fds, count,
			       0);
}

/*
 * Hands the session over. If the keeper has ended, the session may have been
 * recorded too late for the next one to find it: so it is watched here. Both may
 * then notice the end, and one of them will claim it.
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

static bool serve(const struct vns_office *office, int connection,
		  struct vns_served *served)
{
	vns_serve(connection, office->sessions, served);
	if (served->refused)
		vns_metrics_add_refusal(office->metrics, served->refusal);
	else if (served->name[0])
		vns_metrics_add_login(office->metrics);
	if (served->name[0])
		hand_over(office, connection, served);
	served->name[0] = '\0';
	vns_safefile_close(&served->master);
	return !served->spent;
}

_Noreturn void vns_worker_run(const struct vns_office *office, int number,
			      pid_t keeper)
{
	const struct vns_office_note more = { .word = VNS_OFFICE_MORE };
	struct vns_office_board *board = office->board;
	int logins;

	prepare(office);
	for (logins = 1;; logins++) {
		int connection = wait_for_login(keeper);
		bool good;

		atomic_store(&board->waits[number], false);
		if (atomic_fetch_sub(&board->waiting, 1) <= 1)
			tell(office, &more, NULL, 0);
		if (connection < 0)
			_exit(1);
		good = serve(office, connection, &board->served[number]);
		close(connection);
		if (!good || logins == LOGINS_MAX ||
		    atomic_load(&board->waiting) >= VNS_OFFICE_SPARE)
			_exit(0);
		atomic_fetch_add(&board->waiting, 1);
		atomic_store(&board->waits[number], true);
	}
}
