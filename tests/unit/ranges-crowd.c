/*
 * Tests claims that are killed, that find no room, and that are made at once;
 * see pam_vns/native/ranges.h.
 */
#include "ranges.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/*
 * The first byte that is written ends the child, or is an error. Returns -1000
 * if the child was killed.
 */
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
	begin("a claim that does not come to its end");
	is_number(claim_without_space(NULL, true), -1000,
		  "a vserver's claim is killed while it writes the record");
	ok(!record(slot(crowd[0], 0)), "a killed claim leaves no record");
	is_number(claim(crowd[1], NULL), 0,
		  "the next vserver's claim is no error");
	is_number(got.base, slot(crowd[0], 0),
		  "the next vserver has the slot of the killed claim");
	is_number(claim_without_space(NULL, false), -EFBIG,
		  "a claim without space is an error");
	ok(!record(slot(crowd[0], 1)),
	   "a claim without space leaves no record");
	is_number(claim(crowd[0], NULL), 0, "the claim with space is no error");
	is_number(got.base, slot(crowd[0], 1),
		  "the claim with space gives the next slot");

	begin("a crash before the new range is recorded");
	is_number(claim_asked(crowd[0], 100000, 65536), 0,
		  "asking for a first range is no error");
	is_number(claim_without_space(&(struct vns_idrange){ 200000, 65536 },
				      true),
		  -1000, "asking for a second range is killed");
	ok(record(100000) && !record(200000),
	   "the first range is still recorded, the second one is not");

	begin("a crash before a record has its name");
	put_text(".4203479040.new", "a longer text than a record's\n");
	is_number(claim("other", NULL), 0, "the claim is no error");
	is_string(record(got.base), "65536 other\n",
		  "the record has the right text");

	begin("a crash before the old range is given up");
	put_record(100000, "65536 acme\n");
	put_record(200000, "65536 acme\n");
	is_number(claim_asked("other", 100000, 1), -EEXIST,
		  "another vserver is refused the old range");
	is_number(claim_asked("other", 200000, 1), -EEXIST,
		  "another vserver is refused the new range");
	is_number(claim_asked("acme", 200000, 65536), 0,
		  "its vserver may ask for the new range");
	ok(!record(100000) && record(200000), "the old range is given up then");
}

/* Every slot is another vserver's, then all but one. */
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
	is_number(failed, 0, "every slot has a record of another vserver");
	is_number(claim("acme", NULL), -ENOSPC, "a claim of auto is an error");
	ok(strstr(err.text, "/ranges: all ranges of user_namespace = \"auto\" "
			    "are taken; remove the files that name vservers "
			    "which are gone"),
	   "the error message says what to do");
	is_number(claim_asked("acme", 100000, 65536), 0,
		  "a range may still be asked for");
	need(unlink(path) == 0, path);
	is_number(claim("acme", NULL), 0,
		  "with the last slot free, a claim is no error");
	is_number(got.base, slot("acme", VNS_IDRANGE_SLOTS - 1),
		  "with the last slot free, the claim gives it");
	is_number(claim("acme", NULL), 0,
		  "claiming the last slot once more is no error");
	is_number(got.base, slot("acme", VNS_IDRANGE_SLOTS - 1),
		  "claiming the last slot once more gives it");
}

/*
 * All names claim at once; what names[i] got is found in bases[i]. Returns how
 * many claims gave a range.
 */
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
		begin("vservers with one first slot that claim at once");
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
	is_number(good, round * CROWD, "every claim gives a range");
	is_number(different, round * CROWD, "all ranges are different");
	is_number(right, round * CROWD,
		  "every range is recorded for its vserver");
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
	is_number(good, round * CROWD, "every claim gives a range");
	is_number(same, round * CROWD, "all claims give the same range");
	is_number(alone, round, "there are one record and one link");
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
	is_number(good, round, "one claim gives it each time");
}

static void tests(void)
{
	test_crashes();
	test_full();
	test_crowd();
	test_same_at_once();
	test_asked_at_once();
}

int main(void)
{
	return in_directory(tests);
}
