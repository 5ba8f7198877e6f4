/*
 * Waits for the workers, the sessions and its children all at once (epoll(7)),
 * and forks a process for whatever takes longer than a moment.
 */
#include "keeper/keeper.h"

#include "keeper/close.h"
#include "keeper/held.h"
#include "keeper/pool.h"
#include "system/channel.h"
#include "system/deadline.h"
#include "system/process.h"
#include "system/safefile.h"
#include "vserver/due.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <syslog.h>

/* With nothing to do, it leaves after so long. */
#define LINGER_MS 10000
/* When it is to finish, it ends if nothing has happened for so long. */
#define QUIET_MS 200
/* Or after so long: a child may be waiting until a vserver is empty. */
#define FINISH_MS 20000
#define EVENTS 64
/* What a lack of processes has prevented is tried again after so long. */
#define PAUSE_MS 1000
/*
 * Whoever ends a session waits for nothing that is done after it, and gets the
 * processor until they have ended, too.
 */
#define CLOSE_MS 5
/* How long stops that are due are waited for, to see to many at once. */
#define STOPS_MS 1000
/* And when a process that saw to one was killed. */
#define AGAIN_MS 5000

struct keeper {
	struct vns_pool pool;
	int epoll;
	int signals;
	size_t sessions;
	struct vns_held *ended; /* not yet sent to a process of their own */
	int64_t closing;	/* when they are to be sent, if there are any */
	int64_t next_stop;	/* when a vserver is to be stopped, or 0 */
	bool leaves;
	bool ends;
	int64_t finish; /* 0, or when it ends whatever is still at work */
};

/* Sends what ends to a process of its own: hooks and a stop take their time. */
static bool close_session(struct keeper *keeper, const vns_session name,
			  bool entered, int master)
{
	pid_t pid = vns_pool_fork(&keeper->pool, master);

	if (pid == 0) {
		vns_close_session(&keeper->pool.office, name, entered, master);
		_exit(0);
	}
	return pid > 0;
}

/* Sees to the held sessions that have ended. */
static void close_ended(struct keeper *keeper)
{
	if (keeper->ended && vns_deadline_now() < keeper->closing)
		return;
	while (keeper->ended) {
		struct vns_held *held = keeper->ended;

		if (!close_session(keeper, held->name, held->entered,
				   held->master)) {
			keeper->closing = vns_deadline_now() + PAUSE_MS;
			return;
		}
		keeper->ended = held->next;
		keeper->sessions--;
		vns_held_free(keeper->epoll, held);
	}
}

/* Opens the leader of a recorded session, or returns -errno. */
static int open_leader(const struct vns_strings *record)
{
	VNS_AUTOPROCESS struct vns_process leader = VNS_PROCESS_NONE;
	struct vns_error ignored;
	int rc = vns_sessions_leader(record, &leader, &ignored);
	int fd = leader.pidfd;

	if (rc < 0)
		return rc;
	leader.pidfd = -1;
	return fd;
}

/* The same by the name of the record. */
static int open_leader_of(int sessions, const vns_session name)
{
	struct vns_strings record = { 0 };
	struct vns_error ignored;
	int fd = vns_sessions_read(sessions, name, &record, &ignored);

	if (fd == 0)
		fd = open_leader(&record);
	vns_strings_free(&record);
	return fd;
}

static void wait_for_leader(int sessions, const vns_session name)
{
	struct pollfd fds = { .events = POLLIN };

	for (;;) {
		fds.fd = open_leader_of(sessions, name);
		if (fds.fd >= 0 || fds.fd == -ESRCH || fds.fd == -ENOENT)
			break;
		/* For lack of memory or descriptors nobody has ended. */
		poll(NULL, 0, PAUSE_MS);
	}
	while (fds.fd >= 0 && poll(&fds, 1, -1) != 1)
		poll(NULL, 0, PAUSE_MS);
	vns_safefile_close(&fds.fd);
}

/* Where the keeper has no room for a session, a process of its own waits. */
static void watch_apart(struct keeper *keeper, const vns_session name)
{
	pid_t pid = vns_pool_fork(&keeper->pool, -1);

	if (pid < 0)
		vns_pool_log(&keeper->pool, LOG_ERR,
			     "session %s: its end will be seen to by the next "
			     "keeper: %m",
			     name);
	if (pid != 0)
		return;
	wait_for_leader(keeper->pool.office.sessions, name);
	vns_close_session(&keeper->pool.office, name, true, -1);
	_exit(0);
}

static struct vns_held *hold(struct keeper *keeper, int fd, int master,
			     const vns_session name)
{
	struct vns_held *held = vns_held_add(keeper->epoll, fd, master, name);

	if (held)
		keeper->sessions++;
	else
		watch_apart(keeper, name);
	return held;
}

/* --- what has been left --------------------------------------------------- */

static bool take_up(const vns_session name, const struct vns_strings *record,
		    void *context)
{
	struct keeper *keeper = context;
	int fd = open_leader(record);
	struct vns_held *held;

	if (fd == -ESRCH && close_session(keeper, name, true, -1))
		return true;
	held = hold(keeper, fd, -1, name);
	if (held) {
		held->process = true;
		held->entered = true;
	}
	return true;
}

/* --- stops that were put off ---------------------------------------------- */

static void await_stop(struct keeper *keeper, int64_t when)
{
	if (when > 0 && (keeper->next_stop == 0 || when < keeper->next_stop))
		keeper->next_stop = when;
}

static void stop_vserver(const struct vns_due *due, void *context)
{
	struct keeper *keeper = context;

	if (vns_pool_fork(&keeper->pool, due->fd) != 0)
		return;
	vns_close_due(due);
	_exit(0);
}

/* All notes are gone through, so it is done once in a while at most. */
static void stop_vservers(struct keeper *keeper)
{
	const int64_t now = vns_deadline_now();
	int64_t next;

	if (keeper->next_stop == 0 || now < keeper->next_stop)
		return;
	next = vns_due_walk(now, stop_vserver, keeper);
	keeper->next_stop = 0;
	if (next > 0)
		await_stop(keeper,
			   next < now + STOPS_MS ? now + STOPS_MS : next);
}

/* --- what happens --------------------------------------------------------- */

static void hear_worker(struct keeper *keeper)
{
	VNS_AUTOEXTRAS struct vns_channel_extras extras;
	struct vns_office_note note;
	ssize_t size = vns_channel_receive(keeper->pool.office.desk, &note,
					   sizeof(note), &extras, MSG_DONTWAIT);
	struct vns_held *held;

	if (size != sizeof(note))
		return;
	if (note.word == VNS_OFFICE_LEAVE) {
		vns_pool_log(
			&keeper->pool, LOG_NOTICE,
			"the keeper leaves, for another one to take its place");
		keeper->ends = true;
		return;
	}
	if (note.word == VNS_OFFICE_MORE) {
		vns_pool_fill(&keeper->pool);
		return;
	}
	if (note.word == VNS_OFFICE_STOP) {
		await_stop(keeper, note.when);
		return;
	}
	if (extras.count == 0) {
		watch_apart(keeper, note.name);
		return;
	}
	held = hold(keeper, extras.fds[0],
		    extras.count > 1 ? extras.fds[1] : -1, note.name);
	extras.fds[0] = extras.fds[1] = -1;
	if (held)
		held->entered = note.entered;
}

static void hear_session(struct keeper *keeper, struct vns_held *held)
{
	if (vns_held_lives(held))
		return;
	/*
	 * A session that has not entered has not begun, but for its record and
	 * its terminal.
	 */
	vns_held_end(keeper->epoll, held);
	if (!keeper->ended)
		keeper->closing = vns_deadline_now() + CLOSE_MS;
	held->next = keeper->ended;
	keeper->ended = held;
}

/*
 * Closes a session in a child's child: however that ends, the keeper is not
 * told, or a record that nobody survives would be tried for ever.
 */
static void close_again(struct keeper *keeper, const vns_session name)
{
	if (vns_pool_fork(&keeper->pool, -1) != 0)
		return;
	if (fork() == 0)
		vns_close_session(&keeper->pool.office, name, true, -1);
	else
		(void)wait(NULL);
	_exit(0);
}

static bool look_for_ended(const vns_session name,
			   const struct vns_strings *record, void *context)
{
	int fd = open_leader(record);

	if (fd == -ESRCH)
		close_again(context, name);
	vns_safefile_close(&fd);
	return true;
}

/* Brings to its end what a process that was killed has begun for a session. */
static void finish_again(const vns_session name, void *context)
{
	close_again(context, name);
}

/*
 * Sees to what a child that was killed has left. If the session of a worker's
 * login may have begun, nobody but its process can tell when it ends.
 */
static void see_to(const struct vns_served *served, void *context)
{
	struct keeper *keeper = context;
	struct vns_error ignored;

	if (!served) {
		(void)vns_sessions_walk(NULL, true, look_for_ended, keeper,
					&ignored);
		(void)vns_sessions_walk_left(finish_again, keeper, &ignored);
		await_stop(keeper, vns_deadline_now() + AGAIN_MS);
		return;
	}
	vns_sessions_unwritten(keeper->pool.office.sessions, served->name);
	if (served->placed)
		watch_apart(keeper, served->name);
	else
		(void)close_session(keeper, served->name, false, -1);
}

static void hear_signal(struct keeper *keeper)
{
	struct signalfd_siginfo info;

	while (read(keeper->signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo == SIGCHLD)
			vns_pool_reap(&keeper->pool, see_to, keeper);
		else if (info.ssi_signo == SIGTERM)
			keeper->ends = true;
		else if (keeper->finish == 0)
			keeper->finish = vns_deadline_now() + FINISH_MS;
}

static void dispatch(struct keeper *keeper, const struct epoll_event *event)
{
	if (event->data.ptr == &keeper->pool)
		hear_worker(keeper);
	else if (event->data.ptr == &keeper->signals)
		hear_signal(keeper);
	else
		hear_session(keeper, event->data.ptr);
}

static bool rests(const struct keeper *keeper)
{
	return keeper->leaves && keeper->sessions == 0 &&
	       keeper->pool.retry == 0 && keeper->next_stop == 0 &&
	       vns_pool_rests(&keeper->pool);
}

/* Returns how many milliseconds it is until then. */
static int until(int64_t when)
{
	int64_t left = when - vns_deadline_now();

	return left < 0 ? 0 : (int)left;
}

/* Returns how many milliseconds nothing may happen, or -1. */
static int patience(const struct keeper *keeper)
{
	if (keeper->ended)
		return until(keeper->closing);
	if (keeper->finish > 0)
		return QUIET_MS;
	if (keeper->pool.retry > 0)
		return until(keeper->pool.retry);
	if (keeper->next_stop > 0)
		return until(keeper->next_stop);
	/* A worker that has served a login and waits again does not say so. */
	return keeper->leaves && keeper->sessions == 0 ? LINGER_MS : -1;
}

static bool has_finished(const struct keeper *keeper, bool quiet)
{
	return keeper->finish > 0 &&
	       ((quiet && !keeper->ended && vns_pool_rests(&keeper->pool)) ||
		vns_deadline_now() >= keeper->finish);
}

static int serve(struct keeper *keeper, struct vns_error *err)
{
	struct epoll_event events[EVENTS];

	while (!keeper->ends) {
		bool rested = rests(keeper);
		int i, count = epoll_wait(keeper->epoll, events, EVENTS,
					  patience(keeper));

		if (count < 0 && errno != EINTR)
			return vns_error_errno(err, errno, "epoll_wait");
		for (i = 0; i < count; i++)
			dispatch(keeper, &events[i]);
		stop_vservers(keeper);
		vns_pool_retry(&keeper->pool);
		close_ended(keeper);
		if ((count == 0 && rested && rests(keeper)) ||
		    has_finished(keeper, count == 0))
			return 0;
	}
	keeper->closing = 0;
	close_ended(keeper);
	return 0;
}

/* --- setting up ----------------------------------------------------------- */

static int watch(const struct keeper *keeper, int fd, void *data,
		 struct vns_error *err)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = data };

	if (epoll_ctl(keeper->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		return vns_error_errno(err, errno, "epoll_ctl");
	return 0;
}

static int open_signals(struct keeper *keeper, struct vns_error *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* The keeper's own end is the one of systemd, not of a terminal. */
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	keeper->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (keeper->signals < 0)
		return vns_error_errno(err, errno, "signalfd");
	return watch(keeper, keeper->signals, &keeper->signals, err);
}

/* Each session needs a descriptor. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int set_up(struct keeper *keeper, int listener, struct vns_error *err)
{
	int rc;

	raise_limit();
	keeper->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (keeper->epoll < 0)
		return vns_error_errno(err, errno, "epoll_create1");
	rc = vns_pool_open(&keeper->pool, listener, err);
	if (rc == 0)
		rc = watch(keeper, keeper->pool.office.desk, &keeper->pool,
			   err);
	if (rc == 0)
		rc = open_signals(keeper, err);
	return rc;
}

int vns_keeper_run(int listener, bool leaves, void (*ready)(void *context),
		   void *context, struct vns_error *err)
{
	/* Too large for the stack, and there is one in a process. */
	struct keeper *keeper = calloc(1, sizeof(*keeper));
	int rc = keeper ? 0 : vns_error_memory(err);

	if (rc == 0)
		rc = set_up(keeper, listener, err);
	if (rc == 0) {
		keeper->leaves = leaves;
		/* Before there are new sessions. */
		rc = vns_sessions_walk(NULL, true, take_up, keeper, err);
		if (rc == 0)
			rc = vns_sessions_walk_left(finish_again, keeper, err);
	}
	if (rc == 0) {
		/* What has become due without a keeper is due now. */
		keeper->next_stop = vns_deadline_now();
		stop_vservers(keeper);
		vns_pool_fill(&keeper->pool);
		ready(context);
		rc = serve(keeper, err);
	}
	free(keeper);
	return rc;
}
