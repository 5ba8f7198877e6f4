/* Keeps the findings in an array that grows, and counts them by their state. */
#include "doctor/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_entry(struct vns_report_entry *entry)
{
	free(entry->id);
	free(entry->subject);
	free(entry->text);
	free(entry->remedy);
}

static int no_memory(struct vns_report *report)
{
	report->no_memory = true;
	return -ENOMEM;
}

int vns_report_add(struct vns_report *report, enum vns_report_state state,
		   const char *id, const char *subject, const char *remedy,
		   const char *format, ...)
{
	struct vns_report_entry entry = { .state = state };
	struct vns_report_entry *entries;
	va_list args;

	entries = reallocarray(report->entries, report->count + 1,
			       sizeof(*entries));
	if (!entries)
		return no_memory(report);
	report->entries = entries;
	va_start(args, format);
	if (vasprintf(&entry.text, format, args) < 0)
		entry.text = NULL;
	va_end(args);
	entry.id = strdup(id);
	entry.subject = strdup(subject ? subject : "");
	entry.remedy = strdup(remedy ? remedy : "");
	if (!entry.id || !entry.text || !entry.subject || !entry.remedy) {
		free_entry(&entry);
		return no_memory(report);
	}
	entries[report->count++] = entry;
	report->counts[state]++;
	return 0;
}

void vns_report_free(struct vns_report *report)
{
	size_t i;

	for (i = 0; i < report->count; i++)
		free_entry(&report->entries[i]);
	free(report->entries);
	*report = (struct vns_report){ 0 };
}

enum vns_report_state vns_report_worst(const struct vns_report *report)
{
	if (report->counts[VNS_REPORT_FAIL])
		return VNS_REPORT_FAIL;
	return report->counts[VNS_REPORT_WARN] ? VNS_REPORT_WARN :
						 VNS_REPORT_OK;
}
