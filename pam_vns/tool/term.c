/*
 * Prints colours and clears lines by escape sequences, and keeps a table's rows
 * until it is known how wide the columns are.
 */
#include "tool/term.h"

#include "lib/log.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Treat narrower terminals as this wide. */
#define WIDTH_MIN 40
/* Do not cut the last column to less than this: nobody could read it. */
#define LAST_MIN 20
#define LINE_MAX_WIDTH 256

struct vns_term vns_term_look(FILE *file)
{
	const char *type = getenv("TERM"), *no_colour = getenv("NO_COLOR");
	struct vns_term term = { .file = file };
	struct winsize size;

	term.terminal = isatty(fileno(file)) == 1;
	if (!term.terminal)
		return term;
	term.rewrites = type && *type && strcmp(type, "dumb") != 0;
	term.colour = term.rewrites && !(no_colour && *no_colour);
	if (ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		term.width = size.ws_col;
	if (term.width > 0 && term.width < WIDTH_MIN)
		term.width = WIDTH_MIN;
	return term;
}

void vns_term_print(const struct vns_term *term, enum vns_term_style style,
		    const char *text, int width)
{
	static const char *const codes[] = {
		[VNS_TERM_PLAIN] = NULL, [VNS_TERM_GOOD] = "32",
		[VNS_TERM_BAD] = "1;31", [VNS_TERM_WARN] = "33",
		[VNS_TERM_FAINT] = "2",	 [VNS_TERM_HEAD] = "1",
	};
	const char *code = term->colour ? codes[style] : NULL;
	int blanks = width - (int)strlen(text);

	if (code)
		fprintf(term->file, "\033[%sm%s\033[0m", code, text);
	else
		fputs(text, term->file);
	if (blanks > 0)
		fprintf(term->file, "%*s", blanks, "");
}

enum vns_term_style vns_term_style_of(const char *word)
{
	static const struct {
		const char *word;
		enum vns_term_style style;
	} words[] = {
		{ "running", VNS_TERM_GOOD },  { "started", VNS_TERM_GOOD },
		{ "stopped", VNS_TERM_FAINT }, { "broken", VNS_TERM_BAD },
		{ "ok", VNS_TERM_GOOD },       { "WARN", VNS_TERM_WARN },
		{ "FAIL", VNS_TERM_BAD },      { "paused", VNS_TERM_WARN },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i].word) == 0)
			return words[i].style;
	return VNS_TERM_PLAIN;
}

/* --- tables --------------------------------------------------------------- */

static enum vns_term_style style_of(const struct vns_term_table *table,
				    const char *cell, size_t column,
				    bool titles)
{
	if (titles)
		return VNS_TERM_HEAD;
	return table->columns[column].state ? vns_term_style_of(cell) :
					      VNS_TERM_PLAIN;
}

/* Returns how many bytes of the last cell to print; 0: all of them. */
static int cut(const struct vns_term *term, unsigned used, const char *cell)
{
	if (term->width == 0 || used + strlen(cell) <= term->width ||
	    used + LAST_MIN > term->width)
		return 0;
	return (int)(term->width - used - 3);
}

static void print_row(const struct vns_term_table *table,
		      const char *const *cells, const int *widths, bool titles)
{
	const struct vns_term *term = &table->term;
	size_t i, last = table->count ? table->count - 1 : 0;
	unsigned used = 0;
	int length;

	for (i = 0; i < last; i++) {
		vns_term_print(term, style_of(table, cells[i], i, titles),
			       cells[i], widths[i]);
		fputc(' ', term->file);
		used += (unsigned)widths[i] + 1;
	}
	length = cut(term, used, cells[last]);
	if (length > 0)
		fprintf(term->file, "%.*s...", length, cells[last]);
	else
		vns_term_print(term, style_of(table, cells[last], last, titles),
			       cells[last], 0);
	fputc('\n', term->file);
}

void vns_term_table_begin(struct vns_term_table *table, FILE *file,
			  const struct vns_term_column *columns, size_t count)
{
	const char *titles[VNS_TERM_COLUMNS];
	int widths[VNS_TERM_COLUMNS];
	size_t i;

	*table = (struct vns_term_table){ .columns = columns, .count = count };
	table->term = vns_term_look(file);
	for (i = 0; i < VNS_TERM_COLUMNS; i++) {
		titles[i] = i < count ? columns[i].title : "";
		widths[i] = i < count ? columns[i].width : 0;
	}
	if (!table->term.terminal)
		print_row(table, titles, widths, true);
}

/* Keeps a cell as it is printed. */
static int keep(struct vns_term_table *table, const char *cell, bool ours)
{
	char word[4 * PATH_MAX];

	if (!*cell)
		return vns_strings_add(&table->kept, "-");
	if (ours)
		return vns_strings_add(&table->kept, cell);
	/* This one is not empty. */
	if (strcmp(cell, "-") == 0)
		return vns_strings_add(&table->kept, "\"-\"");
	vns_log_value(word, sizeof(word), cell);
	return vns_strings_add(&table->kept, word);
}

int vns_term_table_add(struct vns_term_table *table, const char *const *cells)
{
	int widths[VNS_TERM_COLUMNS];
	size_t i;

	for (i = 0; i < table->count; i++) {
		widths[i] = table->columns[i].width;
		if (keep(table, cells[i], table->columns[i].ours) < 0)
			return -ENOMEM;
	}
	if (table->term.terminal)
		return 0;
	print_row(table, (const char *const *)table->kept.items, widths, false);
	vns_strings_free(&table->kept);
	return 0;
}

/* Makes the columns as wide as their contents. */
static void fit(const struct vns_term_table *table, int *widths)
{
	size_t i, column = 0;

	for (i = 0; i < table->kept.count; i++) {
		int length = (int)strlen(table->kept.items[i]);

		if (length > widths[column])
			widths[column] = length;
		column = column + 1 < table->count ? column + 1 : 0;
	}
}

void vns_term_table_end(struct vns_term_table *table)
{
	const char *titles[VNS_TERM_COLUMNS];
	int widths[VNS_TERM_COLUMNS];
	size_t i;

	for (i = 0; i < VNS_TERM_COLUMNS; i++) {
		titles[i] = i < table->count ? table->columns[i].title : "";
		widths[i] = (int)strlen(titles[i]);
	}
	fit(table, widths);
	if (table->term.terminal)
		print_row(table, titles, widths, true);
	for (i = 0; i + table->count <= table->kept.count; i += table->count)
		print_row(table, (const char *const *)table->kept.items + i,
			  widths, false);
	vns_strings_free(&table->kept);
}

/* --- progress ------------------------------------------------------------- */

void vns_term_progress_show(struct vns_term_progress *progress,
			    const char *verb, const char *now)
{
	const struct vns_term *term = &progress->term;
	unsigned width = term->width ? term->width : WIDTH_MIN;
	char line[LINE_MAX_WIDTH];

	if (!term->rewrites || progress->total < 2)
		return;
	snprintf(line, sizeof(line), "%s %zu/%zu: %s", verb, progress->done,
		 progress->total, now);
	/* A character in the last column would begin another line. */
	fprintf(term->file, "\r\033[K%.*s", (int)width - 1, line);
	(void)fflush(term->file);
	progress->shown = true;
}

void vns_term_progress_hide(struct vns_term_progress *progress)
{
	if (!progress->shown)
		return;
	fputs("\r\033[K", progress->term.file);
	(void)fflush(progress->term.file);
	progress->shown = false;
}
