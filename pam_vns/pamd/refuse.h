/*
 * Finds the module of a service's account lines that refuses a user, by running
 * those modules that only look.
 */
#ifndef VNS_REFUSE_H
#define VNS_REFUSE_H

#include "pamd/stack.h"

/* Who logs in, and from where; rhost may be "". */
struct vns_refuse_who {
	const char *service, *user, *rhost;
};

struct vns_refuse {
	unsigned looked; /* how many lines have been run */
	/*
	 * The line that refuses the user, of the stack that was asked about;
	 * NULL: the stack lets the user pass, if all other modules do.
	 */
	const struct vns_pamstack_rule *rule;
	char why[128]; /* Linux-PAM's words for what its module returned */
};

/*
 * Runs each of these modules in a process of its own for a few seconds at most,
 * with one line of the stack, and evaluates the stack with what they returned.
 * Those that count, change or ask whoever logs in are taken to let the user
 * pass, and so is pam_vns.so. Returns 0, or a negative errno if nothing could
 * be run.
 */
int vns_refuse_find(const struct vns_pamstack *account,
		    const struct vns_refuse_who *who, struct vns_refuse *found,
		    struct vns_error *err);

#endif
