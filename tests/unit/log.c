/*
 * Tests the texts of log lines and error messages; see pam_vns/lib/log.h and
 * pam_vns/lib/error.h.
 */
#include "lib/error.h"
#include "lib/log.h"

#include "tap.h"

#include <errno.h>

static void test_escape(void)
{
	static const struct {
		const char *text, *result;
		size_t size;
	} rows[] = {
		{ "alice", "alice", 64 },
		{ "", "", 1 },
		{ "a", "", 1 },
		{ "a\nb\r", "a\\x0ab\\x0d", 64 },
		{ "\x1b[2J\x07", "\\x1b[2J\\x07", 64 },
		{ "\\x41", "\\x5cx41", 64 },
		{ "\x7f \xc3\xa9\xff~", "\\x7f \\xc3\\xa9\\xff~", 64 },
		{ "%s%n", "%s%n", 64 },
		{ "12345", "1234", 5 },
		{ "1\n2", "1", 5 },
		{ "1\n2", "1\\x0a", 6 },
		{ "1\n2", "1\\x0a2", 7 },
		{ "\n", "", 4 },
		{ "\n", "\\x0a", 5 },
	};
	size_t i;

	about("vns_log_escape");
	for (i = 0; i < LENGTH(rows); i++) {
		char *dst = malloc(rows[i].size);

		need(dst, "malloc");
		vns_log_escape(dst, rows[i].size, rows[i].text);
		is_string(dst, rows[i].result,
			  "\"%s\" is escaped, and cut off after %zu bytes",
			  rows[i].text, rows[i].size);
		free(dst);
	}
}

static char logged[4096];
static unsigned log_lines;
static enum vns_log_level log_level;

static void keep(void *context, enum vns_log_level level, const char *text)
{
	snprintf(logged, sizeof(logged), "%s%s", (const char *)context, text);
	log_level = level;
	log_lines++;
}

static void test_log(void)
{
	struct vns_log log = { keep, (void *)">", false };
	char text[3000];

	vns_log_write(&log, VNS_LOG_ERR, "%s %d\n", "a", 1);
	about("log");
	is_string(logged, ">a 1\\x0a",
		  "a message is one line, with its line end escaped");
	is_number(log_level, 3, "a message has its level");
	vns_log_write(&log, VNS_LOG_DEBUG, "x");
	is_number(log_lines, 1, "a debug message is not written without debug");
	log.debug = true;
	vns_log_write(&log, VNS_LOG_DEBUG, "x");
	is_string(logged, ">x", "a debug message is written with debug");
	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	vns_log_write(&log, VNS_LOG_ERR, "%s", text);
	ok(strlen(logged) > 1000 && strlen(logged) < 2049,
	   "a message of 2999 bytes is cut off, to %zu", strlen(logged));
	vns_log_write(NULL, VNS_LOG_ERR, "x");
	log.write = NULL;
	vns_log_write(&log, VNS_LOG_ERR, "x");
	is_number(
		log_lines, 3,
		"messages without a log, or without its function, go nowhere");
}

static void test_error(void)
{
	struct vns_error err;
	char big[2 * VNS_ERROR_MAX];

	memset(big, 'b', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	about("error");
	is_number(vns_error_set(&err, EPERM, "%s-%d", "a", 1), -EPERM,
		  "vns_error_set returns the negative code");
	is_string(err.text, "a-1", "vns_error_set formats the text");
	vns_error_context(&err, "in %s", "b");
	is_string(err.text, "in b: a-1", "context stands in front of the text");
	is_number(vns_error_errno(&err, ENOENT, "%s", "/x"), -ENOENT,
		  "vns_error_errno returns the negative code");
	is_string(err.text, "/x: No such file or directory",
		  "vns_error_errno adds the words for the code");
	is_number(vns_error_errno(&err, 99999, "x"), -99999,
		  "vns_error_errno returns an unknown code");
	is_string(err.text, "x: unknown error",
		  "vns_error_errno calls an unknown code \"unknown error\"");
	is_number(vns_error_memory(&err), -ENOMEM,
		  "vns_error_memory returns -ENOMEM");
	is_string(err.text, "out of memory", "vns_error_memory sets its text");

	vns_error_set(&err, EIO, "%s", big);
	is_number(strlen(err.text), VNS_ERROR_MAX - 1,
		  "a text that is too long is cut off");
	vns_error_context(&err, "c");
	is_number(strlen(err.text), VNS_ERROR_MAX - 1,
		  "a text of full length stays so with context");
	ok(strncmp(err.text, "c: bbb", 6) == 0,
	   "context stands in front of a text of full length");
	vns_error_context(&err, "%s", big);
	ok(strlen(err.text) == VNS_ERROR_MAX - 1 && strstr(err.text, "b: c: b"),
	   "context that is too long is cut off in front of the text");
	vns_error_errno(&err, EIO, "%s", big);
	is_number(strlen(err.text), VNS_ERROR_MAX - 1,
		  "vns_error_errno with a text that is too long is cut off");
}

int main(void)
{
	test_escape();
	test_log();
	test_error();
	return finish();
}
