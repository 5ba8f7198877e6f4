/*
 * What vns doctor has found: a list of checks that passed or did not, each
 * failed one with what to do about it.
 */
#ifndef VNS_REPORT_H
#define VNS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* In the order of how bad it is. */
enum vns_report_state {
	VNS_REPORT_OK,
	VNS_REPORT_WARN, /* works, but not all of it, or not as it should */
	VNS_REPORT_FAIL, /* a login fails, or is not where it has to be */
	VNS_REPORT_STATES,
};

struct vns_report_entry {
	enum vns_report_state state;
	char *id;      /* stable, for scripts: "pam-order" */
	char *subject; /* a service, user, vserver, file; or "" */
	char *text;
	char *remedy; /* "" where nothing is to be done */
};

struct vns_report {
	struct vns_report_entry *entries;
	size_t count;
	size_t counts[VNS_REPORT_STATES];
	bool no_memory; /* something could not be added */
};

/*
 * Appends one, all copied; remedy may be NULL, and belongs to everything but
 * VNS_REPORT_OK. 0 or -ENOMEM. Text that strangers chose is
 * escaped when printed, not here. no_memory remembers a failure: who adds many
 * asks once, at the end.
 */
int vns_report_add(struct vns_report *report, enum vns_report_state state,
		   const char *id, const char *subject, const char *remedy,
		   const char *format, ...)
	__attribute__((format(printf, 6, 7)));
void vns_report_free(struct vns_report *report);
#define VNS_AUTOREPORT __attribute__((cleanup(vns_report_free)))

enum vns_report_state vns_report_worst(const struct vns_report *report);

/*
 * One line each: state, id, subject, text; remedy. With quiet only those that
 * did not pass. Three and more that say the same of different subjects are one
 * line, the first's, with the other subjects behind it.
 */
void vns_report_print(const struct vns_report *report, FILE *stream,
		      bool colour, bool quiet);

/* A JSON array of objects: state, check, subject, text, remedy. */
void vns_report_print_json(const struct vns_report *report, FILE *stream);

#endif
