/*
 * Formats output for a person at a terminal: colour, columns as wide as their
 * contents, and a progress line. A pipe gets the same words without colour, in
 * columns that have the same width on every machine.
 */
#ifndef VNS_TERM_H
#define VNS_TERM_H

#include "lib/util.h"

#include <stdbool.h>
#include <stdio.h>

struct vns_term {
	FILE *file;
	bool terminal;
	bool colour;	/* not with NO_COLOR, nor if TERM is "dumb" */
	bool rewrites;	/* a line can be overwritten */
	unsigned width; /* in columns; 0: unlimited */
};

/* Looks at the file and at the environment. */
struct vns_term vns_term_look(FILE *file);

enum vns_term_style {
	VNS_TERM_PLAIN,
	VNS_TERM_GOOD,
	VNS_TERM_BAD,
	VNS_TERM_WARN,
	VNS_TERM_FAINT,
	VNS_TERM_HEAD,
};

/*
 * Prints text, which must only contain printable ASCII, padded with blanks up
 * to width (0: no padding).
 */
void vns_term_print(const struct vns_term *term, enum vns_term_style style,
		    const char *text, int width);

/*
 * Returns the style of a word that says how something is: "running", "broken",
 * "ok", "FAIL".
 */
enum vns_term_style vns_term_style_of(const char *word);

#define VNS_TERM_COLUMNS 8

/*
 * A table. In a pipe each row is printed at once, in columns of the given
 * widths. On a terminal all rows are printed at the end, in columns that fit,
 * and the last column is cut off at the terminal's edge. Each cell is one word,
 * whatever is in it (vns_log_value). An empty cell is shown as "-".
 */
struct vns_term_column {
	const char *title;
	int width;  /* 0 for the last column */
	bool state; /* vns_term_style_of gives its colour */
	bool ours;  /* nothing that strangers chose: printed as it is */
};

struct vns_term_table {
	struct vns_term term;
	const struct vns_term_column *columns;
	size_t count; /* at most VNS_TERM_COLUMNS */
	/* The remaining members are private to the table. */
	struct vns_strings kept;
};

/* Prints the titles, or keeps them for the end. */
void vns_term_table_begin(struct vns_term_table *table, FILE *file,
			  const struct vns_term_column *columns, size_t count);
/* Adds a row with one cell for each column. Returns 0 or -ENOMEM. */
int vns_term_table_add(struct vns_term_table *table, const char *const *cells);
void vns_term_table_end(struct vns_term_table *table);

/*
 * A progress line, on terminals that can overwrite a line. It does nothing if
 * it is initialised with zeros.
 */
struct vns_term_progress {
	struct vns_term term;
	size_t done, total;
	bool shown;
};

/* Shows "verb 37/1000: now". */
void vns_term_progress_show(struct vns_term_progress *progress,
			    const char *verb, const char *now);
/* To be called before anything else is printed. */
void vns_term_progress_hide(struct vns_term_progress *progress);

#endif
