/* Tests who gets past the lines of pam.d(5); see pam_vns/pamd/judge.h. */
#include "pamd/judge.h"

#include "tap.h"

#include <errno.h>

static int read_text(void *context, const char *name, char **path, char **text,
		     size_t *length, struct vns_error *err)
{
	(void)err;
	*path = strdup(name);
	*text = strdup(context);
	need(*path && *text, "strdup");
	*length = strlen(*text);
	return 0;
}

#define UID "pam_succeed_if.so quiet uid = 0\n"
#define GOOD_ACCOUNT "account requisite pam_vns.so\n"
#define GOOD_SESSION "session requisite pam_vns.so\n"

static const struct {
	const char *text, *error;
} checks[] = {
	{ GOOD_ACCOUNT GOOD_SESSION, "" },
	{ GOOD_ACCOUNT
	  "account sufficient x\nsession required y\n" GOOD_SESSION,
	  "" },
	{ "account [success=1 default=ignore] " UID GOOD_ACCOUNT
	  "session [success=1 default=ignore] " UID GOOD_SESSION,
	  "" },
	{ "account [success=1 default=ignore] pam_succeed_if.so uid = 0 "
	  "use_uid\n" GOOD_ACCOUNT "account required x\n" GOOD_SESSION,
	  "s:1: with success=1 default=ignore here, pam_succeed_if.so would "
	  "let users onto the host past pam_vns.so" },
	{ GOOD_ACCOUNT "session sufficient x\n" GOOD_SESSION,
	  "s:2: with sufficient here, x would let users onto the host past "
	  "pam_vns.so" },
	{ GOOD_ACCOUNT GOOD_SESSION "session optional x\n",
	  "s:3 comes after pam_vns.so" },
	{ "account required x\n" GOOD_SESSION,
	  "there is no account line of pam_vns.so that everybody must pass" },
	{ GOOD_ACCOUNT "session optional pam_vns.so\nsession required x\n",
	  "users whom pam_vns.so refuses can pass the session lines all the "
	  "same: "
	  "it must be requisite" },
	{ "account optional pam_vns.so\naccount required x\n" GOOD_SESSION,
	  "users whom pam_vns.so refuses can pass the account lines all the "
	  "same: "
	  "it must be requisite" },
	{ GOOD_ACCOUNT "session required pam_deny.so\n" GOOD_SESSION,
	  "nobody can pass the session lines" },
};

static void test_checks(void)
{
	size_t i;

	for (i = 0; i < LENGTH(checks); i++) {
		VNS_AUTOPAMSTACK struct vns_pamstack *account = NULL;
		VNS_AUTOPAMSTACK struct vns_pamstack *session = NULL;
		struct vns_error err = { "" };
		void *text = (void *)checks[i].text;

		need(vns_pamstack_resolve("s", VNS_PAMSTACK_ACCOUNT, read_text,
					  text, &account, &err) == 0 &&
			     vns_pamstack_resolve("s", VNS_PAMSTACK_SESSION,
						  read_text, text, &session,
						  &err) == 0,
		     err.text);
		about("judgement of \"%s\"", checks[i].text);
		is_number(vns_judge_check(account, session, &err),
			  checks[i].error[0] ? -EINVAL : 0, "it is %s",
			  checks[i].error[0] ? "refused" : "good");
		is_string(err.text, checks[i].error, "%s",
			  checks[i].error[0] ? "error message" :
					       "no error message is set");
	}
}

static void test_refused(void)
{
	about("lines of pam_vns.so");
	ok(vns_judge_refused("common-session"),
	   "common-session must not have any");
	ok(vns_judge_refused("system-auth"), "system-auth must not have any");
	ok(vns_judge_refused("runuser-l"), "runuser-l must not have any");
	ok(!vns_judge_refused("sshd"), "sshd may have some");
}

static void test_expires(void)
{
	static const struct {
		const char *text;
		bool expires;
	} rows[] = {
		{ "account required pam_unix.so\n", true },
		{ "account [success=1 new_authtok_reqd=done default=ignore] "
		  "/lib/security/pam_unix.so\n",
		  true },
		{ "account required pam_unix.so no_pass_expiry\n", false },
		{ "account [success=ok new_authtok_reqd=ignore default=bad] "
		  "pam_unix.so\n",
		  false },
		{ "account sufficient pam_unix.so no_pass_expiry\n"
		  "account required pam_unix.so broken_shadow\n",
		  true },
		{ "account [nonsense pam_unix.so\n", false },
		{ "account required pam_sss.so\nauth required pam_unix.so\n",
		  false },
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		VNS_AUTOPAMSTACK struct vns_pamstack *account = NULL;
		struct vns_error err = { .text = "" };

		need(vns_pamstack_resolve("s", VNS_PAMSTACK_ACCOUNT, read_text,
					  (void *)rows[i].text, &account,
					  &err) == 0,
		     err.text);
		about("account lines \"%s\"", rows[i].text);
		is_number(vns_judge_expires(account), rows[i].expires,
			  "passwords %s by them",
			  rows[i].expires ? "expire" : "do not expire");
	}
}

int main(void)
{
	test_checks();
	test_expires();
	test_refused();
	return finish();
}
