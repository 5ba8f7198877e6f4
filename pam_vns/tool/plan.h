/*
 * Decides how a program that runs elsewhere is connected to the caller's
 * standard input, output and error.
 */
#ifndef VNS_PLAN_H
#define VNS_PLAN_H

#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>

enum vns_plan_kind {
	VNS_PLAN_PIPE,	    /* a pipe of its own */
	VNS_PLAN_TERMINAL,  /* the only pseudo terminal */
	VNS_PLAN_AS_OUTPUT, /* only for 2: the same as 1 */
};

/* What the program gets for 0, 1 and 2, by what the caller has there. */
struct vns_plan {
	enum vns_plan_kind kinds[3];
	int terminal;	      /* the first of 0, 1, 2 that is one; or -1 */
	bool seekable;	      /* 0 is a file; what is unread stays unread */
	struct termios modes; /* modes of the terminal */
	struct winsize size;
};

/* The descriptors that the relay holds. Each may be -1. */
enum vns_plan_slot {
	VNS_PLAN_INPUT,	 /* the write end of the program's 0, if a pipe */
	VNS_PLAN_OUTPUT, /* read ends of the program's pipes */
	VNS_PLAN_ERROR,
	VNS_PLAN_MASTER, /* of the pseudo terminal; non-blocking */
	VNS_PLAN_SLAVE,
	VNS_PLAN_UNREAD, /* the read end of the program's 0, if seekable */
	VNS_PLAN_SLOTS,
};

/* Makes the plan from the descriptors that the calling process has. */
void vns_plan_make(struct vns_plan *plan);

#endif
