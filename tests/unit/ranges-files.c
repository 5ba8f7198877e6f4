/*
 * Tests records that are broken, planted, or in directories that are not to be
 * trusted; see pam_vns/native/ranges.h.
 */
#include "ranges.h"

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
		about("a broken record \"%.20s\"", text);
		put("4203479040", text, length);
		is_number(claim("acme", NULL), -EINVAL,
			  "a claim of auto is refused");
		snprintf(expected, sizeof(expected),
			 "%s/ranges/4203479040: does not have the form "
			 "\"COUNT NAME\"; write it anew for the vserver that "
			 "has these ids, or remove it if no vserver has them",
			 state_dir);
		is_string(err.text, expected,
			  "the error message names the record, and says what "
			  "to do");
		is_number(got.base, 7, "the range is left alone");
		ok(record(4203479040UL) &&
			   strncmp(record(4203479040UL), text, 255) == 0,
		   "the record is left alone");
		/* No file of auto is read for this one. */
		is_number(claim_asked("acme", 100000, 65536), 0,
			  "asking for a range is no error, as it reads no "
			  "record of auto");
		put("200000", text, length);
		is_number(claim_asked("acme", 100000, 65536), -EINVAL,
			  "asking for a range with such a record among those "
			  "asked for is refused");
		ok(strstr(err.text, "/ranges/200000: does not have the form"),
		   "the error message names the record among those asked for");
		need(unlink("200000") == 0, "unlink");
	}
	begin("files that are no records");
	put_record(4203479040UL, "1 acme\n");
	is_number(claim("acme", NULL), -EINVAL,
		  "a record of auto with another count is refused");
	need(unlink("4203479040") == 0, "unlink");
	put_text("0200000", "x");
	put_text("200000~", "x");
	put_text("README", "x");
	put_text("4294967296", "x");
	is_number(claim_asked("acme", 200000, 1), 0,
		  "other names are passed over where a range is asked for");
	is_number(claim("acme", NULL), 0,
		  "other names are passed over by auto");
}

/*
 * A shell does this in the directory ranges; both kinds of claims must be
 * refused then.
 */
static const struct {
	const char *command;
	int rc;
	const char *message; /* what follows state_dir */
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
		about("%s after \"%s\"", i % 2 ? "auto" : "asking for a range",
		      attacks[i / 2].command);
		need(run("%s", attacks[i / 2].command) == 0, "sh");
		is_number(i % 2 ? claim("acme", NULL) :
				  claim_asked("acme", 100000, 65536),
			  attacks[i / 2].rc, "the claim is refused");
		snprintf(expected, sizeof(expected), "%s%s", state_dir,
			 attacks[i / 2].message);
		is_string(err.text, expected,
			  "the error message names what is wrong");
		is_number(got.base, 7, "the range is left alone");
		need(chdir("/") == 0, "chdir");
		ok(run("! find %s -name 4203479040 -o -name 100000 | grep .",
		       base) == 0,
		   "nothing is recorded");
	}
}

/* A shell puts this in the place of a record, whose name is FILE. */
static const struct {
	const char *command;
	int rc;
	const char *message; /* what follows the record's path */
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
		about("%s after \"%s\"",
		      kind == 0 ? "auto" : "asking for a range",
		      planted[i / 2].command);
		put_text("victim", "65536 acme\n");
		need(run("echo '%s' | sed s/FILE/%s/g | sh",
			 planted[i / 2].command, files[kind]) == 0,
		     "sh");
		is_number(kind == 0 ? claim("acme", NULL) :
				      claim_asked("acme", 100000, 65536),
			  planted[i / 2].rc, "the claim is refused");
		snprintf(expected, sizeof(expected), "%s/ranges/%s%s",
			 state_dir, files[kind], planted[i / 2].message);
		is_string(
			err.text, expected,
			"the error message names the record and what is wrong");
		is_number(got.base, 7, "the range is left alone");
	}
	begin("a link in place of the temporary file of a record");
	put_text("victim", "victim\n");
	need(symlink("victim", ".4203479040.new") == 0, "symlink");
	is_number(claim("acme", NULL), 0, "the claim is no error");
	is_string(record(4203479040UL), "65536 acme\n",
		  "the record is written");
	ok(run("grep -qx victim victim") == 0, "the link was not followed");
}

static void tests(void)
{
	test_broken();
	test_attacks();
	test_planted();
}

int main(void)
{
	return in_directory(tests);
}
