/* Forks workers by the number of those who wait, and counts those who end. */
#include "keeper/pool.h"

#include "keeper/worker.h"
#include "system/channel.h"
#include "system/clean.h"
#include "system/deadline.h"
#include "system/descriptors.h"
#include "system/hostlog.h"
#include "system/safefile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <syslog.h>

/*
 * After so long more workers are forked, where that has failed, or where some
 * have ended before they served a login, as their successors may do.
 */
#define PAUSE_MS 250

int vns_pool_open(struct vns_pool *pool, int listener, struct vns_error *err)
{
	struct vns_office *office = &pool->office;
	int ends[2] = { -1, -1 };
	int rc = vns_sessions_open(&office->sessions, err);

	if (rc == 0)
		rc = vns_channel_open(ends, err);
	if (rc < 0)
		return rc;
	office->listener = listener;
	office->desk = ends[0];
	office->door = ends[1];
	office->board = mmap(NULL, sizeof(*office->board),
			     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			     -1, 0);
	if (office->board == MAP_FAILED)
		return vns_error_memory(err);
	office->metrics = vns_metrics_open();
	return 0;
}

/* What the child must not have: above all, the keeper's lock. */
static void close_others(const struct vns_pool *pool, int listener, int kept)
{
	const int all[] = { listener, pool->office.sessions, pool->office.door,
			    kept };

	if (!vns_descriptors_close(3, all, sizeof(all) / sizeof(all[0])))
		_exit(1);
}

static pid_t fork_with(struct vns_pool *pool, int listener, int kept)
{
	pid_t pid = fork();

	if (pid > 0)
		pool->others++;
	if (pid != 0)
		return pid;
	vns_clean_signals();
	/* Otherwise syslog(3) would write to whatever gets its number. */
	closelog();
	openlog("vns", LOG_PID, LOG_AUTHPRIV);
	close_others(pool, listener, kept);
	pool->office.listener = listener;
	pool->office.desk = -1;
	return 0;
}

/*
 * If the keeper ends before such a child, logins must not connect to a socket
 * that nobody accepts them from.
 */
pid_t vns_pool_fork(struct vns_pool *pool, int kept)
{
	return fork_with(pool, -1, kept);
}

void vns_pool_log(struct vns_pool *pool, int level, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (vns_hostlog_write(level, text, 0) != -EAGAIN ||
	    vns_pool_fork(pool, -1) != 0)
		return;
	syslog(LOG_AUTHPRIV | level, "%s", text);
	_exit(0);
}

/* Returns the number of a worker, or of none for 0; -1: there is no such. */
static int number_of(const struct vns_pool *pool, pid_t pid)
{
	int i;

	for (i = 0; i < VNS_OFFICE_WORKERS; i++)
		if (pool->workers[i] == pid)
			return i;
	return -1;
}

static bool add_worker(struct vns_pool *pool)
{
	struct vns_office_board *board = pool->office.board;
	const int number = number_of(pool, 0);
	const pid_t keeper = getpid();
	pid_t pid;

	if (number < 0)
		return false;
	vns_office_wait(board, number, true);
	pid = fork_with(pool, pool->office.listener, -1);
	if (pid == 0)
		vns_worker_run(&pool->office, number, keeper);
	if (pid > 0) {
		pool->others--;
		pool->count++;
		pool->workers[number] = pid;
		return true;
	}
	vns_office_wait(board, number, false);
	if (!pool->lacks)
		vns_pool_log(pool, LOG_ERR,
			     "no more logins can be served at the moment: %m");
	return false;
}

void vns_pool_fill(struct vns_pool *pool)
{
	bool filled = true;

	while (filled &&
	       vns_office_waiting(pool->office.board) < VNS_OFFICE_SPARE)
		filled = add_worker(pool);
	pool->lacks = !filled;
	pool->retry = filled ? 0 : vns_deadline_now() + PAUSE_MS;
}

void vns_pool_retry(struct vns_pool *pool)
{
	if (pool->retry > 0 && vns_deadline_now() >= pool->retry)
		vns_pool_fill(pool);
}

static void log_signal(struct vns_pool *pool, pid_t pid, int signal,
		       const struct vns_served *served)
{
	const char *late = signal == SIGALRM ? ", as its time was up," : "";

	if (served)
		vns_pool_log(
			pool, LOG_WARNING,
			"process %d, which served a login, was ended by signal "
			"%d%s while it %s (%s)",
			(int)pid, signal, late, served->doing, served->login);
	else
		vns_pool_log(
			pool, LOG_WARNING,
			"process %d, which waited for a login, was ended by "
			"signal %d",
			(int)pid, signal);
}

/* Returns whether the worker has ended while it waited for a login. */
static bool remove_worker(struct vns_pool *pool, int number)
{
	bool waited = vns_office_waits(pool->office.board, number);

	pool->workers[number] = 0;
	pool->count--;
	vns_office_wait(pool->office.board, number, false);
	return waited;
}

/* Stores what the worker served, and logs it if that was cut off. */
static void end_worker(struct vns_pool *pool, int number, int status,
		       struct vns_served *last)
{
	struct vns_served *served = &pool->office.board->served[number];
	const pid_t pid = pool->workers[number];
	const bool waited = remove_worker(pool, number);

	*last = *served;
	served->name[0] = '\0';
	if (waited && pool->retry == 0)
		pool->retry = vns_deadline_now() + PAUSE_MS;
	if (!WIFSIGNALED(status))
		return;
	log_signal(pool, pid, WTERMSIG(status), waited ? NULL : last);
	if (!waited)
		vns_metrics_add_refusal(pool->office.metrics,
					VNS_REFUSAL_OTHER);
}

void vns_pool_reap(struct vns_pool *pool,
		   void (*left)(const struct vns_served *served, void *context),
		   void *context)
{
	struct vns_served last;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		int number = number_of(pool, pid);

		if (number < 0) {
			pool->others--;
			if (WIFSIGNALED(status))
				left(NULL, context);
			continue;
		}
		end_worker(pool, number, status, &last);
		if (last.name[0])
			left(&last, context);
	}
	if (pool->retry == 0)
		vns_pool_fill(pool);
}

bool vns_pool_rests(const struct vns_pool *pool)
{
	return pool->others == 0 &&
	       vns_office_waiting(pool->office.board) >= pool->count;
}
