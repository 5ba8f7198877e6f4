/*
 * Declares what the tests of the three grammars share: pam_vns.conf, USER.conf
 * and vservers/NAME.conf; see pam_vns/config/config.h and pam_vns.conf(5).
 */
#ifndef GRAMMARS_H
#define GRAMMARS_H

#include "config/config.h"
#include "config/definition.h"

#include "tap.h"

#include <errno.h>

#define FILE_NAME "/etc/vns/x.conf"

enum grammar { MAIN, USER, VSERVER, TEMPLATE };

/* With error NULL the text is good; "*" is any message of libconfuse. */
struct row {
	enum grammar grammar;
	const char *text, *error;
};

#define PATH                                                           \
	"must be an absolute path without \".\", \"..\", \"//\" or a " \
	"\"/\" at the end"

/* Parses a text by one grammar; the object is freed. */
static inline int parse(enum grammar grammar, const char *text, size_t length,
			struct vns_error *err)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	int rc;

	switch (grammar) {
	case MAIN:
		rc = vns_config_parse(text, length, FILE_NAME, &config, err);
		break;
	case USER:
		rc = vns_config_parse_user(text, length, FILE_NAME, &config,
					   err);
		break;
	default:
		rc = vns_config_parse_vserver(
			text, length, FILE_NAME,
			grammar == TEMPLATE ? "acme@i" : "acme",
			grammar == TEMPLATE, &vserver, err);
	}
	if ((rc == 0) != (config || vserver))
		diag("%d, but %san object", rc, rc ? "" : "not ");
	return rc;
}

static inline void test_row(const struct row *rows, size_t i)
{
	static const char *const names[] = { "pam_vns.conf", "a user's file",
					     "a definition", "a template" };
	const char *text = rows[i].text, *error = rows[i].error;
	struct vns_error err = { "untouched" };
	char expected[VNS_ERROR_MAX] = "untouched";
	int rc = parse(rows[i].grammar, text, strlen(text), &err);

	about("[%zu] %s with \"%s\"", i, names[rows[i].grammar], text);
	is_number(rc, error ? -EINVAL : 0, "it is %s",
		  error ? "refused" : "accepted");
	if (error && strcmp(error, "*") == 0) {
		/* These are libconfuse's own words; they say where. */
		ok(strncmp(err.text, FILE_NAME ":", strlen(FILE_NAME ":")) ==
				   0 &&
			   strtoul(err.text + strlen(FILE_NAME ":"), NULL, 10) >
				   0,
		   "the error message is libconfuse's, and has the line: %s",
		   err.text);
		return;
	}
	if (error)
		snprintf(expected, sizeof(expected), FILE_NAME ":%s", error);
	is_string(err.text, expected, "%s",
		  error ? "error message" : "no error message is set");
}

/*
 * libconfuse prints mistakes where it thinks that nobody listens: none of the
 * rows may do that.
 */
static inline void test_silent(const struct row *rows, size_t count)
{
	struct vns_error err;
	char path[] = "/tmp/unit-config.XXXXXX";
	int file = mkstemp(path), saved = dup(2);
	size_t i;

	need(file >= 0 && saved >= 0 && unlink(path) == 0, path);
	dup2(file, 2);
	for (i = 0; i < count; i++)
		parse(rows[i].grammar, rows[i].text, strlen(rows[i].text),
		      &err);
	dup2(saved, 2);
	about("all texts of the table");
	is_number(lseek(file, 0, SEEK_END), 0,
		  "nothing is written to standard error");
	close(file);
	close(saved);
}

static inline void test_table(const struct row *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		test_row(rows, i);
	test_silent(rows, count);
}

static inline void is_list(const struct vns_strings *list, const char *expected,
			   const char *what)
{
	char joined[256] = "";
	size_t i;

	for (i = 0; i < list->count; i++)
		sprintf(joined + strlen(joined), "%s%s", i ? "|" : "",
			list->items[i]);
	is_string(joined, expected, "%s", what);
}

#endif
