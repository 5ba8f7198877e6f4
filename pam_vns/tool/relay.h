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

#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>

enum vns_relay_kind {
	VNS_RELAY_PIPE,	     /* a pipe for it alone */
	VNS_RELAY_TERMINAL,  /* the one pseudo terminal */
	VNS_RELAY_AS_OUTPUT, /* of 2: the same as 1 */
};

/* What the program gets for 0, 1 and 2, by what the caller has there. */
struct vns_relay_plan {
	enum vns_relay_kind kinds[3];
	int terminal;  /* the first of 0, 1 and 2 that is one; -1: none */
	bool seekable; /* 0 is a file, whose unread rest stays unread */
	struct termios modes; /* of the terminal */
	struct winsize size;
};

/* What the relay holds; each is a descriptor or -1. */
enum vns_relay_slot {
	VNS_RELAY_INPUT,  /* the write end of the program's 0, if a pipe */
	VNS_RELAY_OUTPUT, /* read ends */
	VNS_RELAY_ERROR,
	VNS_RELAY_MASTER, /* of the pseudo terminal; non-blocking */
	VNS_RELAY_SLAVE,
	VNS_RELAY_UNREAD, /* the read end of the program's 0, if seekable */
	VNS_RELAY_SLOTS,
};

/*
 * The program: a child of the caller's that leads a session. signals is a
 * signalfd(2), non-blocking, of blocked signals.
 */
struct vns_relay_program {
	pid_t pid;
	int pidfd;
	int signals;
};

void vns_relay_plan(struct vns_relay_plan *plan);

/*
 * Carries until the program ends, and what it has written is delivered.
 * Signals are passed on, and then it is the program's business to end. Closes
 * all that is held; leaves the program to be waited for, and the terminal as it
 * was. -errno where the caller's own descriptors failed.
 */
int vns_relay_run(const struct vns_relay_plan *plan,
		  const struct vns_relay_program *program,
		  int held[VNS_RELAY_SLOTS], struct vns_error *err);

/* The signals a relay listens to, but those that the caller ignores. */
void vns_relay_signals(sigset_t *set);

#endif
