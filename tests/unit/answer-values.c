/* Which answers of the keeper's are taken; see pam_vns/wire/answer.h. */
#include "wire/answer.h"

#include "messages.h"

#define STAY "pam_vns=3|kind=0|"
#define REFUSE "pam_vns=3|kind=1|"
#define MAY "pam_vns=3|kind=2|"
/* The parts of the least message that places a user. */
#define P1 "pam_vns=3|kind=3|"
#define P2 "vserver=a|"
#define P3 "descriptors=64|"
#define P4 "capabilities=0|kept=0|"
#define P5 "owner=0|"
/* The parts of the least message that tells an identity. */
#define I1 "pam_vns=3|kind=4|"
#define I2 "user=u|user.uid=7|user.gid=8|user.gecos=|user.home=|user.shell=|"
#define I3 "groups=8|"
#define ROOT "root=r|root.uid=0|root.gid=0|root.gecos=|root.home=/|root.shell=|"

struct row {
	const char *text;
	int rc;
};

static void check_rows(const struct row *rows, size_t count)
{
	size_t i, length;

	for (i = 0; i < count; i++) {
		char *text = make_message(rows[i].text, &length);

		about("\"%s\"", rows[i].text);
		is_number(answer_again(text, length), rows[i].rc, "it is %s",
			  rows[i].rc ? "refused" :
				       "read, and the same when packed again");
		free(text);
	}
}

static void test_kinds(void)
{
	static const struct row rows[] = {
		{ STAY, 0 },
		{ REFUSE, 0 },
		{ MAY, 0 },
		{ STAY "trace=user=a service=s|", 0 },
		{ STAY "log=6 a|log=3 b|log=6 a|trace=t|", 0 },
		{ REFUSE "notice=No.|", 0 },
		{ REFUSE "notice=Not\n\tnow. \xc3\xa4\n|", 0 },
		{ MAY "vserver=a|", 0 },
		{ P1 P2 P3 P4 P5, 0 },
		{ I1 I2 I3, 0 },
		/* Another version, or none. */
		{ "pam_vns=1|kind=0|", -EPROTO },
		{ "kind=0|", -EINVAL },
		{ "", -EINVAL },
		/* No such kind. */
		{ "pam_vns=3|", -EINVAL },
		{ "pam_vns=3|kind=5|", -EINVAL },
		{ "pam_vns=3|kind=|", -EINVAL },
		{ "pam_vns=3|kind=32|", -EINVAL },
		{ "pam_vns=3|kind=-1|", -EINVAL },
		{ "pam_vns=3|kind=00|", -EINVAL },
		/* What another kind has. */
		{ STAY "notice=No.|", -EINVAL },
		{ STAY "vserver=a|", -EINVAL },
		{ STAY P3, -EINVAL },
		{ STAY I2, -EINVAL },
		{ STAY "restarts=1|", -EINVAL },
		{ STAY "seccomp=1|", -EINVAL },
		{ STAY "environment=A=1|", -EINVAL },
		{ REFUSE "message=m|", -EINVAL },
		{ REFUSE "vserver=a|", -EINVAL },
		{ REFUSE I3, -EINVAL },
		{ MAY "notice=No.|", -EINVAL },
		{ MAY P2 P3, -EINVAL },
		{ MAY "outside.uid=1|outside.gid=1|", -EINVAL },
		{ P1 "notice=No.|" P2 P3 P4 P5, -EINVAL },
		{ P1 P2 P3 I2 I3 P4 P5, -EINVAL },
		{ P1 P2 P3 "tty=5|" P4 P5, -EINVAL },
		{ I1 "notice=No.|" I2 I3, -EINVAL },
		{ I1 P2 I2 I3, -EINVAL },
		{ I1 P3 I2 I3, -EINVAL },
		{ I1 I2 I3 P4, -EINVAL },
		/* Not whole. */
		{ "pam_vns=3|kind=0", -EINVAL },
		{ STAY "|", -EINVAL },
		{ STAY "what=1|", -EINVAL },
		{ STAY STAY, -EINVAL },
	};

	check_rows(rows, LENGTH(rows));
}

static void test_place(void)
{
	static const struct row rows[] = {
		{ P1 "log=7 x|trace=t|" P2 "message=m\n|" P3 P4
		     "no_new_privs=1|seccomp=1|restarts=1|environment=A=1|"
		     "environment=drop B|"
		     "outside.uid=1|outside.gid=2|" P5,
		  0 },
		/* Something is missing. */
		{ P1 P5, -EINVAL },
		{ P1 P3 P4 P5, -EINVAL },
		{ P1 P2 P4 P5, -EINVAL },
		{ P1 P2 P3 P5, -EINVAL },
		{ P1 P2 P3 P4, -EINVAL },
		{ P1 P2 P3 "capabilities=0|" P5, -EINVAL },
		{ P1 P2 P3 P4 "outside.uid=1|" P5, -EINVAL },
		/* Something follows what is not there. */
		{ P1 P2 P3 P4 "outside.gid=1|" P5, -EINVAL },
		/* Something is there twice, or in another order. */
		{ P1 P2 P2 P3 P4 P5, -EINVAL },
		{ P1 P2 P3 P4 P4 P5, -EINVAL },
		{ P1 P3 P2 P4 P5, -EINVAL },
		{ P1 P2 P3 P4 "log=6 a|" P5, -EINVAL },
	};

	check_rows(rows, LENGTH(rows));
}

static void test_identity(void)
{
	static const struct row rows[] = {
		{ I1 "log=7 x|trace=t|" I2 ROOT I3 "tty=5|", 0 },
		/* Something is missing. */
		{ I1, -EINVAL },
		{ I1 I3, -EINVAL },
		{ I1 I2, -EINVAL },
		{ I1 "user=u|" I3, -EINVAL },
		{ I1 I2 "root=r|" I3, -EINVAL },
		{ I1 I2
		  "root=r|root.uid=0|root.gid=0|root.gecos=|root.home=|" I3,
		  -EINVAL },
		/* Something follows what is not there. */
		{ I1 I2 "root.uid=0|" I3, -EINVAL },
		/* Something is there twice, or in another order. */
		{ I1 I2 I2 I3, -EINVAL },
		{ I1 I2 I3 I3, -EINVAL },
		{ I1 I3 I2, -EINVAL },
		{ I1 I2 I3 "log=6 a|", -EINVAL },
	};

	check_rows(rows, LENGTH(rows));
}

static void test_values_that_are_none(void)
{
	static const struct row rows[] = {
		/* Log lines. */
		{ STAY "log=|", -EINVAL },
		{ STAY "log=6|", -EINVAL },
		{ STAY "log=6 |", -EINVAL },
		{ STAY "log=text|", -EINVAL },
		{ STAY "log=2 a|", -EINVAL },
		{ STAY "log=8 a|", -EINVAL },
		{ STAY "log=6 a\nb|", -EINVAL },
		{ STAY "log=6 \x1b[31m|", -EINVAL },
		{ STAY "trace=|", -EINVAL },
		{ STAY "trace=a\nb|", -EINVAL },
		{ STAY "trace=a\x7f|", -EINVAL },
		/* What a user is told. */
		{ REFUSE "notice=|", -EINVAL },
		{ REFUSE "notice=\x1b]0;x|", -EINVAL },
		{ REFUSE "notice=a\rb|", -EINVAL },
		{ P1 P2 "message=|" P3 P4 P5, -EINVAL },
		{ P1 P2 "message=\a|" P3 P4 P5, -EINVAL },
		/* A vserver. */
		{ MAY "vserver=|", -EINVAL },
		{ MAY "vserver=../a|", -EINVAL },
		{ MAY "vserver=.a|", -EINVAL },
		/* Descriptors: none, not the mount namespace, too many. */
		{ P1 P2 "descriptors=0|" P4 P5, -EINVAL },
		{ P1 P2 "descriptors=63|" P4 P5, -EINVAL },
		{ P1 P2 "descriptors=8191|" P4 P5, 0 },
		{ P1 P2 "descriptors=8192|" P4 P5, -EINVAL },
		{ P1 P2 "descriptors=8256|" P4 P5, -EINVAL },
		{ P1 P2 "descriptors=4294967360|" P4 P5, -EINVAL },
		/* Groups. */
		{ I1 I2 "groups=0,4294967294,0|", 0 },
		{ I1 I2 "groups=|", -EINVAL },
		{ I1 I2 "groups=,|", -EINVAL },
		{ I1 I2 "groups=1,|", -EINVAL },
		{ I1 I2 "groups=,1|", -EINVAL },
		{ I1 I2 "groups=1,,2|", -EINVAL },
		{ I1 I2 "groups=1 2|", -EINVAL },
		{ I1 I2 "groups=1,02|", -EINVAL },
		{ I1 I2 "groups=1,-2|", -EINVAL },
		{ I1 I2 "groups=1,4294967295|", -EINVAL },
		{ I1 I2 "groups=1,4294967297|", -EINVAL },
		/* Other numbers. */
		{ I1 I2 I3 "tty=4294967294|", 0 },
		{ I1 I2 I3 "tty=4294967295|", -EINVAL },
		{ P1 P2 P3 "capabilities=18446744073709551615|kept=0|" P5, 0 },
		{ P1 P2 P3 "capabilities=18446744073709551616|kept=0|" P5,
		  -EINVAL },
		{ P1 P2 P3 "capabilities=|kept=0|" P5, -EINVAL },
		{ P1 P2 P3 "capabilities=0x1|kept=0|" P5, -EINVAL },
		{ P1 P2 P3 P4 "restarts=|" P5, -EINVAL },
		{ P1 P2 P3 P4 "restarts=0|" P5, -EINVAL },
		{ P1 P2 P3 P4 "no_new_privs=0|" P5, -EINVAL },
		{ P1 P2 P3 P4 "outside.uid=-1|outside.gid=1|" P5, -EINVAL },
		{ P1 P2 P3 P4 "owner=4294967295|", -EINVAL },
		{ P1 P2 P3 P4 "owner=-1|", -EINVAL },
		/* The environment. */
		{ P1 P2 P3 P4 "environment=_a9=|" P5, 0 },
		{ P1 P2 P3 P4 "environment=A=b=c d|" P5, 0 },
		{ P1 P2 P3 P4 "environment=keep=1|" P5, 0 },
		{ P1 P2 P3 P4 "environment=keep A|environment=drop *|" P5, 0 },
		{ P1 P2 P3 P4 "environment=|" P5, -EINVAL },
		{ P1 P2 P3 P4 "environment=A|" P5, -EINVAL },
		{ P1 P2 P3 P4 "environment=drop|" P5, -EINVAL },
		{ P1 P2 P3 P4 "environment=drop A=|" P5, -EINVAL },
		{ P1 P2 P3 P4 "environment=drop A\n|" P5, -EINVAL },
		{ P1 P2 P3 P4 "environment==a|" P5, -EINVAL },
		{ P1 P2 P3 P4 "environment=9=a|" P5, -EINVAL },
		{ P1 P2 P3 P4 "environment=A B=c|" P5, -EINVAL },
		{ P1 P2 P3 P4 "environment=A=\n|" P5, -EINVAL },
	};

	check_rows(rows, LENGTH(rows));
}

/* The user's entry, field by field. */
static void test_accounts(void)
{
	static const struct {
		const char *name, *uid, *gid, *gecos;
		int rc;
	} rows[] = {
		{ "u", "0", "0", "", 0 },
		{ "u", "4294967294", "4294967294", "A, B\n:\xff", 0 },
		{ "", "1", "1", "", -EINVAL },
		{ "a\nb", "1", "1", "", -EINVAL },
		{ "u", "4294967295", "1", "", -EINVAL },
		{ "u", "1", "4294967295", "", -EINVAL },
		{ "u", "", "1", "", -EINVAL },
		{ "u", "1", "+1", "", -EINVAL },
		{ "u", "1", "1 ", "", -EINVAL },
	};
	static const char *const keys[] = { "user", "root" };
	char line[512], entry[256];
	size_t i, k;

	for (i = 0; i < LENGTH(rows); i++)
		for (k = 0; k < LENGTH(keys); k++) {
			struct row row = { line, rows[i].rc };

			snprintf(entry, sizeof(entry),
				 "%s=%s|%s.uid=%s|%s.gid=%s|%s.gecos=%s|"
				 "%s.home=/|%s.shell=/s|",
				 keys[k], rows[i].name, keys[k], rows[i].uid,
				 keys[k], rows[i].gid, keys[k], rows[i].gecos,
				 keys[k], keys[k]);
			snprintf(line, sizeof(line), I1 "%s%s" I3,
				 k == 0 ? "" : I2, entry);
			check_rows(&row, 1);
		}
}

int main(void)
{
	test_kinds();
	test_place();
	test_identity();
	test_values_that_are_none();
	test_accounts();
	return finish();
}
