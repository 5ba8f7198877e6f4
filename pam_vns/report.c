#include "report.h"

#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name; /* in JSON */
	const char *word; /* for people */
	const char *colour;
} states[VNS_REPORT_STATES] = {
	[VNS_REPORT_OK] = { "ok", "ok", "\033[32m" },
	[VNS_REPORT_WARN] = { "warning", "WARN", "\033[33m" },
	[VNS_REPORT_FAIL] = { "failure", "FAIL", "\033[31m" },
};

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

static void print_escaped(FILE *stream, const char *before, const char *text)
{
	char escaped[4096];

	if (!*text)
		return;
	vns_log_escape(escaped, sizeof(escaped), text);
	fprintf(stream, "%s%s", before, escaped);
}

static void print_line(const struct vns_report_entry *entry, FILE *stream,
		       bool colour)
{
	fprintf(stream, "%s%-4s%s %-18s",
		colour ? states[entry->state].colour : "",
		states[entry->state].word, colour ? "\033[0m" : "", entry->id);
	print_escaped(stream, " ", entry->subject);
	print_escaped(stream, *entry->subject ? ": " : " ", entry->text);
	print_escaped(stream, "; ", entry->remedy);
	fputc('\n', stream);
}

void vns_report_print(const struct vns_report *report, FILE *stream,
		      bool colour, bool quiet)
{
	size_t i;

	for (i = 0; i < report->count; i++)
		if (!quiet || report->entries[i].state != VNS_REPORT_OK)
			print_line(&report->entries[i], stream, colour);
}

static void print_string(FILE *stream, const char *key, const char *value)
{
	char escaped[4096];
	const char *at;

	vns_log_escape(escaped, sizeof(escaped), value);
	fprintf(stream, "\"%s\": \"", key);
	for (at = escaped; *at; at++) {
		if (*at == '"' || *at == '\\')
			fputc('\\', stream);
		fputc(*at, stream);
	}
	fputc('"', stream);
}

void vns_report_print_json(const struct vns_report *report, FILE *stream)
{
	size_t i;

	fputc('[', stream);
	for (i = 0; i < report->count; i++) {
		const struct vns_report_entry *entry = &report->entries[i];

		fprintf(stream, "%s\n  {", i ? "," : "");
		print_string(stream, "state", states[entry->state].name);
		fputs(", ", stream);
		print_string(stream, "check", entry->id);
		fputs(", ", stream);
		print_string(stream, "subject", entry->subject);
		fputs(", ", stream);
		print_string(stream, "text", entry->text);
		fputs(", ", stream);
		print_string(stream, "remedy", entry->remedy);
		fputc('}', stream);
	}
	fputs("\n]\n", stream);
}
