/*
 * Waits with poll(2) for five streams, for signals and for the program's end,
 * and copies what comes from one side to the other.
 */
#include "tool/relay.h"

#include "tool/answers.h"
#include "tool/keyboard.h"
#include "system/safefile.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

/* This is more than a pseudo terminal holds. */
#define REST_MAX (256L * 1024)
/* How often to check if we may read the terminal again, while we may not. */
#define LOOK_MS 100

enum stream_name {
	INPUT,
	OUTPUT,
	ERROR,
	KEYBOARD,
	SCREEN,
	STREAMS,
};

struct stream {
	int from, to; /* -1: closed */
	long left;    /* how much may be read; -1: no limit */
	size_t start, length;
	size_t step; /* bytes to write at once without blocking */
	char buffer[16384];
};

struct relay {
	const struct vns_plan *plan;
	const struct vns_relay_program *program;
	int *held;
	struct stream streams[STREAMS];
	int null;
	bool own[3]; /* this descriptor was opened anew by us */
	struct vns_keyboard keyboard;
	bool ended;
	bool done;
	long taken; /* how much of the caller's 0 has been read */
	int failure;
};

static bool is_pipe(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	       (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

void vns_relay_signals(sigset_t *set)
{
	static const int numbers[] = { SIGHUP,	SIGINT,	 SIGQUIT, SIGTERM,
				       SIGTSTP, SIGCONT, SIGWINCH };
	struct sigaction action;
	size_t i;

	sigemptyset(set);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (sigaction(numbers[i], NULL, &action) == 0 &&
		    action.sa_handler != SIG_IGN)
			sigaddset(set, numbers[i]);
}

static void close_held(struct relay *relay, enum vns_plan_slot slot)
{
	vns_safefile_close(&relay->held[slot]);
	relay->held[slot] = -1;
}

/*
 * Opens the caller's descriptor again, so that it can be made non-blocking
 * without affecting the processes that share it with the caller.
 */
static void make_own(struct relay *relay, int fd)
{
	int flags = fcntl(fd, F_GETFL);
	char path[32];
	struct stat st;
	int own;

	if (fstat(fd, &st) < 0 || (!S_ISFIFO(st.st_mode) && !isatty(fd)))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path,
		   (flags & O_ACCMODE) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (own < 0)
		return;
	relay->own[fd] = vns_safefile_put(own, fd) == 0;
	close(own);
}

/* Restores blocking mode, as messages are still to be printed. */
static void make_blocking(const struct relay *relay)
{
	int fd;

	for (fd = 0; fd <= 2; fd++)
		if (relay->own[fd])
			fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

static void set_stream(struct relay *relay, enum stream_name name, int from,
		       int to)
{
	struct stream *stream = &relay->streams[name];

	stream->from = from;
	stream->to = to;
	stream->left = -1;
	stream->start = stream->length = 0;
	/* A pipe that is ready for writing has room for this much. */
	stream->step = to >= 0 && to <= 2 && !relay->own[to] ?
			       PIPE_BUF :
			       sizeof(stream->buffer);
}

/* Finds where the terminal's output goes: 0 may be open for reading only. */
static int find_screen(const struct vns_plan *plan)
{
	static const int order[] = { 1, 2, 0 };
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (plan->kinds[order[i]] == VNS_PLAN_TERMINAL &&
		    (fcntl(order[i], F_GETFL) & O_ACCMODE) != O_RDONLY)
			return order[i];
	return -1;
}

static void set_up(struct relay *relay)
{
	const struct vns_plan *plan = relay->plan;
	int fd, *held = relay->held;

	for (fd = 0; fd <= 2; fd++)
		make_own(relay, fd);
	/* The descriptors after these are files of the program. */
	for (fd = VNS_PLAN_INPUT; fd <= VNS_PLAN_MASTER; fd++)
		if (held[fd] >= 0)
			fcntl(held[fd], F_SETFL,
			      fcntl(held[fd], F_GETFL) | O_NONBLOCK);
	set_stream(relay, INPUT, held[VNS_PLAN_INPUT] < 0 ? -1 : 0,
		   held[VNS_PLAN_INPUT]);
	set_stream(relay, OUTPUT, held[VNS_PLAN_OUTPUT], 1);
	set_stream(relay, ERROR, held[VNS_PLAN_ERROR], 2);
	set_stream(relay, KEYBOARD, plan->terminal, held[VNS_PLAN_MASTER]);
	set_stream(relay, SCREEN, held[VNS_PLAN_MASTER], find_screen(plan));
	/*
	 * In a pipeline, another program may want the terminal, such as a
	 * pager.
	 */
	relay->keyboard.alone = !is_pipe(1);
	relay->keyboard.interactive = plan->terminal == 0 &&
				      relay->keyboard.alone;
}

/* --- the terminal --------------------------------------------------------- */

/* Does what happens when a line goes down: SIGHUP, and no more input. */
static void hang_up(struct relay *relay)
{
	relay->streams[KEYBOARD].from = relay->streams[KEYBOARD].to = -1;
	relay->streams[SCREEN].from = relay->streams[SCREEN].to = -1;
	relay->streams[KEYBOARD].length = relay->streams[SCREEN].length = 0;
	close_held(relay, VNS_PLAN_SLAVE);
	close_held(relay, VNS_PLAN_MASTER);
}

/* --- the streams ---------------------------------------------------------- */

/* Closes the caller's pipe, so that the process at its other end notices. */
static void close_callers(const struct relay *relay, int fd)
{
	if (is_pipe(fd))
		dup2(relay->null, fd);
}

static void shut(struct relay *relay, enum stream_name name)
{
	struct stream *stream = &relay->streams[name];

	stream->from = stream->to = -1;
	stream->length = 0;
	if (name == KEYBOARD || name == SCREEN) {
		hang_up(relay);
		return;
	}
	close_held(relay, (enum vns_plan_slot)name);
	/* Standard error stays open: messages of our own may follow. */
	if (name != ERROR)
		close_callers(relay, name);
}

static void fail_to_write(struct relay *relay, enum stream_name name)
{
	/* As in any pipeline, it is no error if the reader is gone. */
	if ((name == OUTPUT || name == ERROR) && errno != EPIPE)
		relay->failure = errno;
	shut(relay, name);
}

static void write_some(struct relay *relay, enum stream_name name)
{
	struct stream *stream = &relay->streams[name];
	size_t size = stream->length < stream->step ? stream->length :
						      stream->step;
	ssize_t count;

	count = write(stream->to, stream->buffer + stream->start, size);
	if (count < 0 && errno != EAGAIN && errno != EINTR)
		fail_to_write(relay, name);
	if (count <= 0)
		return;
	stream->start += (size_t)count;
	stream->length -= (size_t)count;
}

static void end_of_input(struct relay *relay, enum stream_name name)
{
	struct stream *stream = &relay->streams[name];

	switch (name) {
	case KEYBOARD:
		/* It was ^D, or the line went down. */
		if (relay->keyboard.raw) {
			hang_up(relay);
			break;
		}
		stream->buffer[0] = (char)relay->plan->modes.c_cc[VEOF];
		stream->start = 0;
		stream->length = 1;
		break;
	case INPUT:
		close_held(relay, VNS_PLAN_INPUT);
		stream->from = stream->to = -1;
		break;
	default:
		shut(relay, name);
	}
}

static void read_some(struct relay *relay, enum stream_name name)
{
	struct stream *stream = &relay->streams[name];
	size_t size = sizeof(stream->buffer);
	ssize_t count;

	if (stream->left >= 0 && (size_t)stream->left < size)
		size = (size_t)stream->left;
	count = size > 0 ? read(stream->from, stream->buffer, size) : 0;
	if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
		/* Once the program has ended, nothing more will come. */
		if (relay->ended)
			stream->from = -1;
		return;
	}
	/* A directory counts as empty input. */
	if (count < 0 && name == INPUT && errno != EISDIR)
		relay->failure = errno;
	if (count <= 0) {
		end_of_input(relay, name);
		return;
	}
	if (name == INPUT)
		relay->taken += count;
	if (name == SCREEN && vns_answers_asked(stream->buffer, (size_t)count))
		relay->keyboard.asked = true;
	if (stream->left >= 0)
		stream->left -= count;
	stream->start = 0;
	/* The terminal may only be there for reading. */
	stream->length = stream->to < 0 ? 0 : (size_t)count;
}

static struct pollfd wish(const struct relay *relay, enum stream_name name)
{
	const struct stream *stream = &relay->streams[name];

	if (stream->length > 0)
		return (struct pollfd){ .fd = stream->to, .events = POLLOUT };
	if (name == KEYBOARD && !vns_keyboard_is_its(&relay->keyboard))
		return (struct pollfd){ .fd = -1 };
	return (struct pollfd){ .fd = stream->from, .events = POLLIN };
}

static void serve(struct relay *relay, enum stream_name name, int ready)
{
	const struct stream *stream = &relay->streams[name];

	if (stream->length > 0) {
		if (ready)
			write_some(relay, name);
		return;
	}
	if (stream->from < 0 || (!ready && !relay->ended))
		return;
	if (name != KEYBOARD || vns_keyboard_is_its(&relay->keyboard))
		read_some(relay, name);
}

/* --- the program ---------------------------------------------------------- */

/* The process group exists at least until the program is waited for. */
static void signal_program(const struct relay *relay, int number)
{
	kill(-relay->program->pid, number);
}

static void end_program(struct relay *relay, int number)
{
	/* The program has ended; only a slow reader keeps us. */
	if (relay->ended) {
		relay->done = true;
		return;
	}
	signal_program(relay, number);
	signal_program(relay, SIGCONT);
	hang_up(relay);
}

/* Passes on a key that was typed while the terminal was not raw. */
static void pass_key(const struct relay *relay, int number)
{
	int master = relay->held[VNS_PLAN_MASTER];

	if (master < 0 || ioctl(master, TIOCSIG, number) < 0)
		signal_program(relay, number);
}

/* Stops the program and us: ^Z was typed while the terminal was not raw. */
static void stop_both(struct relay *relay)
{
	sigset_t set;

	signal_program(relay, SIGSTOP);
	vns_keyboard_settle(&relay->keyboard, find_screen(relay->plan));
	if (relay->keyboard.raw &&
	    vns_keyboard_in_foreground(relay->plan->terminal))
		tcsetattr(relay->plan->terminal, TCSANOW, &relay->plan->modes);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	kill(getpid(), SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	relay->keyboard.raw = false;
	signal_program(relay, SIGCONT);
}

static void take_signal(struct relay *relay,
			const struct signalfd_siginfo *info)
{
	const int number = (int)info->ssi_signo;

	switch (number) {
	case SIGWINCH:
		vns_keyboard_resize(&relay->keyboard);
		break;
	case SIGCONT:
		/* A shell has had the terminal in the meantime. */
		relay->keyboard.raw = false;
		break;
	case SIGTSTP:
		stop_both(relay);
		break;
	case SIGINT:
	case SIGQUIT:
		if (info->ssi_code == SI_KERNEL && !relay->ended) {
			pass_key(relay, number);
			break;
		}
		/* fallthrough */
	default:
		end_program(relay, number);
	}
}

/* The program has ended: from here on only its remaining output is relayed. */
static void see_end(struct relay *relay)
{
	int i, waiting;

	relay->ended = true;
	relay->streams[INPUT].from = relay->streams[KEYBOARD].from = -1;
	for (i = OUTPUT; i <= ERROR; i++)
		if (ioctl(relay->streams[i].from, FIONREAD, &waiting) == 0)
			relay->streams[i].left = waiting;
	relay->streams[SCREEN].left = REST_MAX;
}

static bool delivered(const struct relay *relay)
{
	static const enum stream_name names[] = { OUTPUT, ERROR, SCREEN };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct stream *stream = &relay->streams[names[i]];

		if (stream->from >= 0 || stream->length > 0)
			return false;
	}
	return true;
}

static void step(struct relay *relay)
{
	struct pollfd fds[STREAMS + 2];
	struct signalfd_siginfo info;
	int i, wait = -1;

	vns_keyboard_follow(&relay->keyboard, !relay->ended);
	for (i = 0; i < STREAMS; i++) {
		fds[i] = wish(relay, (enum stream_name)i);
		/* The output is there already; only wait for room for it. */
		if (relay->ended && fds[i].fd >= 0 && fds[i].events == POLLIN)
			wait = 0;
	}
	if (relay->held[VNS_PLAN_MASTER] >= 0 && !relay->keyboard.raw &&
	    wait < 0)
		wait = LOOK_MS;
	fds[STREAMS] = (struct pollfd){ .fd = relay->program->signals,
					.events = POLLIN };
	fds[STREAMS + 1] = (struct pollfd){
		.fd = relay->ended ? -1 : relay->program->pidfd,
		.events = POLLIN,
	};
	if (poll(fds, STREAMS + 2, wait) < 0)
		return;
	while (read(relay->program->signals, &info, sizeof(info)) ==
	       (ssize_t)sizeof(info))
		take_signal(relay, &info);
	if (fds[STREAMS + 1].revents)
		see_end(relay);
	for (i = 0; i < STREAMS; i++)
		serve(relay, (enum stream_name)i, fds[i].revents);
}

/*
 * Sets the file's offset to where the program stopped reading, for whoever
 * reads the file next, such as the next command in a script. The program can
 * make us believe that it has read nothing, but not less than nothing.
 */
static void give_back(const struct relay *relay)
{
	long back = (long)relay->streams[INPUT].length;
	int waiting;

	if (ioctl(relay->held[VNS_PLAN_UNREAD], FIONREAD, &waiting) < 0)
		return;
	back += waiting;
	if (back > relay->taken)
		back = relay->taken;
	(void)lseek(0, -back, SEEK_CUR);
}

int vns_relay_run(const struct vns_plan *plan,
		  const struct vns_relay_program *program,
		  int held[VNS_PLAN_SLOTS], struct vns_error *err)
{
	VNS_AUTOCLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct relay relay = {
		.plan = plan,
		.program = program,
		.held = held,
		.null = null,
		.keyboard = { .plan = plan, .held = held },
	};
	int slot;

	if (null < 0)
		return vns_error_errno(err, errno, "/dev/null");
	set_up(&relay);
	while (!relay.done && !(relay.ended && delivered(&relay)))
		step(&relay);
	vns_keyboard_settle(&relay.keyboard, find_screen(plan));
	vns_keyboard_follow(&relay.keyboard, !relay.ended);
	give_back(&relay);
	make_blocking(&relay);
	for (slot = 0; slot < VNS_PLAN_SLOTS; slot++)
		close_held(&relay, (enum vns_plan_slot)slot);
	if (relay.failure)
		return vns_error_errno(err, relay.failure,
				       "standard input or output");
	return 0;
}
