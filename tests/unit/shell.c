/*
 * Tests which shells a login looks for inside, and which logins go on without
 * one; see pam_vns/login/shell.h.
 */
#include "login/shell.h"

#include "tap.h"

static const char *const checks[] = {
	[VNS_SHELL_CHECK_AUTO] = "auto",
	[VNS_SHELL_CHECK_YES] = "yes",
	[VNS_SHELL_CHECK_NO] = "no",
};

/* What is sought with shell_check = auto, yes and no, in this order. */
static void test_sought(void)
{
	static const struct {
		const char *shell;
		const char *sought[3];
	} rows[] = {
		{ "/bin/bash", { "/bin/bash", "/bin/bash", NULL } },
		{ "", { "/bin/sh", "/bin/sh", NULL } },
		{ NULL, { "/bin/sh", "/bin/sh", NULL } },
		{ "/usr/sbin/nologin", { NULL, "/usr/sbin/nologin", NULL } },
		{ "/sbin/nologin", { NULL, "/sbin/nologin", NULL } },
		{ "/bin/false", { NULL, "/bin/false", NULL } },
		{ "nologin", { NULL, "nologin", NULL } },
		{ "/bin/true", { "/bin/true", "/bin/true", NULL } },
		{ "/bin/nologins", { "/bin/nologins", "/bin/nologins", NULL } },
		{ "/nologin/sh", { "/nologin/sh", "/nologin/sh", NULL } },
		{ "/usr/bin/git-shell",
		  { "/usr/bin/git-shell", "/usr/bin/git-shell", NULL } },
	};
	struct vns_vserver vserver = { .name = "acme" };
	size_t i, check;

	for (i = 0; i < LENGTH(rows); i++)
		for (check = 0; check < LENGTH(checks); check++) {
			vserver.shell_check = (enum vns_shell_check)check;
			about("the shell \"%s\" with shell_check = \"%s\"",
			      rows[i].shell ? rows[i].shell : "(none)",
			      checks[check]);
			is_string(vns_shell_sought(&vserver, rows[i].shell),
				  rows[i].sought[check],
				  "what is looked for inside");
		}
}

static void test_judge(void)
{
	static const struct {
		const char *sought;
		bool found, programs;
		/* by sshd, by su, and by sshd with shell_check = "yes" */
		enum vns_shell results[3];
	} rows[] = {
		{ NULL,
		  false,
		  true,
		  { VNS_SHELL_UNASKED, VNS_SHELL_UNASKED, VNS_SHELL_UNASKED } },
		{ "/bin/sh",
		  true,
		  true,
		  { VNS_SHELL_FOUND, VNS_SHELL_FOUND, VNS_SHELL_FOUND } },
		{ "/bin/sh",
		  false,
		  true,
		  { VNS_SHELL_MISSING, VNS_SHELL_MISSING, VNS_SHELL_MISSING } },
		{ "/bin/sh",
		  false,
		  false,
		  { VNS_SHELL_UNNEEDED, VNS_SHELL_MISSING,
		    VNS_SHELL_MISSING } },
	};
	static const struct vns_vserver usual;
	static const struct vns_vserver strict = {
		.shell_check = VNS_SHELL_CHECK_YES
	};
	size_t i;

	for (i = 0; i < LENGTH(rows); i++) {
		const char *sought = rows[i].sought;
		bool found = rows[i].found, programs = rows[i].programs;

		about("a shell that is %s, %s programs",
		      !sought ? "not looked for" :
		      found   ? "there" :
				"missing",
		      programs ? "with" : "without");
		is_number(vns_shell_judge(&usual, "sshd", sought, found,
					  programs),
			  rows[i].results[0], "a login by sshd");
		is_number(vns_shell_judge(&usual, "su", sought, found,
					  programs),
			  rows[i].results[1], "a login by su");
		is_number(vns_shell_judge(&usual, NULL, sought, found,
					  programs),
			  rows[i].results[1], "a login by no service");
		is_number(vns_shell_judge(&strict, "sshd", sought, found,
					  programs),
			  rows[i].results[2],
			  "a login by sshd, with shell_check = \"yes\"");
	}
}

int main(void)
{
	test_sought();
	test_judge();
	return finish();
}
