/* Who has which range, on a real disk; see pam_vns/native/ranges.h. Root only. */
#include "native/ranges.h"

#include "tap.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* Below /run: every directory on the way there is root's. */
static char base[] = "/run/unit-ranges.XXXXXX";
static char state_dir[64], subuid[64], subgid[64];
static struct vns_ranges ranges = { .state_dir = state_dir,
				    .subuid = subuid,
				    .subgid = subgid,
				    .timeout_ms = 60000 };
static struct vns_error err;
static struct vns_idrange got;

#define CROWD 20
/* Names that begin at the same slot. */
static char crowd[CROWD][32];

static int run(const char *fmt, ...)
{
	char command[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	return system(command);
}

/* An empty place; the current directory is where the records will be. */
static void begin(const char *what)
{
	diag("%s", what);
	need(chdir(base) == 0 && run("rm -rf * && mkdir -p state/ranges") == 0,
	     base);
	need(chdir("state/ranges") == 0, "chdir");
}

static int claim(const char *name, const struct vns_idrange *asked)
{
	strcpy(err.text, "untouched");
	got = (struct vns_idrange){ 7, 7 };
	return vns_ranges_claim_in(&ranges, name, asked, &got, &err);
}

static int claim_asked(const char *name, unsigned long from,
		       unsigned long count)
{
	return claim(name, &(struct vns_idrange){ from, count });
}

static void put(const char *path, const char *text, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	need(fd >= 0 && write(fd, text, length) == (ssize_t)length &&
		     close(fd) == 0,
	     path);
}

static void put_text(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

static void put_record(unsigned long from, const char *text)
{
	char path[32];

	snprintf(path, sizeof(path), "%lu", from);
	put_text(path, text);
}

/* The record with this base, or NULL. */
static const char *record(unsigned long from)
{
	static char text[256];
	char path[32];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%lu", from);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	return text;
}

/* All that is there, in order. */
static const char *list(void)
{
	static char text[4096];
	FILE *pipe = popen("ls -A | sort | tr '\\n' ' '", "re");
	size_t length;

	need(pipe, "ls");
	length = fread(text, 1, sizeof(text) - 1, pipe);
	pclose(pipe);
	text[length] = '\0';
	return text;
}

static unsigned long slot(const char *name, unsigned long attempt)
{
	return vns_idrange_slot(name, attempt).base;
}

/* Not written anew: a crash would find it half done. */
static void test_untouched(void)
{
	struct stat record_before, record_after, link_before, link_after;

	need(stat("4203479040", &record_before) == 0 &&
		     lstat("@acme", &link_before) == 0,
	     "stat");
	is_number(claim("acme", NULL), 0, "and again");
	need(stat("4203479040", &record_after) == 0 &&
		     lstat("@acme", &link_after) == 0,
	     "stat");
	is_number(record_after.st_ino, record_before.st_ino,
		  "the record is the same file");
	is_number(link_after.st_ino, link_before.st_ino, "and so is the link");
}

static void test_first(void)
{
	const char *names = ".lock 4203479040 @acme ";
	struct stat st;

	begin("a first claim");
	need(run("rm -rf ../../state") == 0, "rm");
	is_number(claim("acme", NULL), 0, "nothing is there yet");
	is_number(got.base, 4203479040UL, "the range of the name");
	is_number(got.count, 65536, "65536 ids");
	is_string(err.text, "untouched", "no error");
	need(chdir(state_dir) == 0 && stat(".", &st) == 0, state_dir);
	ok(st.st_uid == 0 && st.st_mode == (S_IFDIR | 0755), "state_dir");
	need(chdir("ranges") == 0 && stat(".", &st) == 0, "ranges");
	ok(st.st_uid == 0 && st.st_mode == (S_IFDIR | 0755), "ranges");
	need(stat(".lock", &st) == 0, ".lock");
	is_number(st.st_mode, S_IFREG | 0600, "others cannot hold the lock");
	is_string(list(), names, "nothing else is left");
	is_string(record(4203479040UL), "65536 acme\n", "the record");
	is_number(claim("acme", NULL), 0, "again");
	is_number(got.base, 4203479040UL, "the same");
	is_string(list(), names, "and nothing more");
	test_untouched();

	is_number(claim("../acme", NULL), -EINVAL, "a name that is none");
	is_string(err.text, "the vserver's name is not valid", "its message");
	is_number(got.base, 7, "the range is left alone");
	is_number(claim("", NULL), -EINVAL, "no name");
}

/* The other caller of the same. */
static void test_system(void)
{
	struct vns_idrange range = { 7, 7 };

	begin("with the system's subuid and subgid");
	is_number(vns_ranges_claim(state_dir, "acme", NULL, &range, &err), 0,
		  "auto");
	ok(vns_idrange_is_slot(range.base), "a slot");
	is_number(vns_ranges_claim("state", "acme", NULL, &range, &err),
		  -EINVAL, "a relative state_dir");
	is_number(vns_ranges_claim("/nonexistent/state", "acme", NULL, &range,
				   &err),
		  -ENOENT, "a state_dir nowhere");
	is_string(err.text,
		  "mkdir /nonexistent/state: No such file or directory",
		  "its message");
}

static void test_collision(void)
{
	const unsigned long first = slot(crowd[0], 0);
	char link[40];

	begin("names that begin at the same slot");
	is_number(slot(crowd[1], 0), first, "they do");
	is_number(claim(crowd[0], NULL), 0, "one");
	is_number(got.base, first, "has it");
	is_number(claim(crowd[1], NULL), 0, "another");
	is_number(got.base, slot(crowd[0], 1), "has the next");
	is_number(claim(crowd[2], NULL), 0, "a third");
	is_number(got.base, slot(crowd[0], 2), "the one after it");
	is_number(claim(crowd[0], NULL), 0, "the first again");
	is_number(got.base, first, "stays");

	/* A vserver goes, those behind it stay. */
	need(run("rm %lu", first) == 0, "rm");
	is_number(claim(crowd[2], NULL), 0, "the third, with the first gone");
	is_number(got.base, slot(crowd[0], 2), "stays");
	is_number(claim(crowd[3], NULL), 0, "a fourth");
	is_number(got.base, first, "takes the free one");

	snprintf(link, sizeof(link), "@%s", crowd[2]);
	need(unlink(link) == 0, link);
	is_number(claim(crowd[2], NULL), 0, "without its link");
	is_number(got.base, slot(crowd[0], 2), "it is found all the same");
	is_number(readlink(link, (char[32]){ 0 }, 32), 10, "and linked");
}

/* target NULL: no link. What a link says is never believed. */
static const struct {
	const char *target, *what;
} links[] = {
	{ NULL, "no link" },
	{ "1879048192", "to somebody else's slot" },
	{ "1879048193", "to no slot" },
	{ "100000", "to what is not of auto" },
	{ "2147352576", "to the slot that is left out" },
	{ "4294967296", "to no id" },
	{ "/etc/passwd", "to anything" },
	{ "../ranges/1879113728", "to a path" },
	{ "1879113728000000000000000000000", "to something long" },
};

static void test_links(void)
{
	char text[32];
	size_t i;

	for (i = 0; i < LENGTH(links); i++) {
		begin(links[i].what);
		put_record(1879048192, "65536 other\n");
		put_record(100000, "65536 other\n");
		if (links[i].target)
			need(symlink(links[i].target, "@acme") == 0, "symlink");
		is_number(claim("acme", NULL), 0, "a link %s", links[i].what);
		is_number(got.base, 4203479040UL, "the name decides");
		memset(text, 0, sizeof(text));
		need(readlink("@acme", text, sizeof(text) - 1) > 0, "readlink");
		is_string(text, "4203479040", "and the link is put right");
		is_string(record(1879048192), "65536 other\n", "theirs stays");
	}
	begin("a record lost, its link not");
	need(symlink("1879048192", "@acme") == 0, "symlink");
	is_number(claim("acme", NULL), 0, "a link to a free slot");
	is_number(got.base, 1879048192, "is where the vserver was");
	is_string(record(1879048192), "65536 acme\n", "and is recorded");
	begin("a file for a link");
	put_text("@acme", "4203479040");
	is_number(claim("acme", NULL), 0, "is replaced");
	is_string(list(), ".lock 4203479040 @acme ", "by one");
}

/* The name's slot is 4203479040 to 4203544575. */
static const struct {
	const char *uids, *gids;
	bool passed;
} subids[] = {
	{ "", "", false },
	{ "a:100000:65536\nb:165536:65536\n", "", false },
	{ "a:4203479040:65536\n", "", true },
	{ "", "a:4203479040:65536\n", true },
	{ "a:4203479039:1\n", "a:4203544576:1\n", false },
	{ "a:4203479039:2\n", "", true },
	{ "", "a:4203544575:1\n", true },
	{ "a:4203500000:1", "", true },
	{ "junk\n\n::\na:4203500000:1\n", "", true },
	{ "# a:4203500000:1\n", "a:4203500000:x\n", false },
	{ "a:1879048191:2\nb:4294901759:9\n", "", false },
	{ "a:0:4203479040\n", "a:4203544576:99999999999\n", false },
	{ "a:0:4203479041\n", "", true },
};

static void test_subids(void)
{
	size_t i;

	for (i = 0; i < LENGTH(subids); i++) {
		begin("what subuid and subgid give away");
		put_text(subuid, subids[i].uids);
		put_text(subgid, subids[i].gids);
		is_number(claim("acme", NULL), 0, "\"%s\" \"%s\"",
			  subids[i].uids, subids[i].gids);
		ok((got.base != slot("acme", 0)) == subids[i].passed,
		   "the slot is %s", subids[i].passed ? "passed" : "taken");
		need(unlink(subuid) == 0 && unlink(subgid) == 0, "unlink");
		is_number(claim("acme", NULL), 0, "and without those files");
		ok((got.base != slot("acme", 0)) == subids[i].passed,
		   "the same again");
	}
	begin("a NUL in subuid");
	put(subuid, "a\0b\nb:4203479040:1\n", 19);
	is_number(claim("acme", NULL), 0, "a line behind a NUL");
	is_number(got.base, slot("acme", 1), "counts");

	begin("given away later");
	need(claim("acme", NULL) == 0, err.text);
	put_text(subuid, "a:4203479040:65536\n");
	is_number(claim("acme", NULL), 0, "what is recorded");
	is_number(got.base, 4203479040UL, "stays");

	begin("as podman --userns=auto wants it");
	put_text(subuid, "containers:2147483647:2147483648\n");
	is_number(claim("acme", NULL), 0, "most is given away");
	is_number(got.base, 1879048192, "the first that is not");
	put_text(subuid, "a:0:4294967295\n");
	is_number(claim("other", NULL), -ENOSPC, "all is given away");
	ok(strstr(err.text, "see what") && strstr(err.text, subgid),
	   "the message says where");
	need(chmod(subuid, 0666) == 0, subuid);
	is_number(claim("other", NULL), -EPERM, "subuid is anybody's");
	ok(strncmp(err.text, subuid, strlen(subuid)) == 0,
	   "the message names it");
	is_number(claim("acme", NULL), 0, "where it matters");
}

static void test_asked(void)
{
	char expected[VNS_ERROR_MAX];

	begin("ranges that are asked for");
	is_number(claim_asked("acme", 100000, 65536), 0, "one");
	ok(got.base == 100000 && got.count == 65536, "as asked for");
	is_string(err.text, "untouched", "no error");
	is_string(record(100000), "65536 acme\n", "its record");
	is_number(claim_asked("acme", 100000, 65536), 0, "again");
	is_string(list(), ".lock 100000 ", "nothing else is left");

	is_number(claim_asked("b", 165535, 1), -EEXIST, "its last id");
	snprintf(expected, sizeof(expected),
		 "user_namespace \"165535:1\" overlaps \"100000:65536\" of "
		 "vserver \"acme\"; choose another, or remove %s/ranges/100000 "
		 "if that vserver is gone or has another",
		 state_dir);
	is_string(err.text, expected, "its message");
	is_number(got.base, 7, "the range is left alone");
	is_number(claim_asked("b", 100000, 65536), -EEXIST, "all of it");
	is_string(record(100000), "65536 acme\n", "it stays");
	is_number(claim_asked("b", 99999, 2), -EEXIST, "its first id");
	is_number(claim_asked("b", 90000, 100000), -EEXIST, "more than it");
	is_string(list(), ".lock 100000 ", "nothing was recorded");
	is_number(claim_asked("b", 165536, 65536), 0, "what is next to it");
	is_number(claim_asked("c", 99999, 1), 0, "on either side");

	is_number(claim_asked("acme", 300000, 1000), 0, "another range");
	ok(!record(100000), "the old one is given up");
	is_string(record(300000), "1000 acme\n", "the new one is there");
	is_number(claim_asked("d", 100000, 65536), 0, "others may have it");
	is_number(claim_asked("acme", 100000, 1), -EEXIST, "and keep it");
	is_string(record(300000), "1000 acme\n", "a refusal gives nothing up");
	is_number(claim_asked("acme", 300000, 2000), 0, "more of it");
	is_string(record(300000), "2000 acme\n", "its record");
	is_number(claim_asked("acme", 300500, 1000), 0, "overlapping itself");
	is_string(list(), ".lock 100000 165536 300500 99999 ", "four ranges");

	is_number(claim("acme", NULL), 0, "auto");
	is_number(claim_asked("acme", 400000, 65536), 0, "and another");
	is_string(record(4203479040UL), "65536 acme\n", "that of auto stays");
	is_number(claim("acme", NULL), 0, "auto again");
	is_number(got.base, 4203479040UL, "the same");
}

/* Never within what auto hands out, nor with ids that nobody may have. */
static const struct {
	unsigned long base, count;
	const char *message;
} refused[] = {
	{ 1879048192, 65536, "from; choose another, or \"auto\"" },
	{ 1879048191, 2, "from; choose another, or \"auto\"" },
	{ 2147352576, 1, "from; choose another, or \"auto\"" },
	{ 4294901759UL, 1, "from; choose another, or \"auto\"" },
	{ 65536, 4294901759UL, "from; choose another, or \"auto\"" },
	{ 65535, 1, "the ids 65536 to 4294967294; choose another" },
	{ 0, 65536, "the ids 65536 to 4294967294; choose another" },
	{ 100000, 0, "the ids 65536 to 4294967294; choose another" },
	{ 4294967294UL, 2, "the ids 65536 to 4294967294; choose another" },
	{ 100000, ~0UL, "the ids 65536 to 4294967294; choose another" },
};

static void test_refused(void)
{
	size_t i;

	begin("ranges that nobody may have");
	for (i = 0; i < LENGTH(refused); i++) {
		is_number(
			claim_asked("acme", refused[i].base, refused[i].count),
			-EINVAL, "%lu:%lu", refused[i].base, refused[i].count);
		ok(strstr(err.text, refused[i].message) &&
			   !strstr(err.text, refused[i].message)[strlen(
				   refused[i].message)],
		   "its message");
	}
	is_string(list(), "", "nothing was touched");
}

static const struct {
	const char *text;
	size_t length;
} broken[] = {
	{ "", 0 },
	{ "\n", 1 },
	{ "65536", 5 },
	{ "65536 acme", 10 },
	{ "acme\n", 5 },
	{ "65536 acme\nmore", 15 },
	{ "65536 acme\n\0", 12 },
	{ "0 acme\n", 7 },
	{ "65536 ../x\n", 11 },
	{ "4294967295 acme\n", 16 },
};

static void test_broken(void)
{
	static char big[4096];
	char expected[VNS_ERROR_MAX];
	size_t i;

	memset(big, '1', sizeof(big));
	for (i = 0; i <= LENGTH(broken); i++) {
		const char *text = i < LENGTH(broken) ? broken[i].text : big;
		size_t length = i < LENGTH(broken) ? broken[i].length :
						     sizeof(big);

		begin("a broken record");
		put("4203479040", text, length);
		is_number(claim("acme", NULL), -EINVAL, "\"%.20s\"", text);
		snprintf(expected, sizeof(expected),
			 "%s/ranges/4203479040: does not have the form "
			 "\"COUNT NAME\"; write it anew for the vserver that "
			 "has these ids, or remove it if no vserver has them",
			 state_dir);
		is_string(err.text, expected, "its message");
		is_number(got.base, 7, "the range is left alone");
		ok(record(4203479040UL) &&
			   strncmp(record(4203479040UL), text, 255) == 0,
		   "and so is the file");
		/* No file of auto is even read for this one. */
		is_number(claim_asked("acme", 100000, 65536), 0, "asked for");
		put("200000", text, length);
		is_number(claim_asked("acme", 100000, 65536), -EINVAL,
			  "with a broken one there");
		ok(strstr(err.text, "/ranges/200000: does not have the form"),
		   "its message");
		need(unlink("200000") == 0, "unlink");
	}
	begin("files that are no records");
	put_record(4203479040UL, "1 acme\n");
	is_number(claim("acme", NULL), -EINVAL, "auto with another count");
	need(unlink("4203479040") == 0, "unlink");
	put_text("0200000", "x");
	put_text("200000~", "x");
	put_text("README", "x");
	put_text("4294967296", "x");
	is_number(claim_asked("acme", 200000, 1), 0, "others are passed");
	is_number(claim("acme", NULL), 0, "by auto, too");
}

/* Done by a shell in ranges; both kinds of claims must be refused then. */
static const struct {
	const char *command;
	int rc;
	const char *message; /* behind state_dir */
} attacks[] = {
	{ "chown 1234 ..", -EPERM,
	  ": must belong to root and not be writable by others" },
	{ "chmod 1777 ..", -EPERM,
	  ": must belong to root and not be writable by others" },
	{ "mv ../../state ../../real; ln -s real ../../state", -ELOOP,
	  ": must not be a symbolic link" },
	{ "chown 1234 .", -EPERM,
	  "/ranges: must belong to root and not be writable by others" },
	{ "chmod 775 .", -EPERM,
	  "/ranges: must belong to root and not be writable by others" },
	{ "cd ..; mv ranges ../real; ln -s ../real ranges", -ELOOP,
	  "/ranges: must not be a symbolic link" },
	{ "cd ..; rmdir ranges; touch ranges", -ENOTDIR,
	  "/ranges: Not a directory" },
	{ "ln -s /etc/passwd .lock", -ELOOP,
	  "/ranges/.lock: Too many levels of symbolic links" },
	{ "mkdir .lock", -EISDIR, "/ranges/.lock: Is a directory" },
};

static void test_attacks(void)
{
	char expected[VNS_ERROR_MAX];
	size_t i;

	for (i = 0; i < LENGTH(attacks) * 2; i++) {
		begin(attacks[i / 2].command);
		need(run("%s", attacks[i / 2].command) == 0, "sh");
		is_number(i % 2 ? claim("acme", NULL) :
				  claim_asked("acme", 100000, 65536),
			  attacks[i / 2].rc, "%s", attacks[i / 2].command);
		snprintf(expected, sizeof(expected), "%s%s", state_dir,
			 attacks[i / 2].message);
		is_string(err.text, expected, "its message");
		is_number(got.base, 7, "the range is left alone");
		need(chdir("/") == 0, "chdir");
		ok(run("! find %s -name 4203479040 -o -name 100000 | grep .",
		       base) == 0,
		   "nothing is recorded");
	}
}

/* In the place of a record: FILE is its name. */
static const struct {
	const char *command;
	int rc;
	const char *message; /* behind the record's path */
} planted[] = {
	{ "ln -s victim FILE", -ELOOP, ": must not be a symbolic link" },
	{ "ln -s nowhere FILE", -ELOOP, ": must not be a symbolic link" },
	{ "mkfifo FILE", -EPERM, ": not a regular file" },
	{ "mkdir FILE", -EPERM, ": not a regular file" },
	{ "echo 65536 acme >FILE; chown 1234 FILE", -EPERM,
	  ": must belong to root (chown root)" },
	{ "echo 65536 acme >FILE; chmod 666 FILE", -EPERM,
	  ": must not be writable by group or others (chmod go-w)" },
};

static void test_planted(void)
{
	static const char *const files[] = { "4203479040", "200000" };
	char expected[VNS_ERROR_MAX];
	size_t i, kind;

	for (i = 0; i < LENGTH(planted) * 2; i++) {
		kind = i % 2;
		begin(planted[i / 2].command);
		put_text("victim", "65536 acme\n");
		need(run("echo '%s' | sed s/FILE/%s/g | sh",
			 planted[i / 2].command, files[kind]) == 0,
		     "sh");
		is_number(kind == 0 ? claim("acme", NULL) :
				      claim_asked("acme", 100000, 65536),
			  planted[i / 2].rc, "%s", planted[i / 2].command);
		snprintf(expected, sizeof(expected), "%s/ranges/%s%s",
			 state_dir, files[kind], planted[i / 2].message);
		is_string(err.text, expected, "its message");
		is_number(got.base, 7, "the range is left alone");
	}
	begin("a link where a record is written");
	put_text("victim", "victim\n");
	need(symlink("victim", ".4203479040.new") == 0, "symlink");
	is_number(claim("acme", NULL), 0, "is replaced");
	is_string(record(4203479040UL), "65536 acme\n", "by the record");
	ok(run("grep -qx victim victim") == 0, "not written through");
}

static void test_lock(void)
{
	int fd;

	begin("the lock");
	need(claim("acme", NULL) == 0, err.text);
	fd = open(".lock", O_RDWR | O_CLOEXEC);
	is_number(flock(fd, LOCK_EX | LOCK_NB), 0, "is given back");
	ranges.timeout_ms = 10;
	is_number(claim("acme", NULL), -EBUSY, "is not waited for for ever");
	ok(strstr(err.text, "/ranges/.lock: other processes hold this lock "
			    "for too long"),
	   "its message");
	ranges.timeout_ms = 60000;
	close(fd);
	is_number(claim("acme", NULL), 0, "and then it is free");
	is_number(claim_asked("acme", 1, 1), -EINVAL, "after an error");
	is_number(claim("acme", NULL), 0, "it is free, too");
}

/* Bytes written end the child: in the middle, or with an error. */
static int claim_without_space(const struct vns_idrange *asked, bool killed)
{
	int status = 0;
	pid_t child = fork();

	need(child >= 0, "fork");
	if (child == 0) {
		const struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		setrlimit(RLIMIT_FSIZE, &none);
		signal(SIGXFSZ, killed ? SIG_DFL : SIG_IGN);
		_exit(-claim(crowd[0], asked));
	}
	need(waitpid(child, &status, 0) == child, "waitpid");
	return WIFSIGNALED(status) ? -1000 : -WEXITSTATUS(status);
}

static void test_crashes(void)
{
	begin("crashes");
	is_number(claim_without_space(NULL, true), -1000,
		  "killed while it writes");
	ok(!record(slot(crowd[0], 0)), "no record");
	is_number(claim(crowd[1], NULL), 0, "the next one");
	is_number(got.base, slot(crowd[0], 0), "takes it");
	is_number(claim_without_space(NULL, false), -EFBIG, "no space");
	ok(!record(slot(crowd[0], 1)), "no record");
	is_number(claim(crowd[0], NULL), 0, "with space");
	is_number(got.base, slot(crowd[0], 1), "the next slot");

	begin("a crash before the new range is recorded");
	is_number(claim_asked(crowd[0], 100000, 65536), 0, "a range");
	is_number(claim_without_space(&(struct vns_idrange){ 200000, 65536 },
				      true),
		  -1000, "killed while it asks for another");
	ok(record(100000) && !record(200000), "it has the old one");

	begin("a crash before a record has its name");
	put_text(".4203479040.new", "a longer text than a record's\n");
	is_number(claim("other", NULL), 0, "is no record");
	is_string(record(got.base), "65536 other\n", "the right one");

	begin("a crash before the old range is given up");
	put_record(100000, "65536 acme\n");
	put_record(200000, "65536 acme\n");
	is_number(claim_asked("other", 100000, 1), -EEXIST, "it has one");
	is_number(claim_asked("other", 200000, 1), -EEXIST, "and the other");
	is_number(claim_asked("acme", 200000, 65536), 0, "it goes on");
	ok(!record(100000) && record(200000), "with one");
}

/* Every slot is somebody else's, then all but one. */
static void test_full(void)
{
	unsigned long i, failed = 0;
	char path[32];

	begin("a full area");
	put_text("record", "65536 other\n");
	for (i = 0; i < VNS_IDRANGE_SLOTS; i++) {
		snprintf(path, sizeof(path), "%lu", slot("acme", i));
		failed += link("record", path) < 0;
	}
	is_number(failed, 0, "every slot is taken");
	is_number(claim("acme", NULL), -ENOSPC, "nothing is left");
	ok(strstr(err.text, "/ranges: all ranges of user_namespace = \"auto\" "
			    "are taken; remove the files that name vservers "
			    "which are gone"),
	   "its message");
	is_number(claim_asked("acme", 100000, 65536), 0, "asked for");
	need(unlink(path) == 0, path);
	is_number(claim("acme", NULL), 0, "the very last slot");
	is_number(got.base, slot("acme", VNS_IDRANGE_SLOTS - 1), "is found");
	is_number(claim("acme", NULL), 0, "again");
	is_number(got.base, slot("acme", VNS_IDRANGE_SLOTS - 1), "the same");
}

/* All at once: names[i] claims, and what it got is found in bases[i]. */
static unsigned claim_at_once(const char *const names[CROWD],
			      const struct vns_idrange *asked,
			      unsigned long bases[CROWD])
{
	int start[2], results[CROWD][2], i, status;
	unsigned good = 0;
	char byte;

	need(pipe2(start, O_CLOEXEC) == 0, "pipe");
	for (i = 0; i < CROWD; i++) {
		need(pipe2(results[i], O_CLOEXEC) == 0, "pipe");
		switch (fork()) {
		case -1:
			need(false, "fork");
			break;
		case 0:
			close(start[1]);
			if (read(start[0], &byte, 1) != 0)
				_exit(2);
			if (claim(names[i], asked) < 0)
				_exit(1);
			_exit(write(results[i][1], &got.base,
				    sizeof(got.base)) != sizeof(got.base));
		}
	}
	close(start[0]);
	close(start[1]);
	for (i = 0; i < CROWD; i++)
		good += wait(&status) > 0 && status == 0;
	for (i = 0; i < CROWD; i++) {
		close(results[i][1]);
		bases[i] = 0;
		if (read(results[i][0], &bases[i], sizeof(bases[i])) < 0)
			bases[i] = 0;
		close(results[i][0]);
	}
	return good;
}

static void test_crowd(void)
{
	unsigned good = 0, right = 0, different = 0;
	const char *names[CROWD];
	unsigned long bases[CROWD];
	char expected[64];
	int round, i, j;

	for (i = 0; i < CROWD; i++)
		names[i] = crowd[i];
	for (round = 0; round < 10; round++) {
		begin("all at once");
		good += claim_at_once(names, NULL, bases);
		for (i = 0; i < CROWD; i++) {
			snprintf(expected, sizeof(expected), "65536 %s\n",
				 names[i]);
			right += record(bases[i]) &&
				 strcmp(record(bases[i]), expected) == 0;
			for (j = 0; j < i && bases[j] != bases[i]; j++)
				;
			different += j == i;
		}
	}
	is_number(good, round * CROWD, "all have a range");
	is_number(different, round * CROWD, "of their own");
	is_number(right, round * CROWD, "and it is recorded");
}

static void test_same_at_once(void)
{
	unsigned good = 0, same = 0, alone = 0;
	const char *names[CROWD];
	unsigned long bases[CROWD];
	int round, i;

	for (i = 0; i < CROWD; i++)
		names[i] = "acme";
	for (round = 0; round < 10; round++) {
		begin("one vserver, many times at once");
		good += claim_at_once(names, NULL, bases);
		for (i = 0; i < CROWD; i++)
			same += bases[i] == 4203479040UL;
		alone += strcmp(list(), ".lock 4203479040 @acme ") == 0;
	}
	is_number(good, round * CROWD, "all have a range");
	is_number(same, round * CROWD, "the same");
	is_number(alone, round, "recorded once");
}

static void test_asked_at_once(void)
{
	const struct vns_idrange asked = { 100000, 65536 };
	const char *names[CROWD];
	unsigned long bases[CROWD];
	unsigned good = 0;
	int round, i;

	for (i = 0; i < CROWD; i++)
		names[i] = crowd[i];
	for (round = 0; round < 10; round++) {
		begin("one range, asked for by many at once");
		good += claim_at_once(names, &asked, bases);
	}
	is_number(good, round, "one has it");
}

static void find_crowd(void)
{
	unsigned long i;
	int count = 0;

	for (i = 0; count < CROWD; i++) {
		snprintf(crowd[count], sizeof(crowd[count]), "v%lu", i);
		count += slot(crowd[count], 0) == slot("v0", 0);
	}
}

int main(void)
{
	unsigned before;

	if (geteuid() != 0) {
		skip("records of ranges", "needs root");
		return finish();
	}
	need(mkdtemp(base) && chmod(base, 0755) == 0, base);
	umask(022);
	snprintf(state_dir, sizeof(state_dir), "%s/state", base);
	snprintf(subuid, sizeof(subuid), "%s/subuid", base);
	snprintf(subgid, sizeof(subgid), "%s/subgid", base);
	find_crowd();
	before = count_descriptors();
	test_first();
	test_system();
	test_collision();
	test_links();
	test_subids();
	test_asked();
	test_refused();
	test_broken();
	test_attacks();
	test_planted();
	test_lock();
	test_crashes();
	test_full();
	test_crowd();
	test_same_at_once();
	test_asked_at_once();
	is_number(count_descriptors(), before, "no descriptor is left");
	need(chdir("/") == 0, "chdir");
	ok(run("rm -rf %s", base) == 0, "cleaned up");
	return finish();
}
