/*
 * What the keeper and its workers share: the socket that logins connect to, a
 * channel from the workers to the keeper, and a count of workers who wait.
 */
#ifndef VNS_OFFICE_H
#define VNS_OFFICE_H

#include "keeper/serve.h"
#include "vserver/metrics.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct vns_office {
	int listener;
	int sessions; /* the directory of vns_sessions_open */
	int desk;     /* the keeper's end of the channel; -1 in a worker */
	int door;     /* the workers' end; -1 in the keeper */
	struct vns_office_board *board; /* in memory shared by all */
	struct vns_metrics *metrics;	/* NULL: nothing is counted */
};

/* So many logins are served at the same time at most. */
#define VNS_OFFICE_WORKERS 4096

struct vns_office_board {
	atomic_int waiting; /* workers that wait for a login */
	/* Whether the worker with this number is one of them. */
	atomic_bool waits[VNS_OFFICE_WORKERS];
	/* What it serves: if it is killed, the keeper sees to the rest. */
	struct vns_served served[VNS_OFFICE_WORKERS];
};

/* What a worker tells the keeper. */
enum vns_office_word {
	VNS_OFFICE_MORE,    /* no worker waits any more */
	VNS_OFFICE_SESSION, /* a session has begun; its connection comes along
			     * and, if there is one, the terminal's master */
	VNS_OFFICE_STOP,    /* a vserver is to be stopped, at the time when */
};

struct vns_office_note {
	enum vns_office_word word;
	bool entered;
	int64_t when; /* as in vserver/due.h */
	vns_session name;
};

/*
 * Workers who wait: so many there are at least, and so many stay at most when
 * there are fewer logins again.
 */
#define VNS_OFFICE_SPARE 2

#endif
