/*
 * Opens the namespaces of a process that is said to be a container's: by a
 * number, which may have passed to another process meanwhile.
 */
#ifndef VNS_CLAIM_H
#define VNS_CLAIM_H

#include "lib/nsname.h"
#include "system/place.h"

#include <stdint.h>

struct vns_claim {
	const char *who; /* says so: a path, in errors */
	int pid;
	/* When the process started, in clock ticks since boot (proc(5)). */
	bool exact;
	unsigned long long start;
	/* If that is not known, it was not after this: see vns_claim_now. */
	int64_t latest;
};

/* The time since boot in nanoseconds, as start times have it. */
int64_t vns_claim_now(void);

/*
 * Opens the wanted namespaces; place->owner says who may own them. Returns
 * -ESRCH if the process has ended, which is so too if the number is another
 * process's by now, and -ESTALE if the process started later than claimed.
 */
int vns_claim_open(const struct vns_claim *claim, vns_nsset wanted,
		   struct vns_place *place, struct vns_error *err);

#endif
