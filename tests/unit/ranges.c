/* Tests who has which range of "auto"; see pam_vns/native/ranges.h. */
#include "ranges.h"

#include <sys/file.h>

/* Nothing is written anew: a crash would find it half done. */
static void test_untouched(void)
{
	struct stat record_before, record_after, link_before, link_after;

	need(stat("4203479040", &record_before) == 0 &&
		     lstat("@acme", &link_before) == 0,
	     "stat");
	is_number(claim("acme", NULL), 0, "a later claim is no error");
	need(stat("4203479040", &record_after) == 0 &&
		     lstat("@acme", &link_after) == 0,
	     "stat");
	is_number(record_after.st_ino, record_before.st_ino,
		  "a later claim leaves the record the same file");
	is_number(link_after.st_ino, link_before.st_ino,
		  "a later claim leaves the link the same file");
}

static void test_first(void)
{
	const char *names = ".lock 4203479040 @acme ";
	struct stat st;

	begin("a first claim");
	need(run("rm -rf ../../state") == 0, "rm");
	is_number(claim("acme", NULL), 0,
		  "it is no error, though nothing is there yet");
	is_number(got.base, 4203479040UL,
		  "its first id is that of the name's slot");
	is_number(got.count, 65536, "it has 65536 ids");
	is_string(err.text, "untouched", "no error message is set");
	need(chdir(state_dir) == 0 && stat(".", &st) == 0, state_dir);
	ok(st.st_uid == 0 && st.st_mode == (S_IFDIR | 0700),
	   "state_dir is made, root's and with mode 0700");
	need(chdir("ranges") == 0 && stat(".", &st) == 0, "ranges");
	ok(st.st_uid == 0 && st.st_mode == (S_IFDIR | 0700),
	   "its directory ranges is made, root's and with mode 0700");
	need(stat(".lock", &st) == 0, ".lock");
	is_number(st.st_mode, S_IFREG | 0600,
		  "the lock is made, and others cannot hold it");
	is_string(list(), names,
		  "there are a lock, a record and a link, and no more");
	is_string(record(4203479040UL), "65536 acme\n",
		  "the text of the record");
	is_number(claim("acme", NULL), 0, "claiming once more is no error");
	is_number(got.base, 4203479040UL,
		  "claiming once more gives the same range");
	is_string(list(), names, "claiming once more makes no more files");
	test_untouched();

	is_number(claim("../acme", NULL), -EINVAL,
		  "the name \"../acme\" is refused");
	is_string(err.text, "the vserver's name is not valid",
		  "the error message on the name \"../acme\"");
	is_number(got.base, 7, "the name \"../acme\" leaves the range alone");
	is_number(claim("", NULL), -EINVAL, "an empty name is refused");
}

/* vns_ranges_claim is what the programs call. */
static void test_system(void)
{
	struct vns_idrange range = { 7, 7 };

	begin("a claim with the system's subuid and subgid");
	is_number(vns_ranges_claim(state_dir, "acme", NULL, &range, &err), 0,
		  "it is no error");
	ok(vns_idrange_is_slot(range.base), "it gives a slot");
	is_number(vns_ranges_claim("state", "acme", NULL, &range, &err),
		  -EINVAL, "a relative state_dir is refused");
	is_number(vns_ranges_claim("/nonexistent/state", "acme", NULL, &range,
				   &err),
		  -ENOENT, "a state_dir whose parent is missing is an error");
	is_string(err.text,
		  "mkdir /nonexistent/state: No such file or directory",
		  "the error message names the state_dir whose parent is "
		  "missing");
}

static void test_collision(void)
{
	const unsigned long first = slot(crowd[0], 0);
	char link[40];

	begin("names that begin at the same slot");
	is_number(slot(crowd[1], 0), first, "the first two begin at one slot");
	is_number(claim(crowd[0], NULL), 0,
		  "the first one's claim is no error");
	is_number(got.base, first, "the first one has the slot");
	is_number(claim(crowd[1], NULL), 0,
		  "the second one's claim is no error");
	is_number(got.base, slot(crowd[0], 1),
		  "the second one has its next slot");
	is_number(claim(crowd[2], NULL), 0,
		  "the third one's claim is no error");
	is_number(got.base, slot(crowd[0], 2),
		  "the third one has the slot after that");
	is_number(claim(crowd[0], NULL), 0,
		  "the first one's second claim is no error");
	is_number(got.base, first, "the first one keeps its slot");

	/* One vserver is gone, and the others keep their slots. */
	need(run("rm %lu", first) == 0, "rm");
	is_number(claim(crowd[2], NULL), 0,
		  "the third one's claim with the first one gone is no error");
	is_number(got.base, slot(crowd[0], 2),
		  "the third one keeps its slot with the first one gone");
	is_number(claim(crowd[3], NULL), 0,
		  "the fourth one's claim with the first one gone is no error");
	is_number(got.base, first,
		  "the fourth one has the slot of the one that is gone");

	snprintf(link, sizeof(link), "@%s", crowd[2]);
	need(unlink(link) == 0, link);
	is_number(claim(crowd[2], NULL), 0,
		  "the third one's claim without its link is no error");
	is_number(got.base, slot(crowd[0], 2),
		  "the third one keeps its slot without its link");
	is_number(readlink(link, (char[32]){ 0 }, 32), 10,
		  "the third one has a link again");
}

/*
 * A row without a target has no link. What a link says is never believed by
 * itself.
 */
static const struct {
	const char *target, *what;
} links[] = {
	{ NULL, "no link" },
	{ "1879048192", "a link to another vserver's slot" },
	{ "1879048193", "a link to an id that begins no slot" },
	{ "100000", "a link to a range that is not of auto" },
	{ "2147352576", "a link to the slot that is left out" },
	{ "4294967296", "a link to a number that is no id" },
	{ "/etc/passwd", "a link to another file" },
	{ "../ranges/1879113728", "a link to a path" },
	{ "1879113728000000000000000000000", "a link to a long number" },
};

static void test_links(void)
{
	char text[32];
	size_t i;

	for (i = 0; i < LENGTH(links); i++) {
		begin(links[i].what);
		about("a claim with %s", links[i].what);
		put_record(1879048192, "65536 other\n");
		put_record(100000, "65536 other\n");
		if (links[i].target)
			need(symlink(links[i].target, "@acme") == 0, "symlink");
		is_number(claim("acme", NULL), 0, "the claim is no error");
		is_number(got.base, 4203479040UL,
			  "the name decides on the slot");
		memset(text, 0, sizeof(text));
		need(readlink("@acme", text, sizeof(text) - 1) > 0, "readlink");
		is_string(text, "4203479040", "the link is put right");
		is_string(record(1879048192), "65536 other\n",
			  "the record of another vserver stays");
	}
	begin("a claim with a link to a free slot, whose record is lost");
	need(symlink("1879048192", "@acme") == 0, "symlink");
	is_number(claim("acme", NULL), 0, "the claim is no error");
	is_number(got.base, 1879048192,
		  "the range is the one that the link names");
	is_string(record(1879048192), "65536 acme\n",
		  "the range is recorded again");
	begin("a claim with a file in place of the link");
	put_text("@acme", "4203479040");
	is_number(claim("acme", NULL), 0, "the claim is no error");
	is_string(list(), ".lock 4203479040 @acme ",
		  "the file is replaced by a link");
}

static void test_lock(void)
{
	int fd;

	begin("the lock");
	need(claim("acme", NULL) == 0, err.text);
	fd = open(".lock", O_RDWR | O_CLOEXEC);
	is_number(flock(fd, LOCK_EX | LOCK_NB), 0,
		  "it is given back after a claim");
	ranges.timeout_ms = 10;
	is_number(claim("acme", NULL), -EBUSY,
		  "a claim while somebody holds it is an error, after a while");
	ok(strstr(err.text, "/ranges/.lock: ") &&
		   strstr(err.text, " holds this lock"),
	   "the error message names the lock");
	ranges.timeout_ms = 60000;
	close(fd);
	is_number(claim("acme", NULL), 0,
		  "a claim when it was given back is no error");
	is_number(claim_asked("acme", 1, 1), -EINVAL,
		  "a refused claim is an error");
	is_number(claim("acme", NULL), 0,
		  "it is given back after a refused claim");
}

static void tests(void)
{
	test_first();
	test_system();
	test_collision();
	test_links();
	test_lock();
}

int main(void)
{
	return in_directory(tests);
}
