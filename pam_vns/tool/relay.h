/*
 * Carries a program's standard input, output and error to and from the
 * caller's. The program only has pipes and a pseudo terminal that are made for
 * it, and no descriptor of the caller's: a descriptor of the host's could be
 * opened again through /proc/self/fd, and a program that has a terminal of the
 * host's may type into it (TIOCSTI).
 */
#ifndef VNS_RELAY_H
#define VNS_RELAY_H

#include "lib/error.h"
#include "tool/plan.h"

#include <signal.h>
#include <sys/types.h>

/*
 * The program is a child of the calling process, and leads a session. signals
 * is a non-blocking signalfd(2) for signals that are blocked.
 */
struct vns_relay_program {
	pid_t pid;
	int pidfd;
	int signals;
};

/*
 * Relays until the program has ended and everything that it wrote is delivered.
 * Signals are passed on; it is up to the program whether it ends. Closes all
 * held descriptors, restores the terminal's mode, and leaves it to the caller
 * to wait for the program. Returns -errno where the caller's own descriptors
 * failed.
 */
int vns_relay_run(const struct vns_plan *plan,
		  const struct vns_relay_program *program,
		  int held[VNS_PLAN_SLOTS], struct vns_error *err);

/* Sets the signals that a relay handles, except those the caller ignores. */
void vns_relay_signals(sigset_t *set);

#endif
