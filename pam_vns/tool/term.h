/*
 * What a person at a terminal gets, and a pipe does not: colour, columns as
 * wide as what is in them, and a line that says how far it has got. A pipe
 * gets the same words, plain, with the same columns on every machine.
 */
#ifndef VNS_TERM_H
#define VNS_TERM_H

#include "lib/util.h"

#include <stdbool.h>
#include <stdio.h>

struct vns_term {
	FILE *file;
	bool terminal;
	bool colour;	/* not with NO_COLOR, nor where TERM is "dumb" */
	bool rewrites;	/* a line can be written over */
	unsigned width; /* in columns; 0: as many as it takes */
};

/* Asks the environment, too. */
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
 * Prints text, which has nothing in it but printable ASCII, with blanks behind
 * it up to width (0: none).
 */
void vns_term_print(const struct vns_term *term, enum vns_term_style style,
		    const char *text, int width);

/* That of "running", "stopped" and "broken", and of "pass" and "fail". */
enum vns_term_style vns_term_style_of(const char *word);

#define VNS_TERM_COLUMNS 8

/*
 * Rows of printable text. In a pipe each is printed as it comes, in columns
 * of the given widths. A terminal gets all of them at the end, in columns that
 * fit, and the last one is cut off where the terminal ends. What is empty is
 * "-".
 */
struct vns_term_column {
	const char *title;
	int width;  /* 0, in the last */
	bool state; /* coloured by vns_term_style_of */
};

struct vns_term_table {
	struct vns_term term;
	const struct vns_term_column *columns;
	size_t count; /* at most VNS_TERM_COLUMNS */
	/* The rest is the table's. */
	struct vns_strings kept;
};

/* Prints, or keeps, the titles. */
void vns_term_table_begin(struct vns_term_table *table, FILE *file,
			  const struct vns_term_column *columns, size_t count);
/* One cell for each column; 0 or -ENOMEM. */
int vns_term_table_add(struct vns_term_table *table, const char *const *cells);
void vns_term_table_end(struct vns_term_table *table);

/* On terminals that can, the last line. Zeroed, it does nothing. */
struct vns_term_progress {
	struct vns_term term;
	size_t done, total;
	bool shown;
};

/* "verb 37/1000: now". */
void vns_term_progress_show(struct vns_term_progress *progress,
			    const char *verb, const char *now);
/* Before anything else is printed. */
void vns_term_progress_hide(struct vns_term_progress *progress);

#endif
