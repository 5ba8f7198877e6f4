/* Tests how files of /proc and pid files are read; see pam_vns/lib/procfs.h. */
#include "lib/procfs.h"

#include "tap.h"

#include <limits.h>

static void test_pidfile(void)
{
	static const struct {
		const char *text;
		int pid; /* 0 if it is refused */
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
		{ "00000000000000000000005", 5 },
		{ "000000000000000000000005", 0 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		int pid = -7;
		bool good = vns_procfs_parse_pidfile(rows[i].text, &pid);

		about("pid file with \"%s\"", rows[i].text);
		is_number(good, rows[i].pid != 0, "it is %s",
			  rows[i].pid ? "read" : "refused");
		is_number(pid, good ? rows[i].pid : -7, "the pid is %s",
			  rows[i].pid ? "read" : "not written");
	}
}

static void test_claim(void)
{
	static const struct {
		const char *text;
		enum vns_procfs_claim what;
		int pid;
		bool exact;
		unsigned long long ticks;
	} rows[] = {
		{ "", VNS_PROCFS_CLAIM_NONE, 0, false, 0 },
		{ " \n\t\r\n", VNS_PROCFS_CLAIM_NONE, 0, false, 0 },
		{ "0", VNS_PROCFS_CLAIM_NONE, 0, false, 0 },
		{ "0\n", VNS_PROCFS_CLAIM_NONE, 0, false, 0 },
		{ "2", VNS_PROCFS_CLAIM_PROCESS, 2, false, 0 },
		{ "77\n", VNS_PROCFS_CLAIM_PROCESS, 77, false, 0 },
		{ " 77  1234 \n", VNS_PROCFS_CLAIM_PROCESS, 77, true, 1234 },
		{ "77\n0", VNS_PROCFS_CLAIM_PROCESS, 77, true, 0 },
		{ "77 18446744073709551615", VNS_PROCFS_CLAIM_PROCESS, 77, true,
		  18446744073709551615ULL },
		{ "77 18446744073709551616", VNS_PROCFS_CLAIM_WRONG, 0, false,
		  0 },
		{ "1", VNS_PROCFS_CLAIM_WRONG, 0, false, 0 },
		{ "1 5", VNS_PROCFS_CLAIM_WRONG, 0, false, 0 },
		{ "0 5", VNS_PROCFS_CLAIM_WRONG, 0, false, 0 },
		{ "-5", VNS_PROCFS_CLAIM_WRONG, 0, false, 0 },
		{ "77 -1", VNS_PROCFS_CLAIM_WRONG, 0, false, 0 },
		{ "77 x", VNS_PROCFS_CLAIM_WRONG, 0, false, 0 },
		{ "77 5 5", VNS_PROCFS_CLAIM_WRONG, 0, false, 0 },
		{ "77x", VNS_PROCFS_CLAIM_WRONG, 0, false, 0 },
		{ "pid 77", VNS_PROCFS_CLAIM_WRONG, 0, false, 0 },
		{ "2147483648", VNS_PROCFS_CLAIM_WRONG, 0, false, 0 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		const bool found = rows[i].what == VNS_PROCFS_CLAIM_PROCESS;
		int pid = -7;
		bool exact = false;
		unsigned long long ticks = 3;

		about("claim \"%s\"", rows[i].text);
		is_number(vns_procfs_parse_claim(rows[i].text, &pid, &exact,
						 &ticks),
			  rows[i].what, "it is read, or not");
		is_number(pid, found ? rows[i].pid : -7, "the pid");
		is_number(found && exact, rows[i].exact,
			  "whether there is a start time");
		is_number((long long)ticks,
			  (long long)(found ? rows[i].ticks : 3),
			  "the start time");
	}
}

static void test_terminal(void)
{
	static const struct {
		const char *stat;
		unsigned major, minor; /* 0 if there is none */
	} rows[] = {
		{ "7 (sh) S 1 7 7 34816 7 4194304 0 0", 136, 0 },
		{ "7 (sh) S 1 7 7 34817 7 4194304 0 0", 136, 1 },
		{ "7 (sh) S 1 7 7 1083392 7 4194304 0 0", 136, 256 },
		{ "7 (sh) S 1 7 7 1025", 4, 1 },
		{ "7 (a 1 2 3 4 5 6) S 1 7 7 1025 7", 4, 1 },
		{ "7 (sh) S 1 7 7 0 -1 4194304 0 0", 0, 0 },
		{ "7 (sh) S 1 7 7 -1 7", 0, 0 },
		{ "7 (sh) S 1 7 7 4294967296 7", 0, 0 },
		{ "7 (sh) S 1 7 7 34816x 7", 0, 0 },
		{ "7 (sh) S 1 7 7", 0, 0 },
		{ "", 0, 0 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		unsigned major = 0, minor = 0;

		about("/proc/PID/stat with \"%s\"", rows[i].stat);
		is_number(vns_procfs_parse_terminal(rows[i].stat, &major,
						    &minor),
			  rows[i].major != 0, "there is a terminal, or not");
		is_number(major, rows[i].major, "its major number");
		is_number(minor, rows[i].minor, "its minor number");
	}
}

static void test_pidfd(void)
{
	static const struct {
		const char *text;
		int pid; /* 0 if there is none */
	} rows[] = {
		{ "pos:\t0\nflags:\t02\nPid:\t77\nNSpid:\t77\t1\n", 77 },
		{ "Pid:\t77\n", 77 },
		{ "pos:\t0\nPid:\t-1\nNSpid:\t-1\n", 0 },
		{ "pos:\t0\nPid:\t0\n", 0 },
		{ "pos:\t0\nflags:\t02\n", 0 },
		{ "NSPid:\t77\n", 0 },
		{ "", 0 },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		int pid = 0;

		about("fdinfo with \"%s\"", rows[i].text);
		is_number(vns_procfs_parse_pidfd(rows[i].text, &pid),
			  rows[i].pid != 0, "it is %s",
			  rows[i].pid ? "read" : "refused");
		is_number(pid, rows[i].pid, "the pid");
	}
}

static void test_number(void)
{
	static const char text[] = "Name:\tCapBnd: 1\nCapPrm:\t7\n"
				   "CapBnd:\t00000000800405fb\n"
				   "NoNewPrivs:\t1\nSeccomp:\tx\nLast:\t3";
	unsigned long long number = 0;

	about("a text like /proc/PID/status");
	ok(vns_procfs_find_number(text, "CapBnd:", 16, &number) &&
		   number == 0x800405fb,
	   "a set is read, and not from the name of the process");
	ok(vns_procfs_find_number(text, "NoNewPrivs:", 10, &number) &&
		   number == 1,
	   "a flag is read");
	ok(vns_procfs_find_number(text, "Last:", 10, &number) && number == 3,
	   "what ends the text is read");
	ok(!vns_procfs_find_number(text, "Seccomp:", 10, &number),
	   "what is no number is not");
	ok(!vns_procfs_find_number(text, "Nothing:", 10, &number),
	   "nor is what is not there");
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

		about("/proc/PID/stat with \"%s\"", rows[i].stat);
		is_number(vns_procfs_parse_start(rows[i].stat, &ticks),
			  rows[i].good, "it is %s",
			  rows[i].good ? "read" : "refused");
		ok(!rows[i].good || ticks == rows[i].ticks,
		   "the start time, which is read as %llu", ticks);
	}
}

static void test_mountinfo(void)
{
	static const struct {
		const char *line, *root, *target, *options, *type, *source;
	} rows[] = {
		{ "36 35 98:0 /a /mnt rw,noatime master:1 - ext3 /dev/r rw,e=c",
		  "/a", "/mnt", "rw,noatime", "ext3", "/dev/r" },
		{ "36 35 0:5 / / ro - tmpfs none rw\n", "/", "/", "ro", "tmpfs",
		  "none" },
		{ "36 35 0:5 / /a\\040b ro shared:1 master:2 propagate_from:3 "
		  "unbindable - proc proc rw",
		  "/", "/a b", "ro", "proc", "proc" },
		{ "36 35 0:5 / - ro - proc proc rw", "/", "-", "ro", "proc",
		  "proc" },
		{ "36 35 0:5 - - - - - - rw", "-", "-", "-", "-", "-" },
		{ "36 35 0:5 net:[4026531840] /n rw - nsfs nsfs rw",
		  "net:[4026531840]", "/n", "rw", "nsfs", "nsfs" },
		{ "36 35 0:5 / /x rw - tmpfs", NULL, NULL, NULL, NULL, NULL },
		{ "36 35 0:5 / /x rw -", NULL, NULL, NULL, NULL, NULL },
		{ "36 35 0:5 / /x rw ext3 /dev/r rw", NULL, NULL, NULL, NULL,
		  NULL },
		{ "36 35 0:5 / /x", NULL, NULL, NULL, NULL, NULL },
		{ "36", NULL, NULL, NULL, NULL, NULL },
		{ "", NULL, NULL, NULL, NULL, NULL },
		{ "\n", NULL, NULL, NULL, NULL, NULL },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		char *line = strdup(rows[i].line);
		struct vns_procfs_mount mount;
		bool good;

		need(line, "strdup");
		good = vns_procfs_parse_mount(line, &mount);
		about("line of mountinfo \"%s\"", rows[i].line);
		is_number(good, rows[i].target != NULL, "it is %s",
			  rows[i].target ? "read" : "refused");
		if (good) {
			is_string(mount.id, "36", "the number of the mount");
			is_number(mount.shared,
				  strstr(rows[i].line, " shared:") != NULL,
				  "whether it has peers");
			is_string(mount.root, rows[i].root, "the root");
			is_string(mount.target, rows[i].target, "the target");
			is_string(mount.options, rows[i].options,
				  "the options");
			is_string(mount.type, rows[i].type,
				  "the type of the filesystem");
			is_string(mount.source, rows[i].source, "the source");
		}
		free(line);
	}
}

static void test_monitor(void)
{
	static const struct {
		const char *title;
		bool is;
	} rows[] = {
		{ "sshd: alice [priv]", true },
		{ "sshd-session: alice [priv]", true },
		{ "sshd-tenants: alice [priv]", true },
		{ "sshd: alice [pam]", false },
		{ "sshd-session: alice [pam]", false },
		{ "sshd: alice [net]", false },
		{ "sshd: [accepted]", false },
		{ "sshd: alice [pri", false },
		{ "sshd: alice [priv] x", false },
		{ "sshd: alice@pts/0", false },
		{ "/usr/sbin/sshd", false },
		{ "sshd [priv]", false },
		{ "su: alice [priv]", false },
		{ " [priv]", false },
		{ "", false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		about("the title \"%s\"", rows[i].title);
		is_number(vns_procfs_is_monitor(rows[i].title), rows[i].is,
			  "it is %s",
			  rows[i].is ? "a monitor's" : "no monitor's");
	}
}

int main(void)
{
	test_monitor();
	test_pidfile();
	test_claim();
	test_pidfd();
	test_number();
	test_start();
	test_terminal();
	test_mountinfo();
	return finish();
}
