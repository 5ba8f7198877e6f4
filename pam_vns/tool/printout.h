/* Prints what vns doctor has found, for people and for programs. */
#ifndef VNS_PRINTOUT_H
#define VNS_PRINTOUT_H

#include "doctor/report.h"

#include <stdio.h>

/*
 * Prints one line for each entry: state, id, subject, text; remedy. With quiet,
 * only those that did not pass are printed. If three or more entries say the
 * same about different subjects, only the line of the first is printed, with
 * the other subjects at its end. On a terminal the state is in colour (term.h).
 */
void vns_printout_lines(const struct vns_report *report, FILE *stream,
			bool quiet);

/* Prints a JSON array of objects: state, check, subject, text, remedy. */
void vns_printout_json(const struct vns_report *report, FILE *stream);

#endif
