/*
 * What the keeper and its workers share: the socket that logins connect to, a
 * channel from the workers to the keeper, and a board on which each worker
 * notes whether it waits, and whose login it serves.
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
#define VNS_OFFICE_WORD 64

struct vns_office_board {
	/*
	 * A bit for each worker that waits for a login. Each change is made by
	 * one instruction: a worker can be killed between any two.
	 */
	_Atomic uint64_t waits[VNS_OFFICE_WORKERS / VNS_OFFICE_WORD];
	/* What it serves: if it is killed, the keeper sees to the rest. */
	struct vns_served served[VNS_OFFICE_WORKERS];
};

static inline void vns_office_wait(struct vns_office_board *board, int number,
				   bool waits)
{
	_Atomic uint64_t *word = &board->waits[number / VNS_OFFICE_WORD];
	const uint64_t bit = (uint64_t)1 << number % VNS_OFFICE_WORD;

	if (waits)
		atomic_fetch_or(word, bit);
	else
		atomic_fetch_and(word, ~bit);
}

static inline bool vns_office_waits(struct vns_office_board *board, int number)
{
	const uint64_t bit = (uint64_t)1 << number % VNS_OFFICE_WORD;

	return atomic_load(&board->waits[number / VNS_OFFICE_WORD]) & bit;
}

/* How many workers wait for a login. */
static inline int vns_office_waiting(struct vns_office_board *board)
{
	int i, count = 0;

	for (i = 0; i < VNS_OFFICE_WORKERS / VNS_OFFICE_WORD; i++)
		count += __builtin_popcountll(atomic_load(&board->waits[i]));
	return count;
}

/* What a worker tells the keeper. */
enum vns_office_word {
	VNS_OFFICE_MORE,    /* no worker waits any more */
	VNS_OFFICE_LEAVE,   /* another keeper is to take this one's place */
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
