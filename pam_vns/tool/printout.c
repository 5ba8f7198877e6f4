/*
 * Prints a line for each finding, or one for several that differ only in names
 * and numbers, and for programs all of them as JSON.
 */
#include "tool/printout.h"

#include "lib/json.h"
#include "lib/log.h"
#include "lib/util.h"
#include "tool/term.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The longest of the words. */
#define STATE_WIDTH 4

static const struct {
	const char *name; /* used in JSON */
	const char *word; /* printed for people */
} states[VNS_REPORT_STATES] = {
	[VNS_REPORT_OK] = { "ok", "ok" },
	[VNS_REPORT_WARN] = { "warning", "WARN" },
	[VNS_REPORT_FAIL] = { "failure", "FAIL" },
};

static void print_escaped(FILE *stream, const char *before, const char *text)
{
	char escaped[4096];

	if (!*text)
		return;
	vns_log_escape(escaped, sizeof(escaped), text);
	fprintf(stream, "%s%s", before, escaped);
}

/* Subjects are words; what follows is text. */
static void print_subject(FILE *stream, const char *before, const char *subject)
{
	char word[4096];

	vns_log_value(word, sizeof(word), subject);
	fprintf(stream, "%s%s", before, word);
}

/* --- folding entries that say the same ------------------------------------ */

/* Fewer entries than this are easier to read as separate lines. */
#define FOLD_MIN 3
/* Nobody would read more names than this; the JSON output has all of them. */
#define NAMES_MAX 100

/* Entries with the same key say the same. */
struct said {
	char *key;
	size_t index;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* Returns the length of name if it stands here as a word, otherwise 0. */
static size_t match_name(const char *start, const char *at, const char *name)
{
	size_t length = strlen(name);

	return length > 0 && strncmp(at, name, length) == 0 &&
			       (at == start || !is_word(at[-1])) &&
			       !is_word(at[length]) ?
		       length :
		       0;
}

/* The names of vservers do not count either, as they differ between users. */
static size_t match_vserver(const char *at)
{
	static const char word[] = "vserver \"";
	const size_t length = sizeof(word) - 1;

	return strncmp(at, word, length) == 0 ?
		       length + strcspn(at + length, "\"") :
		       0;
}

/*
 * Writes an entry's key: its text without the names and numbers, which differ
 * between subjects.
 */
static void write_key(FILE *out, const struct vns_report_entry *entry)
{
	const char *instance = strchr(entry->subject, '@');
	const char *at = entry->text;

	fprintf(out, "%d %s ", (int)entry->state, entry->id);
	while (*at) {
		size_t length = match_name(entry->text, at, entry->subject);

		if (length == 0 && instance)
			length = match_name(entry->text, at, instance + 1);
		if (length == 0)
			length = match_vserver(at);
		if (length == 0)
			length = strspn(at, "0123456789");
		fputc(length ? '\001' : *at, out);
		at += length ? length : 1;
	}
}

static int compare(const void *a, const void *b)
{
	const struct said *left = a, *right = b;
	int order = strcmp(left->key, right->key);

	if (order != 0)
		return order;
	return left->index < right->index ? -1 : 1;
}

static bool write_keys(const struct vns_report *report, struct said *said)
{
	size_t i, size;

	for (i = 0; i < report->count; i++) {
		FILE *out = open_memstream(&said[i].key, &size);

		said[i].index = i;
		if (!out)
			return false;
		write_key(out, &report->entries[i]);
		if (fclose(out) != 0)
			return false;
	}
	qsort(said, report->count, sizeof(*said), compare);
	return true;
}

static void free_said(struct said *said, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(said[i].key);
	free(said);
}

/* Sets for each entry the next entry that says the same, or itself. */
static void chain(const struct said *said, size_t count, size_t *next,
		  bool *hidden)
{
	size_t i, j, end;

	for (i = 0; i < count; i = end) {
		for (end = i + 1; end < count; end++)
			if (strcmp(said[end].key, said[i].key) != 0)
				break;
		for (j = i; j < end; j++) {
			bool folds = end - i >= FOLD_MIN;
			bool last = !folds || j + 1 == end;

			next[said[j].index] = said[last ? j : j + 1].index;
			hidden[said[j].index] = folds && j > i;
		}
	}
}

/* Returns false where memory is short; then nothing is folded. */
static bool fold(const struct vns_report *report, size_t *next, bool *hidden)
{
	struct said *said = calloc(report->count, sizeof(*said));
	bool good = said && write_keys(report, said);

	if (good)
		chain(said, report->count, next, hidden);
	if (said)
		free_said(said, report->count);
	return good;
}

/* --- output for people ---------------------------------------------------- */

static void print_others(const struct vns_report *report, FILE *stream,
			 const size_t *next, size_t at)
{
	size_t count = 0, i;

	for (i = at; next[i] != i; i = next[i])
		count++;
	if (count == 0)
		return;
	fprintf(stream, " (and %zu more:", count);
	for (i = next[at], count = 0;; i = next[i]) {
		print_subject(stream, count ? ", " : " ",
			      report->entries[i].subject);
		if (next[i] == i)
			break;
		if (++count == NAMES_MAX) {
			fputs(", ...", stream);
			break;
		}
	}
	fputc(')', stream);
}

static void print_line(const struct vns_report_entry *entry,
		       const struct vns_term *term)
{
	const char *word = states[entry->state].word;
	FILE *stream = term->file;

	vns_term_print(term, vns_term_style_of(word), word, STATE_WIDTH);
	fprintf(stream, " %-18s", entry->id);
	if (*entry->subject)
		print_subject(stream, " ", entry->subject);
	print_escaped(stream, *entry->subject ? ": " : " ", entry->text);
	print_escaped(stream, "; ", entry->remedy);
}

void vns_printout_lines(const struct vns_report *report, FILE *stream,
			bool quiet)
{
	const struct vns_term term = vns_term_look(stream);
	VNS_AUTOFREE size_t *next = calloc(report->count + 1, sizeof(*next));
	VNS_AUTOFREE bool *hidden = calloc(report->count + 1, sizeof(*hidden));
	bool folded = next && hidden && fold(report, next, hidden);
	size_t i;

	for (i = 0; i < report->count; i++) {
		if ((quiet && report->entries[i].state == VNS_REPORT_OK) ||
		    (folded && hidden[i]))
			continue;
		print_line(&report->entries[i], &term);
		if (folded)
			print_others(report, stream, next, i);
		fputc('\n', stream);
	}
}

/* --- output for programs -------------------------------------------------- */

void vns_printout_json(const struct vns_report *report, FILE *stream)
{
	size_t i;

	fputc('[', stream);
	for (i = 0; i < report->count; i++) {
		const struct vns_report_entry *entry = &report->entries[i];

		fprintf(stream, "%s\n  {", i ? "," : "");
		vns_json_member(stream, "state", states[entry->state].name);
		fputs(", ", stream);
		vns_json_member(stream, "check", entry->id);
		fputs(", ", stream);
		vns_json_member(stream, "subject", entry->subject);
		fputs(", ", stream);
		vns_json_member(stream, "text", entry->text);
		fputs(", ", stream);
		vns_json_member(stream, "remedy", entry->remedy);
		fputc('}', stream);
	}
	fputs("\n]\n", stream);
}
