/*
 * A program's standard input, output and error, carried to and from the
 * caller's. The program has pipes and a pseudo terminal made for it and nothing
 * that the caller has: a descriptor of the host's could be opened anew through
 * /proc/self/fd, and into a terminal of the host's a program may type
 * (TIOCSTI).
 */
#ifndef VNS_RELAY_H
#define VNS_RELAY_H

#include "lib/error.h"
#include "tool/plan.h"

#include <signal.h>
#include <sys/types.h>

/*
 * The program: a child of the caller's that leads a session. signals is a
 * signalfd(2), non-blocking, of blocked signals.
 */
struct vns_relay_program {
	pid_t pid;
	int pidfd;
	int signals;
};

/*
 * Carries until the program ends, and what it has written is delivered.
 * Signals are passed on, and then it is the program's business to end. Closes
 * all that is held; leaves the program to be waited for, and the terminal as it
 * was. -errno where the caller's own descriptors failed.
 */
int vns_relay_run(const struct vns_plan *plan,
		  const struct vns_relay_program *program,
		  int held[VNS_PLAN_SLOTS], struct vns_error *err);

/* The signals a relay listens to, but those that the caller ignores. */
void vns_relay_signals(sigset_t *set);

#endif
