/*
 * Compares the start time of the process that has the number with the time that
 * is claimed, before its namespaces are believed.
 */
#include "vserver/claim.h"

#include "system/process.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

/* Start times are in clock ticks. This allows for rounding and a bit more. */
#define START_SLACK_NS 30000000

int64_t vns_claim_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t nanoseconds(unsigned long long ticks)
{
	return (int64_t)(ticks *
			 (1000000000ULL / (unsigned long)sysconf(_SC_CLK_TCK)));
}

static int check_age(const struct vns_claim *claim,
		     const struct vns_process *process, struct vns_error *err)
{
	unsigned long long ticks;
	int rc = vns_process_start_time(process, &ticks, err);

	if (rc == 0 && nanoseconds(ticks) > claim->latest + START_SLACK_NS)
		rc = vns_error_set(err, ESTALE,
				   "process %d is younger than what %s says of "
				   "it",
				   claim->pid, claim->who);
	return rc;
}

static int open_claimed(const struct vns_claim *claim,
			struct vns_process *process, struct vns_error *err)
{
	int rc;

	if (claim->exact)
		return vns_process_reopen(claim->pid, claim->start, process,
					  err);
	rc = vns_process_open(claim->pid, process, err);
	return rc < 0 ? rc : check_age(claim, process, err);
}

int vns_claim_open(const struct vns_claim *claim, vns_nsset wanted,
		   struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	VNS_AUTOPLACE struct vns_place found = vns_place_like(place);
	int rc = open_claimed(claim, &process, err);

	found.shared = true;
	if (rc == 0)
		rc = vns_process_place(&process, wanted, claim->who, &found,
				       err);
	if (rc == -ESRCH)
		return vns_error_set(err, ESRCH,
				     "not running: process %d of %s has ended",
				     claim->pid, claim->who);
	if (rc < 0)
		return rc;
	*place = found;
	found = VNS_PLACE_NONE;
	return 0;
}
