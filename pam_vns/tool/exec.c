/*
 * Forks a guide that enters the vserver and starts the program there, and
 * relays the program's input and output until it has ended.
 */
#include "tool/exec.h"

#include "system/capability.h"
#include "system/channel.h"
#include "system/clean.h"
#include "system/namespace.h"
#include "system/renounce.h"
#include "system/seccomp.h"
#include "vserver/cgsession.h"
#include "vserver/confine.h"
#include "system/inroot.h"
#include "tool/pty.h"
#include "tool/relay.h"
#include "system/safefile.h"
#include "system/spawn.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/*
 * The relay is the calling process. It starts a guide, which enters the
 * vserver, makes what the program gets for 0, 1 and 2, starts the program as a
 * child of the relay, and exits: nothing but the program remains in the
 * vserver.
 */

/* A descriptor that is sent in addition to those of the relay. */
#define SLOT_PROGRAM VNS_PLAN_SLOTS
#define SLOTS (VNS_PLAN_SLOTS + 1)
_Static_assert(SLOTS <= VNS_CHANNEL_FDS, "they are sent at once");

struct report {
	unsigned slots; /* bit N: a descriptor for slot N is sent along */
	pid_t pid;	/* 0: there was an error */
	struct vns_error error;
};

/* What the program is started with, all of it opened on the host. */
struct start {
	const struct vns_exec *session;
	const struct vns_plan *plan;
	struct vns_confinement confinement;
	int socket;
	gid_t tty; /* the group that owns terminals */
	bool has_tty;
	int held[SLOTS]; /* what the relay gets */
	int theirs[3];	 /* what the program gets */
	int home;
};

/* --- messages from the guide and the program ------------------------------ */

static void send_report(const struct start *start, struct report *report)
{
	int fds[SLOTS], slot;
	size_t count = 0;

	for (slot = 0; slot < SLOTS && report->pid > 0; slot++)
		if (start->held[slot] >= 0) {
			report->slots |= 1U << slot;
			fds[count++] = start->held[slot];
		}
	/* If nobody listens any more, there is nobody to tell. */
	(void)vns_channel_send(start->socket, report, sizeof(*report), fds,
			       count, 0);
}

static _Noreturn void give_up(const struct start *start,
			      const struct vns_error *err)
{
	struct report report = { .error = *err };

	send_report(start, &report);
	_exit(255);
}

/* Returns false at the end: the program was executed, or they are gone. */
static bool receive(int socket, struct report *report, int fds[SLOTS])
{
	VNS_AUTOEXTRAS struct vns_channel_extras extras;
	ssize_t size = vns_channel_receive(socket, report, sizeof(*report),
					   &extras, 0);
	size_t used = 0;
	int slot;

	if (size != (ssize_t)sizeof(*report))
		return false;
	for (slot = 0; slot < SLOTS; slot++)
		if (used < extras.count && (report->slots & 1U << slot)) {
			fds[slot] = extras.fds[used];
			extras.fds[used++] = -1;
		}
	return true;
}

/* --- the program ---------------------------------------------------------- */

static int become(const struct vns_account *account, struct vns_error *err)
{
	if (setgroups(account->group_count, account->groups) < 0 ||
	    setresgid(account->pw.pw_gid, account->pw.pw_gid,
		      account->pw.pw_gid) < 0 ||
	    setresuid(account->pw.pw_uid, account->pw.pw_uid,
		      account->pw.pw_uid) < 0)
		return vns_error_errno(err, errno, "becoming user \"%s\"",
				       account->pw.pw_name);
	return 0;
}

static int take_terminal(const struct start *start, struct vns_error *err)
{
	int fd;

	if (setsid() < 0 ||
	    (start->held[VNS_PLAN_SLAVE] >= 0 &&
	     ioctl(start->held[VNS_PLAN_SLAVE], TIOCSCTTY, 0) < 0))
		return vns_error_errno(err, errno, "starting a session");
	for (fd = 0; fd <= 2; fd++)
		if (dup2(start->theirs[fd], fd) < 0)
			return vns_error_errno(err, errno, "dup2");
	return 0;
}

static int shed(const struct start *start, struct vns_error *err)
{
	const struct vns_exec *session = start->session;
	const struct passwd *pw = &session->account->pw;
	const vns_capset pass = start->confinement.passed;
	int rc;

	umask(022);
	vns_renounce_core_dumps();
	rc = vns_renounce_keyring(err);
	if (rc == 0)
		rc = vns_seccomp_restrict(&start->confinement.restriction, err);
	/* Changing ids takes capabilities that may not be the program's. */
	if (rc == 0 && pass != VNS_CAPSET_ALL)
		rc = vns_capability_drop(pass | 1ULL << CAP_SETUID |
						 1ULL << CAP_SETGID,
					 pass, err);
	if (rc == 0)
		rc = become(session->account, err);
	/* Without a home directory the program begins in "/". */
	if (rc == 0 && start->home >= 0 && fchdir(start->home) < 0 &&
	    errno != EACCES)
		rc = vns_error_errno(err, errno, "%s", pw->pw_dir);
	return rc;
}

/* Has the program killed when the relay is killed. */
static void depend_on_relay(const struct start *start)
{
	struct pollfd relay = { .fd = start->socket };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&relay, 1, 0) > 0)
		_exit(255);
}

static _Noreturn void run_program(const struct start *start)
{
	const struct vns_exec *session = start->session;
	struct vns_error err;

	if (take_terminal(start, &err) < 0 || shed(start, &err) < 0)
		give_up(start, &err);
	depend_on_relay(start);
	/* execvpe searches along the PATH of our own environment. */
	setenv("PATH", strchr(VNS_SPAWN_PATH, '=') + 1, 1);
	execvpe(session->argv[0], session->argv, session->envp);
	vns_error_errno(&err, errno, "%s", session->argv[0]);
	give_up(start, &err);
}

/* --- the guide ------------------------------------------------------------ */

/* Call it after entering, so that the terminal's ids exist inside. */
static int make_terminal(struct start *start, int proc, int multiplexer,
			 struct vns_error *err)
{
	struct vns_pty pty;
	int rc = vns_pty_open(proc, multiplexer, &pty, err);

	if (rc < 0)
		return rc;
	start->held[VNS_PLAN_MASTER] = pty.master;
	start->held[VNS_PLAN_SLAVE] = pty.slave;
	if (tcsetattr(pty.slave, TCSANOW, &start->plan->modes) < 0 ||
	    ioctl(pty.slave, TIOCSWINSZ, &start->plan->size) < 0)
		return vns_error_errno(err, errno, "setting up a terminal");
	return 0;
}

static int give_terminal(const struct start *start, struct vns_error *err)
{
	const struct passwd *pw = &start->session->account->pw;
	int slave = start->held[VNS_PLAN_SLAVE];

	if (fchown(slave, pw->pw_uid,
		   start->has_tty ? start->tty : pw->pw_gid) < 0 ||
	    fchmod(slave, start->has_tty ? 0620 : 0600) < 0)
		return vns_error_errno(err, errno, "giving away a terminal");
	return 0;
}

static int make_pipe(struct start *start, int fd, struct vns_error *err)
{
	const struct passwd *pw = &start->session->account->pw;
	const int theirs = fd == 0 ? 0 : 1;
	int ends[2];

	/* The user must be able to open /dev/stdout. */
	if (pipe2(ends, O_CLOEXEC) < 0 ||
	    fchown(ends[0], pw->pw_uid, pw->pw_gid) < 0)
		return vns_error_errno(err, errno, "making a pipe");
	start->theirs[fd] = ends[theirs];
	start->held[fd] = ends[1 - theirs];
	if (fd == 0 && start->plan->seekable)
		start->held[VNS_PLAN_UNREAD] = ends[0];
	return 0;
}

static int make_standard(struct start *start, struct vns_error *err)
{
	int fd, rc = 0;

	for (fd = 0; rc == 0 && fd <= 2; fd++)
		switch (start->plan->kinds[fd]) {
		case VNS_PLAN_TERMINAL:
			start->theirs[fd] = start->held[VNS_PLAN_SLAVE];
			break;
		case VNS_PLAN_AS_OUTPUT:
			start->theirs[fd] = start->theirs[1];
			break;
		case VNS_PLAN_PIPE:
			rc = make_pipe(start, fd, err);
			break;
		}
	return rc;
}

static int go_inside(struct start *start, struct vns_error *err)
{
	const struct vns_exec *session = start->session;
	const int root = session->place->root;
	const bool terminal = start->plan->terminal >= 0;
	VNS_AUTOCLOSE int proc = open("/proc", O_PATH | O_CLOEXEC);
	VNS_AUTOCLOSE int multiplexer = terminal ? vns_pty_find(root) : -1;
	VNS_AUTOCLOSE int back = -1;
	int rc = vns_cgsession_enter(session->vserver, session->place, &back,
				     err);

	start->home = vns_inroot_open(root, session->account->pw.pw_dir,
				      O_PATH | O_DIRECTORY, VNS_INROOT_CHROOT);
	/* If there is no devpts inside, use a pseudo terminal of the host. */
	if (terminal && multiplexer < 0 && rc == 0)
		rc = make_terminal(start, proc, -1, err);
	if (terminal && multiplexer < 0 && rc == 0)
		rc = give_terminal(start, err);
	if (rc == 0)
		rc = vns_namespace_enter(session->place, err);
	if (terminal && multiplexer >= 0 && rc == 0)
		rc = make_terminal(start, proc, multiplexer, err);
	if (terminal && multiplexer >= 0 && rc == 0)
		rc = give_terminal(start, err);
	return rc < 0 ? rc : make_standard(start, err);
}

/* Starts the program as a child of the relay, even in a PID namespace. */
static int start_program(struct start *start, pid_t *pid, struct vns_error *err)
{
	int pidfd = -1;
	struct clone_args args = {
		.flags = CLONE_PARENT | CLONE_PIDFD,
		.pidfd = (uintptr_t)&pidfd,
	};

	*pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (*pid < 0)
		return vns_error_errno(err, errno, "starting a process inside");
	if (*pid == 0)
		run_program(start);
	start->held[SLOT_PROGRAM] = pidfd;
	return 0;
}

static _Noreturn void run_guide(struct start *start)
{
	struct report report = { 0 };
	struct vns_error err;

	/* The tenant's root must not see a copy of the host's memory. */
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	vns_clean_signals();
	if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0) {
		vns_error_errno(&err, errno, "close_range");
		give_up(start, &err);
	}
	if (go_inside(start, &err) < 0 ||
	    start_program(start, &report.pid, &err) < 0)
		give_up(start, &err);
	send_report(start, &report);
	_exit(0);
}

/* --- the relay ------------------------------------------------------------ */

/* What has been started, as far as this is known. */
struct started {
	pid_t guide; /* 0: it has ended */
	pid_t pid;   /* 0: not started yet */
	int held[SLOTS];
};

/* Their pids stay theirs until they are waited for, so kill(2) is safe. */
static void abandon(const struct started *started)
{
	if (started->guide > 0)
		kill(started->guide, SIGKILL);
	if (started->pid > 0)
		kill(started->pid, SIGKILL);
}

/* Until the program runs, signals end what is being started. */
static int interrupt(const struct started *started, int signals,
		     struct vns_error *err)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGWINCH || info.ssi_signo == SIGCONT)
			continue;
		if (info.ssi_signo == SIGTSTP) {
			kill(getpid(), SIGSTOP);
			continue;
		}
		abandon(started);
		return vns_error_set(err, EINTR, "interrupted");
	}
	return 0;
}

static int hear(struct started *started, int socket, int signals,
		struct vns_error *err)
{
	struct pollfd fds[] = { { .fd = socket, .events = POLLIN },
				{ .fd = signals, .events = POLLIN } };
	struct report report;
	int rc = 0;

	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;
		/* Once the program runs, a signal is for the program. */
		if (!fds[0].revents) {
			if (interrupt(started, signals, err) < 0)
				return -EINTR;
			continue;
		}
		if (!receive(socket, &report, started->held))
			break;
		if (report.pid > 0)
			started->pid = report.pid;
		else
			rc = vns_error_set(err, EIO, "%s", report.error.text);
	}
	if (rc == 0 && started->pid == 0)
		rc = vns_error_set(err, EIO,
				   "the process that was to start the "
				   "program has ended");
	return rc;
}

static int check(const struct started *started, struct vns_error *err)
{
	int master = started->held[VNS_PLAN_MASTER];

	if (started->held[SLOT_PROGRAM] < 0 ||
	    (master >= 0 && !vns_pty_is_master(master)))
		return vns_error_set(err, EIO,
				     "the process that starts the program "
				     "gave an unexpected answer");
	return 0;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 255;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

static int run_relay(struct start *start, struct started *started, int socket,
		     int signals, int *code, struct vns_error *err)
{
	struct vns_relay_program program = { .signals = signals };
	int rc = hear(started, socket, signals, err);

	if (rc == 0)
		rc = check(started, err);
	(void)wait_for(started->guide);
	started->guide = 0;
	if (rc == 0) {
		program.pid = started->pid;
		program.pidfd = started->held[SLOT_PROGRAM];
		rc = vns_relay_run(start->plan, &program, started->held, err);
	}
	if (rc < 0)
		abandon(started);
	if (started->pid > 0)
		*code = wait_for(started->pid);
	return rc;
}

static int start_guide(struct start *start, const int sockets[2], int signals,
		       int *code, struct vns_error *err)
{
	struct started started = { 0 };
	int slot;

	for (slot = 0; slot < SLOTS; slot++)
		started.held[slot] = start->held[slot] = -1;
	started.guide = fork();
	if (started.guide < 0)
		return vns_error_errno(err, errno, "fork");
	if (started.guide == 0) {
		close(sockets[0]);
		run_guide(start);
	}
	close(sockets[1]);
	return run_relay(start, &started, sockets[0], signals, code, err);
}

int vns_exec_run(const struct vns_exec *session, int *code,
		 struct vns_error *err)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const struct sigaction plain = { .sa_handler = SIG_DFL };
	struct vns_plan plan;
	struct start start = { .session = session, .plan = &plan };
	VNS_AUTOCLOSE int signals = -1;
	sigset_t set;
	int sockets[2] = { -1, -1 };
	int rc = vns_account_group_id("tty", &start.tty, &start.has_tty, err);

	if (rc == 0)
		rc = vns_confine_find(session->vserver, session->place,
				      &start.confinement, err);
	if (rc == 0)
		rc = vns_channel_open(sockets, err);
	if (rc < 0)
		return rc;
	start.socket = sockets[1];
	vns_plan_make(&plan);
	vns_relay_signals(&set);
	sigaction(SIGPIPE, &ignore, NULL);
	/* With SIGCHLD ignored nobody could be waited for. */
	sigaction(SIGCHLD, &plain, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		return vns_error_errno(err, errno, "signalfd");
	return start_guide(&start, sockets, signals, code, err);
}
