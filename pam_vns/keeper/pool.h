/*
 * Keeps as many workers as there are logins to be served, and some that wait.
 */
#ifndef VNS_POOL_H
#define VNS_POOL_H

#include "keeper/office.h"
#include "lib/error.h"

struct vns_pool {
	struct vns_office office;
	pid_t workers[VNS_OFFICE_WORKERS]; /* 0: no worker has this number */
	int count;			   /* workers there are */
	int others;			   /* other children */
	bool lacks; /* the last try to fork as many as there should be failed */
	/* Fewer workers wait than should: when more are to be forked; or 0. */
	int64_t retry;
};

/*
 * Prepares the pool for a listening socket. The pool belongs to the calling
 * process, which blocks the signals that it waits for; children unblock them.
 */
int vns_pool_open(struct vns_pool *pool, int listener, struct vns_error *err);

/*
 * Forks workers until enough wait for a login. If that fails, retry is set, and
 * vns_pool_retry has to be called from then on.
 */
void vns_pool_fill(struct vns_pool *pool);

/* Does the same if it is time to do it again. */
void vns_pool_retry(struct vns_pool *pool);

/*
 * Forks a process that has no descriptor of the keeper's but the sessions'
 * directory, the workers' end of the channel and, if it is not -1, kept.
 * Returns as fork(2) does.
 */
pid_t vns_pool_fork(struct vns_pool *pool, int kept);

/*
 * Collects the children that have ended. left is called for each child that may
 * have left a record behind: for a worker, with what it served; for another
 * child that was killed, with NULL.
 */
void vns_pool_reap(struct vns_pool *pool,
		   void (*left)(const struct vns_served *served, void *context),
		   void *context);

/*
 * Writes a line to the log without waiting: a child of its own does, where the
 * daemon that reads the log is not quick enough. While that one reads nothing,
 * and no process can be forked either, the line is lost.
 */
void vns_pool_log(struct vns_pool *pool, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether no child is at work. */
bool vns_pool_rests(const struct vns_pool *pool);

#endif
