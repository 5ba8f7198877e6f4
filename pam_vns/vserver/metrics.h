/*
 * Counts what has happened since the host's boot, in the file /run/vns/metrics,
 * which all processes of ours map: so counts outlive the process that counts.
 * The file is root's alone. Where it cannot be made, nothing is counted, and
 * nothing fails.
 */
#ifndef VNS_METRICS_H
#define VNS_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

/* Why logins are refused: the step at which they were. */
enum vns_refusal {
	VNS_REFUSAL_OTHER,
	VNS_REFUSAL_RULE,   /* a rule, or the default, says "deny" */
	VNS_REFUSAL_CONFIG, /* a file is wrong or missing */
	/* Looking the user up failed, or their password has expired. */
	VNS_REFUSAL_ACCOUNT,
	VNS_REFUSAL_NOT_RUNNING,
	VNS_REFUSAL_START,
	VNS_REFUSAL_LOOK, /* the shell is missing, or a path is silent */
	VNS_REFUSAL_HOOK,
	VNS_REFUSAL_LIMIT, /* max_sessions */
	VNS_REFUSAL_ENTER,
	VNS_REFUSAL_COUNT,
};

/* Returns a word of [a-z_] for the reason. */
const char *vns_metrics_refusal(enum vns_refusal refusal);

/* Starts are counted by how long they took; the last bucket has no bound. */
#define VNS_METRICS_BUCKETS 13
/* Returns the bucket's upper bound in seconds as text: "0.005" ... "+Inf". */
const char *vns_metrics_bound(int bucket);

/* The file. If this changes, VNS_METRICS_VERSION does. */
#define VNS_METRICS_VERSION 1
struct vns_metrics {
	_Atomic uint32_t version; /* 0: just being made */
	uint32_t unused;
	_Atomic uint64_t logins; /* sessions that have begun */
	_Atomic uint64_t refusals[VNS_REFUSAL_COUNT];
	_Atomic uint64_t stops;
	_Atomic uint64_t starts[VNS_METRICS_BUCKETS];
	_Atomic uint64_t start_time; /* of all starts, in milliseconds */
};

/*
 * Maps the file, and makes it if it is missing or another version's. Returns
 * NULL where that fails. Unmapped by vns_metrics_close, which takes NULL.
 */
struct vns_metrics *vns_metrics_open(void);
void vns_metrics_close(struct vns_metrics *metrics);

/* These do nothing if metrics is NULL. */
void vns_metrics_add_login(struct vns_metrics *metrics);
void vns_metrics_add_refusal(struct vns_metrics *metrics,
			     enum vns_refusal refusal);

/* These open and close the file themselves. */
void vns_metrics_add_start(int64_t milliseconds);
void vns_metrics_add_stop(void);

#endif
