/* vns keeper: starts the process that serves logins, if none runs yet. */
#include "keeper/keeper.h"
#include "keeper/listen.h"
#include "system/channel.h"
#include "system/hostlog.h"
#include "system/origin.h"
#include "system/safefile.h"
#include "tool/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

/* A keeper that is just starting, or just leaving, is waited for so often. */
#define TRIES 100
#define TRY_US 50000

#define LOG_MS 1000

/* In bytes, for any file that the keeper writes. */
#define ROOM (1UL << 24)

struct start {
	bool background;
	int channel; /* to the process that waits until logins are served */
};

static void say_ready(void *context)
{
	struct start *start = context;
	struct vns_error none = { 0 };

	if (start->channel >= 0)
		vns_channel_answer(start->channel, 0, NULL, 0, &none);
	vns_safefile_close(&start->channel);
	start->channel = -1;
}

/* The keeper has no terminal, and nobody who reads what it prints. */
static void leave_terminal(void)
{
	VNS_AUTOCLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int fd;

	(void)setsid();
	for (fd = 0; null >= 0 && fd <= 2; fd++)
		(void)vns_safefile_put(null, fd);
}

static int serve(int listener, int lock, struct start *start,
		 struct vns_error *err)
{
	int rc = vns_listen_sign(lock, err);

	if (rc < 0)
		return rc;
	if (start->background)
		leave_terminal();
	openlog("vns", LOG_PID, LOG_AUTHPRIV);
	return vns_keeper_run(listener, start->background, say_ready, start,
			      err);
}

/* Whoever cannot log it must not keep the lock because of that. */
static void log_end(struct vns_error *err)
{
	char text[VNS_LOG_LINE];

	vns_error_context(err, "the keeper ends");
	vns_log_escape(text, sizeof(text), err->text);
	(void)vns_hostlog_write(LOG_ERR, text, LOG_MS);
}

/* Serves logins in a child, and returns when it does. */
static int serve_apart(int listener, int lock, struct vns_error *err)
{
	struct start start = { .background = true, .channel = -1 };
	pid_t pid = vns_channel_fork(&start.channel, err);
	int rc;

	if (pid < 0)
		return pid;
	if (pid == 0) {
		rc = serve(listener, lock, &start, err);
		if (rc < 0 && start.channel >= 0)
			vns_channel_answer(start.channel, rc, NULL, 0, err);
		if (rc < 0)
			log_end(err);
		_exit(rc < 0);
	}
	vns_safefile_close(&lock);
	rc = vns_channel_hear(start.channel, "the keeper", NULL, 0, err);
	vns_safefile_close(&start.channel);
	return rc;
}

/* Asks the keeper that has the lock to end; its sessions are taken up here. */
static void send_away(void)
{
	VNS_AUTOPROCESS struct vns_process keeper = VNS_PROCESS_NONE;
	struct vns_error ignored;

	if (vns_listen_keeper(&keeper, &ignored) == 0)
		syscall(SYS_pidfd_send_signal, keeper.pidfd, SIGTERM, NULL, 0);
}

/*
 * Returns -EBUSY if another keeper serves logins, which is what was wanted. The
 * lock is also held by one that does not serve them yet, or not any more; and
 * by one that cannot, as the socket in its place is the one that was passed.
 */
static int take_lock(bool passed, int *lock, struct vns_error *err)
{
	int i, rc = 0;

	for (i = 0; i < TRIES; i++) {
		rc = vns_listen_lock(lock, err);
		if (rc != -EBUSY || (!passed && vns_listen_answers()))
			return rc;
		if (passed || i == TRIES / 2)
			send_away();
		usleep(TRY_US);
	}
	vns_error_context(err, "no logins are served, but");
	return -ETIMEDOUT;
}

/* A login's service may have mounts of its own, the keeper must not. */
static int join_origin(struct vns_error *err)
{
	int rc = vns_origin_join(err);

	if (rc < 0)
		vns_error_context(err, "the keeper has to be started where "
				       "process 1 is: \"vns keeper "
				       "--background\" does it");
	return rc;
}

/*
 * What the caller has left open must not stay so for the keeper's life. Its
 * children need this call, too.
 */
static int close_others(unsigned first, struct vns_error *err)
{
	if (syscall(SYS_close_range, first, ~0U, 0U) < 0)
		return vns_error_errno(err, errno, "close_range");
	return 0;
}

/*
 * Records, the keeper's lock and counts have to be written. Whose limit cannot
 * be raised refuses one login; a keeper that had it would refuse everybody's.
 */
static int raise_limit(struct vns_error *err)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) < 0)
		return vns_error_errno(err, errno, "RLIMIT_FSIZE");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur >= ROOM)
		return 0;
	return vns_error_set(err, EFBIG,
			     "who starts it may write no files of more than "
			     "%llu bytes (RLIMIT_FSIZE), and root cannot raise "
			     "that here",
			     (unsigned long long)limit.rlim_max);
}

static int run(bool background, struct vns_error *err)
{
	struct start start = { .background = background, .channel = -1 };
	VNS_AUTOCLOSE int lock = -1;
	VNS_AUTOCLOSE int listener = -1;
	bool passed;
	int rc;

	/*
	 * What it and its workers know of users goes into no core file. All
	 * else that a process can give up would be missing in what it starts.
	 */
	prctl(PR_SET_DUMPABLE, 0);
	passed = vns_listen_passed(&listener, err, &rc);
	if (rc == 0)
		rc = close_others(passed ? 4 : 3, err);
	if (rc == 0)
		rc = raise_limit(err);
	if (rc == 0 && !passed)
		rc = join_origin(err);
	if (rc == 0)
		rc = take_lock(passed, &lock, err);
	if (rc == 0 && !passed)
		rc = vns_listen_make(&listener, err);
	if (rc < 0)
		return rc;
	if (background) {
		int held = lock;

		lock = -1;
		return serve_apart(listener, held, err);
	}
	return serve(listener, lock, &start, err);
}

int vns_cli_keeper(struct vns_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "background", no_argument, NULL, 'b' },
		{ 0 },
	};
	struct vns_error err;
	bool background = false;
	int option, rc;

	(void)cli;
	while ((option = getopt_long(argc, argv, "+b", options, NULL)) != -1) {
		if (option != 'b')
			return VNS_EXIT_USAGE;
		background = true;
	}
	if (optind < argc)
		return vns_cli_usage("keeper takes no names");
	rc = run(background, &err);
	if (rc == 0 || (rc == -EBUSY && background))
		return VNS_EXIT_OK;
	vns_cli_complain("%s", err.text);
	return VNS_EXIT_FAILURE;
}
