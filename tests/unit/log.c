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

static void test_unescape(void)
{
	static const struct {
		const char *text, *result;
	} rows[] = {
		{ "alice", "alice" },
		{ "a\\x0ab\\x5cx41", "a\nb\\x41" },
		{ "\\xc3\\xa9\\xff", "\xc3\xa9\xff" },
		{ "\\x00 \\x4 \\xg0 \\y \\", "\\x00 \\x4 \\xg0 \\y \\" },
		{ "\\x4", "\\x4" },
		{ "\\x", "\\x" },
	};
	char text[64];
	size_t i;

	about("vns_log_unescape");
	for (i = 0; i < LENGTH(rows); i++) {
		snprintf(text, sizeof(text), "%s", rows[i].text);
		vns_log_unescape(text);
		is_string(text, rows[i].result, "%s is taken back",
			  rows[i].text);
	}
}

static void test_value(void)
{
	static const struct {
		const char *text, *result;
		size_t size;
	} rows[] = {
		{ "alice", "alice", 64 },
		{ "", "", 64 },
		{ "192.0.2.7", "192.0.2.7", 64 },
		{ "fe80::1%eth0", "fe80::1%eth0", 64 },
		{ "/dev/pts/0", "/dev/pts/0", 64 },
		{ "host$", "host$", 64 },
		{ "fe80::", "\"fe80::\"", 64 },
		{ ":0", ":0", 64 },
		{ ":", "\":\"", 64 },
		{ "a b", "\"a b\"", 64 },
		{ " ", "\" \"", 64 },
		{ "a\"b", "\"a\\\"b\"", 64 },
		{ "a\\b", "\"a\\\\b\"", 64 },
		{ "a\nb", "\"a\\x0ab\"", 64 },
		{ "\t", "\"\\x09\"", 64 },
		{ "a=b", "\"a\\x3db\"", 64 },
		{ "\xc3\xa9", "\"\\xc3\\xa9\"", 64 },
		{ "\x7f", "\"\\x7f\"", 64 },
		{ "\\x0a", "\"\\\\x0a\"", 64 },
		{ "alice vserver=acme", "\"alice vserver\\x3dacme\"", 64 },
		{ "", "", 3 },
		{ "abc", "ab", 3 },
		{ "ab:c", "\"a\"", 4 },
		{ "a b", "\"\"", 3 },
		{ "a b", "\"a\"", 4 },
		{ "\"\"", "\"\"", 4 },
		{ "\"\"", "\"\\\"\"", 5 },
		{ "\n\n", "\"\\x0a\"", 10 },
		{ "\n\n", "\"\\x0a\\x0a\"", 11 },
	};
	size_t i;

	about("vns_log_value");
	for (i = 0; i < LENGTH(rows); i++) {
		char *dst = malloc(rows[i].size);

		need(dst, "malloc");
		vns_log_value(dst, rows[i].size, rows[i].text);
		is_string(dst, rows[i].result, "\"%s\", in %zu bytes",
			  rows[i].text, rows[i].size);
		free(dst);
	}
}

/*
 * Takes the value behind KEY= out of *at, as the manual says that it is
 * written, and moves *at behind it and the blank that follows.
 */
static bool take(const char **at, const char *key, char *value)
{
	const size_t length = strlen(key);
	unsigned byte;

	if (strncmp(*at, key, length) != 0 || (*at)[length] != '=')
		return false;
	*at += length + 1;
	if (**at != '"') {
		while (**at && **at != ' ')
			*value++ = *(*at)++;
		*value = '\0';
		*at += **at == ' ';
		return true;
	}
	for (++*at; **at && **at != '"'; ++*at) {
		if (**at != '\\') {
			*value++ = **at;
		} else if (*++*at != 'x') {
			*value++ = **at;
		} else {
			if (sscanf(*at + 1, "%2x", &byte) != 1)
				return false;
			*value++ = (char)byte;
			*at += 2;
		}
	}
	*value = '\0';
	if (*(*at)++ != '"')
		return false;
	*at += **at == ' ';
	return true;
}

/* Each of these is the value of each key once. */
static const char *const strange[] = {
	"alice",
	"",
	" ",
	"a\"b\\",
	"alice vserver=acme",
	"x\" rhost=192.0.2.1 y=\"",
	"a\nenter user=root",
	"\\x0a",
	"b\xc3\xbcro \xff\x01\x7f",
	"acme: no",
	"acme:",
	":",
	"\"",
	"\\",
	"'`$(id)%s%n",
};

static void test_facts(void)
{
	static const char *const keys[] = { "user",  "service", "tty",
					    "rhost", "rule",	"vserver" };
	const char *values[LENGTH(keys)], *at;
	char text[VNS_LOG_FACTS], value[VNS_LOG_FACTS];
	size_t i, j;

	about("vns_log_login");
	for (i = 0; i < LENGTH(strange); i++) {
		for (j = 0; j < LENGTH(keys); j++)
			values[j] = strange[(i + j) % LENGTH(strange)];
		vns_log_login(text,
			      &(struct vns_who){ .user = values[0],
						 .service = values[1],
						 .tty = values[2],
						 .rhost = values[3] },
			      values[4], values[5], NULL);
		at = text;
		for (j = 0; j < LENGTH(keys); j++) {
			ok(take(&at, keys[j], value), "%s of %s can be read",
			   keys[j], text);
			is_string(value, values[j], "%s of %s", keys[j], text);
		}
		is_string(at, "", "the rest of %s", text);
	}
	vns_log_login(text, &(struct vns_who){ .user = "a" }, NULL, "", NULL);
	is_string(text, "user=a service= tty= rhost= rule=\"\" vserver=",
		  "what is not known is empty");
	vns_log_login(text, &(struct vns_who){ .user = "a", .rhost = "b c" },
		      "web", "acme", "1");
	is_string(text,
		  "user=a service= tty= rhost=\"b c\" rule=\"web\" "
		  "vserver=acme pid=1",
		  "a session has a process, and the rule is quoted");
}

static void test_full(void)
{
	const struct vns_log_fact facts[] = { { "a", "12345", 4, false },
					      { "b", "x y", 255, false },
					      { "c", "z", 255, true } };
	char text[VNS_LOG_FACTS], big[1000];

	about("facts");
	vns_log_facts(text, sizeof(text), facts, LENGTH(facts));
	is_string(text, "a=1234 b=\"x y\" c=\"z\"",
		  "a value is cut off behind its bytes");
	vns_log_facts(text, sizeof("a=1234 b=\"x y\""), facts, LENGTH(facts));
	is_string(text, "a=1234 b=\"x y\"", "what just fits is there");
	vns_log_facts(text, sizeof("a=1234 b=\"x y\"") - 1, facts,
		      LENGTH(facts));
	is_string(text, "a=1234", "what does not fit is left out whole");
	memset(big, '\n', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	vns_log_login(
		text,
		&(struct vns_who){
			.user = big, .service = big, .tty = big, .rhost = big },
		big, big, big);
	ok(strstr(text, " pid=\"\\x0a"),
	   "there is room for all values at their worst, in %zu bytes",
	   strlen(text));
}

static char logged[VNS_LOG_LINE + 8];
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

static void test_trace(void)
{
	struct vns_log log = { keep, (void *)"", false };
	char big[2 * VNS_LOG_LINE];

	about("trace");
	vns_log_trace(&log, VNS_LOG_NOTICE, "deny", "user=\"a\\\\b\"",
		      "a\n\\\"");
	is_string(logged, "deny user=\"a\\\\b\": a\\x0a\\x5c\"",
		  "facts stay as they are, and a reason is escaped");
	is_number(log_level, VNS_LOG_NOTICE, "a line has its level");
	vns_log_trace(&log, VNS_LOG_INFO, "enter", "user=a", NULL);
	is_string(logged, "enter user=a", "there need not be a reason");
	vns_log_trace(&log, VNS_LOG_DEBUG, "may", "user=b", NULL);
	is_string(logged, "enter user=a",
		  "a debug line is not written without debug");
	memset(big, '\n', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	vns_log_trace(&log, VNS_LOG_INFO, "enter", "user=a", big);
	ok(strlen(logged) > VNS_LOG_LINE - 8 && strlen(logged) < VNS_LOG_LINE,
	   "a reason is cut off where the line is full, at %zu",
	   strlen(logged));
	vns_log_trace(&log, VNS_LOG_INFO, "enter", big, "b");
	is_number(strlen(logged), VNS_LOG_LINE - 1,
		  "facts are cut off where the line is full");
	vns_log_trace(NULL, VNS_LOG_INFO, "enter", "user=a", NULL);
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
	test_unescape();
	test_value();
	test_facts();
	test_full();
	test_log();
	test_trace();
	test_error();
	return finish();
}
