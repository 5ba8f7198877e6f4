/*
 * Prints each metric with its HELP and TYPE: one line a vserver for sessions,
 * one a reason for refusals, and cumulative buckets for starts.
 */
#include "tool/metrics.h"

#include "lib/fields.h"
#include "vserver/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_head(const char *name, const char *type, const char *help)
{
	printf("# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void print_counter(const char *name, const char *help, uint64_t value)
{
	print_head(name, "counter", help);
	printf("%s %" PRIu64 "\n", name, value);
}

/* Escapes as the format has it for a label's value. */
static void print_value(const char *text)
{
	for (; *text; text++)
		if (*text == '\n')
			fputs("\\n", stdout);
		else if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else
			putchar(*text);
}

static void print_sessions(const struct vns_strings *records, size_t count)
{
	size_t first, next;

	print_head("vns_sessions", "gauge",
		   "Sessions that are open in a vserver.");
	for (first = 0; first < count; first = next) {
		const char *name = vns_fields_get(&records[first], "vserver");

		for (next = first + 1; next < count; next++)
			if (strcmp(vns_fields_get(&records[next], "vserver"),
				   name) != 0)
				break;
		fputs("vns_sessions{vserver=\"", stdout);
		print_value(name);
		printf("\"} %zu\n", next - first);
	}
}

static void print_refusals(struct vns_metrics *metrics)
{
	int i;

	print_head("vns_refusals_total", "counter",
		   "Logins that were refused, by reason.");
	for (i = 0; i < VNS_REFUSAL_COUNT; i++)
		printf("vns_refusals_total{reason=\"%s\"} %" PRIu64 "\n",
		       vns_metrics_refusal((enum vns_refusal)i),
		       atomic_load(&metrics->refusals[i]));
}

/* The number of starts is that of the last bucket, which holds all. */
static void print_starts(struct vns_metrics *metrics)
{
	const uint64_t time = atomic_load(&metrics->start_time);
	uint64_t count = 0;
	int i;

	print_head("vns_start_seconds", "histogram",
		   "How long starts of native vservers took.");
	for (i = 0; i < VNS_METRICS_BUCKETS; i++) {
		count += atomic_load(&metrics->starts[i]);
		printf("vns_start_seconds_bucket{le=\"%s\"} %" PRIu64 "\n",
		       vns_metrics_bound(i), count);
	}
	printf("vns_start_seconds_sum %" PRIu64 ".%03" PRIu64 "\n", time / 1000,
	       time % 1000);
	printf("vns_start_seconds_count %" PRIu64 "\n", count);
	print_counter("vns_starts_total", "Native vservers that were started.",
		      count);
}

void vns_metrics_print(const struct vns_strings *records, size_t count)
{
	static struct vns_metrics nothing;
	struct vns_metrics *mapped = vns_metrics_open();
	struct vns_metrics *metrics = mapped ? mapped : &nothing;

	print_sessions(records, count);
	print_counter("vns_logins_total", "Sessions that have begun.",
		      atomic_load(&metrics->logins));
	print_refusals(metrics);
	print_starts(metrics);
	print_counter("vns_stops_total", "Native vservers that were stopped.",
		      atomic_load(&metrics->stops));
	vns_metrics_close(mapped);
}
