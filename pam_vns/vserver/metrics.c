/*
 * Maps the file that counts are in, with all its pages there: a mapped page
 * that a full file system has no room for would end the process.
 */
#include "vserver/metrics.h"

#include "lib/error.h"
#include "system/runtime.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "metrics"

static const char *const refusals[VNS_REFUSAL_COUNT] = {
	[VNS_REFUSAL_OTHER] = "other",
	[VNS_REFUSAL_RULE] = "rule",
	[VNS_REFUSAL_CONFIG] = "configuration",
	[VNS_REFUSAL_ACCOUNT] = "account",
	[VNS_REFUSAL_NOT_RUNNING] = "not_running",
	[VNS_REFUSAL_START] = "start_failed",
	[VNS_REFUSAL_LOOK] = "look_inside",
	[VNS_REFUSAL_HOOK] = "hook",
	[VNS_REFUSAL_LIMIT] = "limit",
	[VNS_REFUSAL_ENTER] = "enter",
};

const char *vns_metrics_refusal(enum vns_refusal refusal)
{
	return refusals[refusal];
}

static const struct {
	int64_t milliseconds;
	const char *seconds;
} bounds[VNS_METRICS_BUCKETS] = {
	{ 5, "0.005" },	       { 10, "0.01" },	{ 25, "0.025" },
	{ 50, "0.05" },	       { 100, "0.1" },	{ 250, "0.25" },
	{ 500, "0.5" },	       { 1000, "1" },	{ 2500, "2.5" },
	{ 5000, "5" },	       { 10000, "10" }, { 30000, "30" },
	{ INT64_MAX, "+Inf" },
};

const char *vns_metrics_bound(int bucket)
{
	return bounds[bucket].seconds;
}

/* --- the file ------------------------------------------------------------- */

/* Returns NULL with errno 0 where the file is another version's. */
static struct vns_metrics *map(int directory)
{
	VNS_AUTOCLOSE int fd = openat(
		directory, FILE_NAME,
		O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	const off_t size = sizeof(struct vns_metrics);
	struct vns_metrics *metrics;
	struct stat st;
	uint32_t made = 0;

	if (fd < 0 || fstat(fd, &st) < 0 ||
	    (st.st_size == 0 && fallocate(fd, 0, 0, size) < 0))
		return NULL;
	errno = 0;
	if (st.st_size != 0 && st.st_size != size)
		return NULL;
	metrics = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED,
		       fd, 0);
	if (metrics == MAP_FAILED)
		return NULL;
	if (atomic_compare_exchange_strong(&metrics->version, &made,
					   VNS_METRICS_VERSION) ||
	    made == VNS_METRICS_VERSION)
		return metrics;
	vns_metrics_close(metrics);
	errno = 0;
	return NULL;
}

struct vns_metrics *vns_metrics_open(void)
{
	VNS_AUTOCLOSE int directory = -1;
	struct vns_metrics *metrics;
	struct vns_error ignored;

	if (vns_runtime_top(&directory, &ignored) < 0)
		return NULL;
	metrics = map(directory);
	if (metrics || errno != 0)
		return metrics;
	(void)!unlinkat(directory, FILE_NAME, 0);
	return map(directory);
}

void vns_metrics_close(struct vns_metrics *metrics)
{
	if (metrics)
		munmap(metrics, sizeof(*metrics));
}

/* --- counting ------------------------------------------------------------- */

void vns_metrics_add_login(struct vns_metrics *metrics)
{
	if (metrics)
		atomic_fetch_add(&metrics->logins, 1);
}

void vns_metrics_add_refusal(struct vns_metrics *metrics,
			     enum vns_refusal refusal)
{
	if (metrics)
		atomic_fetch_add(&metrics->refusals[refusal], 1);
}

void vns_metrics_add_start(int64_t milliseconds)
{
	struct vns_metrics *metrics = vns_metrics_open();
	int bucket = 0;

	if (!metrics)
		return;
	while (milliseconds > bounds[bucket].milliseconds)
		bucket++;
	atomic_fetch_add(&metrics->starts[bucket], 1);
	atomic_fetch_add(&metrics->start_time, (uint64_t)milliseconds);
	vns_metrics_close(metrics);
}

void vns_metrics_add_stop(void)
{
	struct vns_metrics *metrics = vns_metrics_open();

	if (!metrics)
		return;
	atomic_fetch_add(&metrics->stops, 1);
	vns_metrics_close(metrics);
}
