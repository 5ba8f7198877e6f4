/*
 * How a program that runs elsewhere is connected to the caller's standard
 * input, output and error.
 */
#ifndef VNS_PLAN_H
#define VNS_PLAN_H

#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>

enum vns_plan_kind {
	VNS_PLAN_PIPE,	    /* a pipe for it alone */
	VNS_PLAN_TERMINAL,  /* the one pseudo terminal */
	VNS_PLAN_AS_OUTPUT, /* of 2: the same as 1 */
};

/* What the program gets for 0, 1 and 2, by what the caller has there. */
struct vns_plan {
	enum vns_plan_kind kinds[3];
	int terminal;  /* the first of 0, 1 and 2 that is one; -1: none */
	bool seekable; /* 0 is a file, whose unread rest stays unread */
	struct termios modes; /* of the terminal */
	struct winsize size;
};

/* What the relay holds; each is a descriptor or -1. */
enum vns_plan_slot {
	VNS_PLAN_INPUT,	 /* the write end of the program's 0, if a pipe */
	VNS_PLAN_OUTPUT, /* read ends */
	VNS_PLAN_ERROR,
	VNS_PLAN_MASTER, /* of the pseudo terminal; non-blocking */
	VNS_PLAN_SLAVE,
	VNS_PLAN_UNREAD, /* the read end of the program's 0, if seekable */
	VNS_PLAN_SLOTS,
};

/* By what the calling process has. */
void vns_plan_make(struct vns_plan *plan);

#endif
