/*
 * Collects what vns doctor has found: a list of checks that passed or failed,
 * each failed one with what to do about it.
 */
#ifndef VNS_REPORT_H
#define VNS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

/* The order is from good to bad. */
enum vns_report_state {
	VNS_REPORT_OK,
	VNS_REPORT_WARN, /* works, but not fully, or not as it should */
	VNS_REPORT_FAIL, /* logins fail, or go to the wrong place */
	VNS_REPORT_STATES,
};

struct vns_report_entry {
	enum vns_report_state state;
	char *id;      /* stable, for scripts: "pam-order" */
	char *subject; /* a service, user, vserver, file; or "" */
	char *text;
	char *remedy; /* "" where there is nothing to do */
};

struct vns_report {
	struct vns_report_entry *entries;
	size_t count;
	size_t counts[VNS_REPORT_STATES];
	bool no_memory; /* an entry could not be added */
};

/*
 * Appends an entry, with copies of all strings. Every entry needs a remedy,
 * except those with VNS_REPORT_OK; remedy may be NULL. Returns 0 or -ENOMEM.
 * Text that strangers chose is escaped when it is printed, not here. A failure
 * is remembered in no_memory, so that a caller that adds many entries only has
 * to check once, at the end.
 */
int vns_report_add(struct vns_report *report, enum vns_report_state state,
		   const char *id, const char *subject, const char *remedy,
		   const char *format, ...)
	__attribute__((format(printf, 6, 7)));
void vns_report_free(struct vns_report *report);
#define VNS_AUTOREPORT __attribute__((cleanup(vns_report_free)))

enum vns_report_state vns_report_worst(const struct vns_report *report);

#endif
