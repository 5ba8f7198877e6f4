/* The small pure files: capname, subst, procfs, nsswitch, util, log, error. */
#include "lib/capname.h"
#include "lib/error.h"
#include "lib/log.h"
#include "system/nsswitch.h"
#include "lib/procfs.h"
#include "lib/subst.h"
#include "lib/util.h"

#include "tap.h"

#include <errno.h>
#include <limits.h>
#include <linux/capability.h>

static void test_subst(void)
{
	static const struct vns_subst letters[] = {
		{ 'u', "alice" }, { 'e', "" }, { 'p', "%u" },
		{ 'n', NULL },	  { 0, NULL },
	};
	static const struct {
		const char *text, *result;
		int rc;
	} rows[] = {
		{ "", "", 0 },
		{ "plain", "plain", 0 },
		{ "%u", "alice", 0 },
		{ "a%ub", "aaliceb", 0 },
		{ "%u%u", "alicealice", 0 },
		{ "%%", "%", 0 },
		{ "%%u", "%u", 0 },
		{ "%%%u", "%alice", 0 },
		{ "[%e]", "[]", 0 },
		{ "%p", "%u", 0 },
		{ "%x", "\"%x\" in \"%x\" has no value here", -EINVAL },
		{ "a%n", "\"%n\" in \"a%n\" has no value here", -EINVAL },
		{ "a%", "\"%\" in \"a%\" has no value here", -EINVAL },
		{ "%u-2345678", "alice-2345678", 0 },
		{ "%u-23456789", "alice-23456789", 0 },
		{ "%u-234567890", "\"%u-234567890\" becomes too long",
		  -ENAMETOOLONG },
		{ "0123456789abc%%", "0123456789abc%", 0 },
		{ "0123456789abcd%%", "\"0123456789abcd%%\" becomes too long",
		  -ENAMETOOLONG },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		/* Its own allocation, for the sanitizer. */
		char *dst = malloc(15);
		struct vns_error err = { "" };

		need(dst, "malloc");
		is_number(vns_subst_expand(rows[i].text, letters, dst, 15,
					   &err),
			  rows[i].rc, "expand \"%s\"", rows[i].text);
		is_string(rows[i].rc < 0 ? err.text : dst, rows[i].result,
			  "its result");
		free(dst);
	}
}

static void test_subst_valid(void)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
		{ "", true },	 { "a", true },	   { "%u", true },
		{ "%%", true },	 { "%%u", true },  { "%u%U", true },
		{ "%", false },	 { "a%", false },  { "%%%", false },
		{ "%n", false }, { "% u", false }, { "%u%", false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_subst_valid(rows[i].text, "uU"), rows[i].valid,
			  "\"%s\" with letters uU", rows[i].text);
	is_number(vns_subst_valid("%", ""), false, "\"%%\" with no letters");
}

static void test_pidfile(void)
{
	static const struct {
		const char *text;
		int pid; /* 0: refused */
	} rows[] = {
		{ "2", 2 },
		{ "1234\n", 1234 },
		{ " 1234 \n", 1234 },
		{ "\n\t77\r\n", 77 },
		{ "77 1 2\nx", 77 },
		{ "0077", 77 },
		{ "2147483647", 2147483647 },
		{ "2147483648", 0 },
		{ "4294967298", 0 },
		{ "18446744073709551618", 0 },
		{ "1", 0 },
		{ "0", 0 },
		{ "", 0 },
		{ "\n", 0 },
		{ "-5", 0 },
		{ "+5", 0 },
		{ "5x", 0 },
		{ "0x5", 0 },
		{ "5.0", 0 },
		{ "pid 5", 0 },
		{ "000000000000005", 5 },
		{ "0000000000000005", 0 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		int pid = -7;
		bool good = vns_procfs_parse_pidfile(rows[i].text, &pid);

		is_number(good, rows[i].pid != 0, "pid file \"%s\"",
			  rows[i].text);
		is_number(pid, good ? rows[i].pid : -7, "its pid");
	}
}

#define FIELDS " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "

static void test_start(void)
{
	static const struct {
		const char *stat;
		bool good;
		unsigned long long ticks;
	} rows[] = {
		{ "7 (sh)" FIELDS "9876 20 21\n", true, 9876 },
		{ "7 (sh)" FIELDS "9876", true, 9876 },
		{ "7 (sh)" FIELDS "9876\n", true, 9876 },
		{ "7 (a b)" FIELDS "5 6", true, 5 },
		{ "7 ())" FIELDS "5 6", true, 5 },
		{ "7 (x) S 1 (y)" FIELDS "5 6", true, 5 },
		{ "7 (a) R 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1)" FIELDS "5 6",
		  true, 5 },
		{ "7 (a\nb)" FIELDS "5 6", true, 5 },
		{ "7 ()" FIELDS "5 6", true, 5 },
		{ "7 (sh)" FIELDS "18446744073709551615 6", true, ULLONG_MAX },
		{ "7 (sh)" FIELDS "-5 6", false, 0 },
		{ "7 (sh)" FIELDS "5x 6", false, 0 },
		{ "7 (sh)" FIELDS, false, 0 },
		{ "7 (sh) S 1 2 3", false, 0 },
		{ "7 (sh)", false, 0 },
		{ "7 (sh", false, 0 },
		{ "", false, 0 },
		{ ")", false, 0 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		unsigned long long ticks = 0;

		is_number(vns_procfs_parse_start(rows[i].stat, &ticks),
			  rows[i].good, "stat \"%s\"", rows[i].stat);
		ok(!rows[i].good || ticks == rows[i].ticks, "its start %llu",
		   ticks);
	}
}

static void test_mountinfo(void)
{
	static const struct {
		const char *line, *target, *options, *type, *source;
	} rows[] = {
		{ "36 35 98:0 /a /mnt rw,noatime master:1 - ext3 /dev/r rw,e=c",
		  "/mnt", "rw,noatime", "ext3", "/dev/r" },
		{ "36 35 0:5 / / ro - tmpfs none rw\n", "/", "ro", "tmpfs",
		  "none" },
		{ "36 35 0:5 / /a\\040b ro shared:1 master:2 propagate_from:3 "
		  "unbindable - proc proc rw",
		  "/a\\040b", "ro", "proc", "proc" },
		{ "36 35 0:5 / - ro - proc proc rw", "-", "ro", "proc",
		  "proc" },
		{ "36 35 0:5 - - - - - - rw", "-", "-", "-", "-" },
		{ "36 35 0:5 net:[4026531840] /n rw - nsfs nsfs rw", "/n", "rw",
		  "nsfs", "nsfs" },
		{ "36 35 0:5 / /x rw - tmpfs", NULL, NULL, NULL, NULL },
		{ "36 35 0:5 / /x rw -", NULL, NULL, NULL, NULL },
		{ "36 35 0:5 / /x rw ext3 /dev/r rw", NULL, NULL, NULL, NULL },
		{ "36 35 0:5 / /x", NULL, NULL, NULL, NULL },
		{ "36", NULL, NULL, NULL, NULL },
		{ "", NULL, NULL, NULL, NULL },
		{ "\n", NULL, NULL, NULL, NULL },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		char *line = strdup(rows[i].line);
		struct vns_procfs_mount mount;
		bool good;

		need(line, "strdup");
		good = vns_procfs_parse_mount(line, &mount);
		is_number(good, rows[i].target != NULL, "mountinfo \"%s\"",
			  rows[i].line);
		if (good) {
			is_string(mount.id, "36", "its number");
			is_number(mount.shared,
				  strstr(rows[i].line, " shared:") != NULL,
				  "its peers");
			is_string(mount.target, rows[i].target, "its target");
			is_string(mount.options, rows[i].options,
				  "its options");
			is_string(mount.type, rows[i].type, "its type");
			is_string(mount.source, rows[i].source, "its source");
		}
		free(line);
	}
}

static void test_nsswitch_next(void)
{
	static const struct {
		const char *line, *services;
	} rows[] = {
		{ "", "" },
		{ " \t", "" },
		{ "files", "files," },
		{ "files  systemd\t", "files,systemd," },
		{ "sss [NOTFOUND=return] files", "sss,files," },
		{ "sss[!UNAVAIL = return  SUCCESS=merge]files", "sss,files," },
		{ "[NOTFOUND=return] files [", "files," },
		{ "files [SUCCESS=merge", "files," },
		{ "files[", "files," },
		{ "a [x] [y] b", "a,b," },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[64], all[64] = "";
		char *rest = line, *service;

		strcpy(line, rows[i].line);
		while ((service = vns_nsswitch_next(&rest))) {
			strcat(all, service);
			strcat(all, ",");
		}
		is_string(all, rows[i].services, "services of \"%s\"",
			  rows[i].line);
	}
}

static void test_nsswitch(void)
{
	static const struct {
		const char *text, *result;
	} rows[] = {
		{ "passwd: files", "files" },
		{ "passwd:files\n", "files" },
		{ " passwd \t: files  systemd \t\r\n", "files  systemd" },
		{ "group: a\npasswd: b\nshadow: c\n", "b" },
		{ "passwd: files # passwd: x", "files" },
		{ "#passwd: a\n# passwd: b\npasswd: c", "c" },
		{ "passwd_compat: a\npasswd: b", "b" },
		{ "xpasswd: a\npasswd: b", "b" },
		{ "passw: a\npasswd: b", "b" },
		{ "passwd files\npasswd: b", "b" },
		{ "passwd: files [NOTFOUND=return] ldap\n",
		  "files [NOTFOUND=return] ldap" },
		{ "\n\npasswd: b", "b" },
		{ "passwd: 1234567890123456789012345678",
		  "1234567890123456789012345678" },
		{ "passwd: 12345678901234567890123456789", NULL },
		{ "passwd:\ngroup: a", NULL },
		{ "passwd: # none\n", NULL },
		{ "passwd", NULL },
		{ "group: passwd: a", NULL },
		{ "", NULL },
		{ "\n", NULL },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		char services[29];
		bool found = vns_nsswitch_find(rows[i].text, "passwd", services,
					       sizeof(services));

		is_string(found ? services : NULL, rows[i].result,
			  "nsswitch \"%s\"", rows[i].text);
	}
}

#define A64 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd"

static void test_names(void)
{
	static const struct {
		const char *name;
		bool valid;
	} rows[] = {
		{ "a", true },	       { "Z", true },
		{ "0", true },	       { "a.b_c@d-e", true },
		{ "1..2", true },      { A64, true },
		{ A64 "e", false },    { "", false },
		{ NULL, false },       { ".", false },
		{ "..", false },       { ".a", false },
		{ "-a", false },       { "_a", false },
		{ "@a", false },       { "a/b", false },
		{ "a b", false },      { "a\n", false },
		{ "a%", false },       { "a:b", false },
		{ "a\\", false },      { "a$", false },
		{ "\xc3\xa9", false }, { "a\xc3\xa9", false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_util_name_valid(rows[i].name), rows[i].valid,
			  "name \"%s\"", rows[i].name ? rows[i].name : "NULL");
	for (i = 1; i < 256; i++) {
		const char name[] = { 'a', (char)i, '\0' };
		bool valid = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
				    "pqrstuvwxyz0123456789_.@-",
				    (int)i);

		if (vns_util_name_valid(name) != valid)
			break;
	}
	is_number(i, 256, "every other byte in a name");
}

static void test_users(void)
{
	static const struct {
		const char *name;
		bool valid;
	} rows[] = {
		{ "alice", true },     { "_apt", true },
		{ "pc$", true },       { "a+b@c.d-e_f", true },
		{ A64, true },	       { A64 "e", false },
		{ "", false },	       { NULL, false },
		{ "$", false },	       { "a$b", false },
		{ "a$$", false },      { ".", false },
		{ "..", false },       { ".a", false },
		{ "-a", false },       { "+", false },
		{ "a/b", false },      { "../a", false },
		{ "a b", false },      { "a\n", false },
		{ "\xc3\xa9", false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_util_user_valid(rows[i].name), rows[i].valid,
			  "user's name \"%s\"",
			  rows[i].name ? rows[i].name : "NULL");
}

static void test_capabilities(void)
{
	static const struct {
		const char *name;
		int number; /* -1: there is none */
	} rows[] = {
		{ "chown", CAP_CHOWN },
		{ "cap_chown", CAP_CHOWN },
		{ "CAP_Kill", CAP_KILL },
		{ "sys_chroot", CAP_SYS_CHROOT },
		{ "sys_admin", CAP_SYS_ADMIN },
		{ "mknod", CAP_MKNOD },
		{ "audit_write", CAP_AUDIT_WRITE },
		{ "setfcap", CAP_SETFCAP },
		{ "syslog", CAP_SYSLOG },
		{ "checkpoint_restore", CAP_CHECKPOINT_RESTORE },
		{ "cap_cap_chown", -1 },
		{ "cap_", -1 },
		{ "", -1 },
		{ "chow", -1 },
		{ "chownx", -1 },
		{ "all", -1 },
		{ "40", -1 },
	};
	/* What logins need, and no more. */
	static const int tenant[] = {
		CAP_CHOWN,	CAP_DAC_OVERRIDE,
		CAP_FOWNER,	CAP_FSETID,
		CAP_KILL,	CAP_SETGID,
		CAP_SETUID,	CAP_NET_BIND_SERVICE,
		CAP_SYS_CHROOT, CAP_AUDIT_WRITE,
	};
	vns_capset expected = 0;
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		vns_capset set = 0;
		bool found = vns_capname_find(rows[i].name, &set);

		is_number(found, rows[i].number >= 0, "capability \"%s\"",
			  rows[i].name);
		is_number(set, found ? 1LL << rows[i].number : 0, "its bit");
	}
	for (i = 0; i < LENGTH(tenant); i++)
		expected |= 1ULL << tenant[i];
	is_number(vns_capname_tenant(), expected, "a tenant's root");
}

static void test_paths(void)
{
	static const struct {
		const char *path;
		bool valid;
	} rows[] = {
		{ "/", true },	    { "/a", true },	 { "/a/b", true },
		{ "/...", true },   { "/.a", true },	 { "/a..", true },
		{ "/..a/b", true }, { "/a b", true },	 { "", false },
		{ NULL, false },    { "a", false },	 { "a/b", false },
		{ "//", false },    { "//a", false },	 { "/a//b", false },
		{ "/a/", false },   { "/.", false },	 { "/..", false },
		{ "/./a", false },  { "/../a", false },	 { "/a/.", false },
		{ "/a/..", false }, { "/a/./b", false }, { "/a/../b", false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++)
		is_number(vns_util_path_valid(rows[i].path), rows[i].valid,
			  "path \"%s\"", rows[i].path ? rows[i].path : "NULL");
}

static void test_numbers(void)
{
	static const struct {
		const char *text;
		unsigned long max;
		bool valid;
		unsigned long value;
	} rows[] = {
		{ "0", 0, true, 0 },
		{ "1", 0, false, 0 },
		{ "9", 9, true, 9 },
		{ "9", 8, false, 0 },
		{ "10", 9, false, 0 },
		{ "99", 98, false, 0 },
		{ "98", 98, true, 98 },
		{ "007", 9, true, 7 },
		{ "18446744073709551615", ULONG_MAX, true, ULONG_MAX },
		{ "18446744073709551616", ULONG_MAX, false, 0 },
		{ "99999999999999999999999", ULONG_MAX, false, 0 },
		{ "", 9, false, 0 },
		{ NULL, 9, false, 0 },
		{ " 1", 9, false, 0 },
		{ "1 ", 9, false, 0 },
		{ "-1", 9, false, 0 },
		{ "+1", 9, false, 0 },
		{ "1a", 9, false, 0 },
		{ "/", 9, false, 0 },
		{ ":", 99, false, 0 },
		{ "\xb1", 9, false, 0 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		unsigned long value = 4711;
		bool valid = vns_util_number(rows[i].text, rows[i].max, &value);

		is_number(valid, rows[i].valid, "number \"%s\" up to %lu",
			  rows[i].text ? rows[i].text : "NULL", rows[i].max);
		ok(value == (valid ? rows[i].value : 4711), "its value %lu",
		   value);
	}
}

static void test_format(void)
{
	char buffer[4] = "xyz";

	is_number(vns_util_format(buffer, 4, "%d", 123), true, "just fits");
	is_string(buffer, "123", "all of it");
	is_number(vns_util_format(buffer, 4, "%d", 1234), false,
		  "does not fit");
	is_string(buffer, "", "nothing of it");
}

static void test_strings(void)
{
	struct vns_strings list = { NULL, 0 };
	char text[] = "one";

	is_number(vns_strings_add(&list, text), 0, "a first string");
	text[0] = 'x';
	is_number(vns_strings_add(&list, ""), 0, "an empty one");
	is_number(list.count, 2, "two strings");
	is_string(list.items[0], "one", "a copy");
	is_string(list.items[1], "", "the other");
	ok(!list.items[2], "and NULL");
	vns_strings_free(&list);
	ok(!list.items && list.count == 0, "empty again");
	vns_strings_free(&list);
}

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

	for (i = 0; i < LENGTH(rows); i++) {
		char *dst = malloc(rows[i].size);

		need(dst, "malloc");
		vns_log_escape(dst, rows[i].size, rows[i].text);
		is_string(dst, rows[i].result, "escape \"%s\" in %zu bytes",
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
	is_string(logged, ">a 1\\x0a", "one line, escaped");
	is_number(log_level, 3, "and its level");
	vns_log_write(&log, VNS_LOG_DEBUG, "x");
	is_number(log_lines, 1, "no debug line");
	log.debug = true;
	vns_log_write(&log, VNS_LOG_DEBUG, "x");
	is_string(logged, ">x", "a debug line");
	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	vns_log_write(&log, VNS_LOG_ERR, "%s", text);
	ok(strlen(logged) > 1000 && strlen(logged) < 2049, "cut off at %zu",
	   strlen(logged));
	vns_log_write(NULL, VNS_LOG_ERR, "x");
	log.write = NULL;
	vns_log_write(&log, VNS_LOG_ERR, "x");
	is_number(log_lines, 3, "nowhere to write");
}

static void test_error(void)
{
	struct vns_error err;
	char big[2 * VNS_ERROR_MAX];

	memset(big, 'b', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	is_number(vns_error_set(&err, EPERM, "%s-%d", "a", 1), -EPERM, "set");
	is_string(err.text, "a-1", "its text");
	vns_error_context(&err, "in %s", "b");
	is_string(err.text, "in b: a-1", "context in front");
	is_number(vns_error_errno(&err, ENOENT, "%s", "/x"), -ENOENT, "errno");
	is_string(err.text, "/x: No such file or directory", "its words");
	is_number(vns_error_errno(&err, 99999, "x"), -99999, "an unknown one");
	is_string(err.text, "x: unknown error", "its words");
	is_number(vns_error_memory(&err), -ENOMEM, "memory");
	is_string(err.text, "out of memory", "its text");

	vns_error_set(&err, EIO, "%s", big);
	is_number(strlen(err.text), VNS_ERROR_MAX - 1, "as long as can be");
	vns_error_context(&err, "c");
	is_number(strlen(err.text), VNS_ERROR_MAX - 1, "with context");
	ok(strncmp(err.text, "c: bbb", 6) == 0, "in front");
	vns_error_context(&err, "%s", big);
	ok(strlen(err.text) == VNS_ERROR_MAX - 1 && strstr(err.text, "b: c: b"),
	   "context as long as can be");
	vns_error_errno(&err, EIO, "%s", big);
	is_number(strlen(err.text), VNS_ERROR_MAX - 1, "no room for words");
}

int main(void)
{
	test_subst();
	test_subst_valid();
	test_pidfile();
	test_start();
	test_mountinfo();
	test_nsswitch();
	test_nsswitch_next();
	test_names();
	test_users();
	test_capabilities();
	test_paths();
	test_numbers();
	test_format();
	test_strings();
	test_escape();
	test_log();
	test_error();
	return finish();
}
