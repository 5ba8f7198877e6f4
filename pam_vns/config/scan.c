/*
 * Reads a configuration file's text token by token, refuses what libconfuse
 * would misread, and overwrites comments with spaces.
 */
#include "config/scan.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define MAX_DEPTH 4
#define MAX_KEYS 64

struct word {
	const char *start;
	size_t length;
};

struct section {
	unsigned line; /* the line of its opening brace */
	size_t keys;
	struct word key[MAX_KEYS];
};

enum token { START, WORD, STRING, EQUALS, OPEN, CLOSE, COMMA };

struct scan {
	const char *path;
	char *at, *end;
	unsigned line;
	enum token previous;
	struct word word; /* the last WORD */
	bool list;	  /* we are between the braces of a list */
	unsigned list_line;
	unsigned depth;
	struct section section[MAX_DEPTH + 1];
	struct vns_error *err;
};

#define FAIL(scan, fmt, ...)                                            \
	vns_error_set((scan)->err, EINVAL, "%s:%u: " fmt, (scan)->path, \
		      (scan)->line, ##__VA_ARGS__)

/* Returns the character after the next one, or NUL at the end. */
static char peek(const struct scan *scan)
{
	return scan->end - scan->at > 1 ? scan->at[1] : '\0';
}

/*
 * Checks the whole text: comments and strings may not contain these bytes
 * either.
 */
static int check_bytes(struct scan *scan)
{
	const char *p;

	for (p = scan->at; p < scan->end; p++) {
		unsigned char byte = (unsigned char)*p;

		if (byte == '\n')
			scan->line++;
		else if (byte == '$')
			return FAIL(scan, "\"$\" is not allowed (nothing is "
					  "taken from the environment)");
		else if ((byte < 0x20 && byte != '\t' && byte != '\r') ||
			 byte == 0x7f)
			return FAIL(scan, "control character 0x%02x", byte);
	}
	scan->line = 1;
	return 0;
}

static int skip_comment(struct scan *scan)
{
	unsigned opened = scan->line;

	if (*scan->at == '#' || peek(scan) == '/') {
		while (scan->at < scan->end && *scan->at != '\n')
			*scan->at++ = ' ';
		return 0;
	}
	*scan->at++ = ' ';
	*scan->at++ = ' ';
	for (; scan->at < scan->end; scan->at++) {
		if (*scan->at == '\n') {
			scan->line++;
			continue;
		}
		if (*scan->at == '*' && peek(scan) == '/') {
			*scan->at++ = ' ';
			*scan->at++ = ' ';
			return 0;
		}
		*scan->at = ' ';
	}
	scan->line = opened;
	return FAIL(scan, "the comment that begins here is never closed");
}

static int skip_string(struct scan *scan)
{
	char quote = *scan->at++;

	for (; scan->at < scan->end && *scan->at != '\n'; scan->at++) {
		if (*scan->at == quote) {
			scan->at++;
			return 0;
		}
		if (*scan->at != '\\')
			continue;
		if (peek(scan) != '\\' && peek(scan) != quote)
			return FAIL(scan, "a backslash in a string can only "
					  "stand before another or a quote");
		scan->at++;
	}
	return FAIL(scan, "the string is not closed on its line");
}

static int add_key(struct scan *scan)
{
	struct section *section = &scan->section[scan->depth];
	size_t i;

	for (i = 0; i < section->keys; i++)
		if (section->key[i].length == scan->word.length &&
		    memcmp(section->key[i].start, scan->word.start,
			   scan->word.length) == 0)
			return FAIL(scan, "\"%.*s\" is set twice; keep one",
				    (int)scan->word.length, scan->word.start);
	if (section->keys == MAX_KEYS)
		return FAIL(scan, "too many keys");
	section->key[section->keys++] = scan->word;
	return 0;
}

static int take_open(struct scan *scan)
{
	if (scan->previous == EQUALS) {
		scan->list = true;
		scan->list_line = scan->line;
		return 0;
	}
	if (scan->list || (scan->previous != WORD && scan->previous != STRING))
		return FAIL(scan, "unexpected \"{\"");
	if (scan->depth == MAX_DEPTH)
		return FAIL(scan, "sections are nested too deep");
	scan->depth++;
	scan->section[scan->depth].line = scan->line;
	scan->section[scan->depth].keys = 0;
	return 0;
}

static int take_close(struct scan *scan)
{
	if (scan->list) {
		if (scan->previous == OPEN)
			return FAIL(scan, "an empty list matches nothing; "
					  "remove the key or fill it");
		scan->list = false;
		return 0;
	}
	if (scan->depth == 0)
		return FAIL(scan, "\"}\" without \"{\"");
	scan->depth--;
	return 0;
}

static int take_equals(struct scan *scan)
{
	if (scan->list || scan->previous != WORD)
		return FAIL(scan, "unexpected \"=\"");
	return add_key(scan);
}

/* Whether the character can be in a word, in any locale. */
static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

static void take_word(struct scan *scan)
{
	scan->word.start = scan->at;
	while (scan->at < scan->end && in_word(*scan->at))
		scan->at++;
	scan->word.length = (size_t)(scan->at - scan->word.start);
}

static int take_token(struct scan *scan)
{
	enum token token;
	int rc = 0;

	switch (*scan->at) {
	case '"':
	case '\'':
		token = STRING;
		rc = skip_string(scan);
		break;
	case '{':
		token = OPEN;
		rc = take_open(scan);
		scan->at++;
		break;
	case '}':
		token = CLOSE;
		rc = take_close(scan);
		scan->at++;
		break;
	case '=':
		token = EQUALS;
		rc = take_equals(scan);
		scan->at++;
		break;
	case ',':
		token = COMMA;
		if (!scan->list)
			rc = FAIL(scan, "\",\" outside a list");
		scan->at++;
		break;
	default:
		token = WORD;
		take_word(scan);
		if (scan->word.length == 0)
			return FAIL(scan,
				    "unexpected \"%c\"; values with "
				    "other than letters, digits, \"_\", "
				    "\".\" and \"-\" go in double quotes",
				    *scan->at);
		break;
	}
	if (rc == 0 && scan->list && (token == WORD || token == STRING) &&
	    (scan->previous == WORD || scan->previous == STRING))
		rc = FAIL(scan, "a \",\" is missing between two values");
	scan->previous = token;
	return rc;
}

static int scan_text(struct scan *scan)
{
	while (scan->at < scan->end) {
		char c = *scan->at;
		int rc;

		if (c == '\n')
			scan->line++;
		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			scan->at++;
			continue;
		}
		if (c == '#' ||
		    (c == '/' && (peek(scan) == '/' || peek(scan) == '*')))
			rc = skip_comment(scan);
		else
			rc = take_token(scan);
		if (rc < 0)
			return rc;
	}
	if (scan->list) {
		scan->line = scan->list_line;
		return FAIL(scan, "the list that begins here is never closed");
	}
	if (scan->depth > 0) {
		scan->line = scan->section[scan->depth].line;
		return FAIL(scan, "the section that begins here is never "
				  "closed");
	}
	return 0;
}

int vns_scan_clean(char *text, size_t length, const char *path,
		   struct vns_error *err)
{
	struct scan scan = {
		.path = path,
		.line = 1,
		.at = text,
		.end = text + length,
		.err = err,
	};
	int rc = check_bytes(&scan);

	return rc < 0 ? rc : scan_text(&scan);
}
