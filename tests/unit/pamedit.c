/* Where the lines of pam_vns.so go, and how they go away. */
#include "pamd/changes.h"
#include "pamd/edit.h"
#include "pamd/judge.h"

#include "tap.h"

#define A "account    requisite    pam_vns.so    # vns enable\n"
#define S "session    requisite    pam_vns.so    # vns enable\n"
#define S_OPEN                                                               \
	"session    requisite    pam_vns.so    # vns enable, with the line " \
	"end above\n"
#define NO_LINES                                                         \
	" lines, so PAM uses those of \"other\"; with the lines of vns " \
	"enable it would use them no longer: write lines of that type first"

static const struct {
	const char *text, *made, *error;
} table[] = {
	{ "@include x\n", A "@include x\n" S, NULL },
	{ "# a\n\nauth required a\naccount required b\n@include x\n\n# end\n",
	  "# a\n\nauth required a\naccount required b\n" A
	  "@include x\n\n# end\n" S,
	  NULL },
	{ "account required pam_nologin.so # x\n# access\naccount required "
	  "pam_access.so\n@include x\nsession optional y\n@include z\n",
	  "account required pam_nologin.so # x\n" A
	  "# access\naccount required pam_access.so\n@include x\nsession "
	  "optional y\n@include z\n" S,
	  NULL },
	{ "account sufficient a\naccount required pam_nologin.so\nsession "
	  "include x\n",
	  A "account sufficient a\naccount required pam_nologin.so\nsession "
	    "include x\n" S,
	  NULL },
	{ "account required \\\n a\naccount [success=1 default=bad] "
	  "b\naccount required c\nsession required d\nauth required e\n",
	  "account required \\\n a\n" A "account [success=1 default=bad] "
	  "b\naccount required c\nsession required d\nauth required e\n" S,
	  NULL },
	{ "session substack a\naccount required b\npassword required c",
	  "session substack a\naccount required b\n" A
	  "password required c\n" S_OPEN,
	  NULL },
	{ "session required a\naccount required b",
	  "session required a\naccount required b\n" A S_OPEN, NULL },

	/* Put in before: put where they belong. */
	{ A "@include x\n" S, A "@include x\n" S, NULL },
	{ "@include x\n" A S "session optional y\n",
	  A "@include x\nsession optional y\n" S, NULL },
	{ A "@include x\nsession requisite pam_vns.so debug # vns enable\n"
	    "session optional y\n",
	  A "@include x\nsession optional y\nsession requisite pam_vns.so "
	    "debug # vns enable\n",
	  NULL },
	{ "@include x\n" S, A "@include x\n" S, NULL },

	{ "@include auth\naccount required a\n@include x\n@include auth\n",
	  "@include auth\naccount required a\n" A "@include x\n@include "
	  "auth\n" S,
	  NULL },

	{ "", NULL, "f has no account" NO_LINES },
	{ "@include auth\n", NULL, "f has no account" NO_LINES },
	{ "account required x", NULL, "f has no session" NO_LINES },
	{ "session required x\n" A, NULL, "f has no account" NO_LINES },
	{ "@include x\n\nsesion required y", NULL,
	  "f:3: unknown type; the types are account, auth, password and "
	  "session" },
	{ "@include x\nsession requisite pam_vns.so", NULL,
	  "f:2 has pam_vns.so already, not by vns enable: take it out first, "
	  "or put it right by hand" },
};

#define MANAGER "session optional pam_systemd.so"
#define RULES "session required x y=z\n-session optional y \n"

/* What can be included; anything else has both types. */
static const struct {
	const char *name, *text;
} included[] = {
	{ "auth", "auth required x\n" },
	{ "common-session", RULES MANAGER "\n" },
	{ "common-session-noninteractive", "# x\n" RULES },
	{ "other-session", RULES MANAGER "\n" },
	{ "other-session-noninteractive", "session required x\n" },
	{ "middle", RULES MANAGER " debug\nsession include deep\n"
				  "session required z\n" },
	{ "deep", "session substack flat\nsession required a\n" },
	{ "flat", "session required b\n" },
	{ "all", "account required x\n" MANAGER "\n" },
	{ "below", "session substack common-session\n" },
	{ "wired", MANAGER "\n" S },
	{ "tested", "session [success=1 default=ignore] pam_succeed_if.so "
		    "user ingroup g\n" MANAGER "\n" },
	{ "crossed", "session [success=1 default=ignore] y\n" MANAGER "\n" },
};

static int read_included(void *context, const char *name, char **path,
			 char **text, size_t *length, struct vns_error *err)
{
	const char *found = "account required x\nsession required x\n";
	size_t i;

	(void)context;
	(void)err;
	for (i = 0; i < LENGTH(included); i++)
		if (strcmp(name, included[i].name) == 0)
			found = included[i].text;
	*path = strdup(name);
	*text = strdup(found);
	need(*path && *text, "strdup");
	*length = strlen(*text);
	return 0;
}

static struct vns_pamstack_file *parse(const char *text)
{
	struct vns_pamstack_file *file = NULL;
	struct vns_error err;

	need(vns_pamstack_parse(text, strlen(text), "f", &file, &err) == 0,
	     text);
	return file;
}

static char *disable(const char *text)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = parse(text);
	struct vns_error err;
	char *made = NULL;

	need(vns_pamedit_disable(text, strlen(text), file, &made, &err) == 0,
	     "disable");
	return made;
}

static void test_table(void)
{
	const struct vns_pamstack_line *own;
	size_t i;

	for (i = 0; i < LENGTH(table); i++) {
		const char *text = table[i].text;
		VNS_AUTOPAMFILE struct vns_pamstack_file *file = parse(text);
		VNS_AUTOFREE char *made = NULL, *again = NULL;
		size_t before = vns_pamedit_count(text, file, &own);
		struct vns_error err = { "" }, left;
		int rc = vns_pamedit_enable(text, strlen(text), file, false,
					    read_included, NULL, &made, &left,
					    &err);

		is_number(rc, table[i].error ? -EINVAL : 0, "\"%s\"", text);
		is_string(made, table[i].made, "what it becomes");
		is_string(err.text, table[i].error ? table[i].error : "",
			  "its message");
		if (rc < 0)
			continue;
		again = disable(made);
		if (before == 0)
			is_string(again, text, "and back, to the byte");
		else
			ok(!strstr(again, "vns"), "and nothing of it is left");
	}
}

#define J "session    [ignore=ignore default=1]    pam_vns.so placed?    "
#define MARK "# vns enable\n"
#define INSTEAD "# vns enable, instead of: "
#define COPY                                 \
	"session    required x y=z    " MARK \
	"-session    optional y    " MARK J MARK "session    "

/*
 * Of lines between those that place: what they become, or why they stay. All
 * of it also where the two are there already, and are kept.
 */
static const struct {
	const char *text, *made, *left;
} jumps[] = {
	{ "session required x\n", NULL, "" },
	{ MANAGER "\n", J MARK MANAGER "\n", "" },
	{ "session required x\nauth required y\n" MANAGER "\n",
	  "session required x\nauth required y\n" J MARK MANAGER "\n", "" },
	{ "session requisite pam_vns.so placed?\n" MANAGER "\n", NULL,
	  "f: pam_systemd.so is reached all the same" },
	{ "session [ignore=ignore default=1] pam_vns.so placed?\n" MANAGER "\n",
	  NULL, "" },

	/* Debian's, and what does not fit it any more. */
	{ "@include common-session\n",
	  INSTEAD "@include common-session\n@include "
		  "common-session-noninteractive    " MARK J MARK
		  "session    optional pam_systemd.so    " MARK,
	  "" },
	{ "session include common-session # x\nsession required x\n",
	  INSTEAD "session include common-session # x\nsession    include "
		  "common-session-noninteractive    " MARK J MARK
		  "session    optional pam_systemd.so    " MARK
		  "session required x\n",
	  "" },
	{ "@include other-session\n",
	  INSTEAD "@include other-session\n" COPY
		  "optional pam_systemd.so    " MARK,
	  "" },

	/* RHEL's: in the middle of the lines. */
	{ "session include middle\n",
	  INSTEAD "session include middle\n" COPY
		  "optional pam_systemd.so debug    " MARK
		  "session    substack flat    " MARK
		  "session    required a    " MARK
		  "session    required z    " MARK,
	  "" },

	/* Somebody's own test is jumped over together with it. */
	{ "session [success=1 default=ignore] pam_succeed_if.so user ingroup "
	  "g\n" MANAGER "\n",
	  "session    [ignore=ignore default=2]    pam_vns.so placed?    " MARK
	  "session [success=1 default=ignore] pam_succeed_if.so user ingroup "
	  "g\n" MANAGER "\n",
	  "" },
	{ "@include tested\n",
	  INSTEAD "@include tested\nsession    [ignore=ignore default=2]    "
		  "pam_vns.so placed?    " MARK
		  "session    [success=1 default=ignore] pam_succeed_if.so "
		  "user ingroup g    " MARK
		  "session    optional pam_systemd.so    " MARK,
	  "" },

	{ "session [success=1 default=ignore] x\n" MANAGER "\n", NULL,
	  "f: a jump in its lines leads over pam_systemd.so" },
	{ "@include crossed\n", NULL,
	  "f: a jump in its lines leads over pam_systemd.so" },
	{ "@include all\n", NULL,
	  "f: @include all: there are not only session lines in that file" },
	{ "session substack common-session\n", NULL,
	  "f: substack common-session: pam_systemd.so is in a substack" },
	{ "session include below\n", NULL,
	  "f: include below: pam_systemd.so is in a substack" },
	{ "session include \\\n common-session\n", NULL,
	  "f: include common-session: the line continues on the next one" },
	{ "session include wired\n", NULL,
	  "f: include wired: that file has lines of pam_vns.so: run \"vns "
	  "enable\" for that file" },
};

/* Enabled, again, and back. */
static void test_jump(const char *before, bool keep, const char *made_as,
		      const char *left_as)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = parse(before);
	VNS_AUTOFREE char *made = NULL, *again = NULL, *back = NULL;
	struct vns_error err = { "" }, left;

	need(vns_pamedit_enable(before, strlen(before), file, keep,
				read_included, NULL, &made, &left, &err) == 0,
	     err.text);
	is_string(made, made_as, keep ? "kept, with jumps" : "with jumps");
	is_string(left.text, left_as, "and why not");

	VNS_AUTOPAMFILE struct vns_pamstack_file *is = parse(made);

	need(vns_pamedit_enable(made, strlen(made), is, true, read_included,
				NULL, &again, &left, &err) == 0,
	     err.text);
	is_string(again, made, "once more, there is nothing new");
	back = disable(made);
	again = again ? (free(again), disable(before)) : NULL;
	is_string(back, again, "and back, to the byte");
}

static void test_jumps(void)
{
	char plain[512], wired[1024], made[2048];
	size_t i;

	for (i = 0; i < LENGTH(jumps); i++) {
		const char *text = jumps[i].text;

		snprintf(plain, sizeof(plain), "account required x\n%s", text);
		snprintf(wired, sizeof(wired), "account required x\n" A "%s" S,
			 text);
		snprintf(made, sizeof(made), "account required x\n" A "%s" S,
			 jumps[i].made ? jumps[i].made : text);
		/* Such a line must be taken out by hand first. */
		if (!strstr(text, "pam_vns"))
			test_jump(plain, false, made, jumps[i].left);
		test_jump(wired, true, made, jumps[i].left);
	}
}

/* A last line without an end gets one, and loses it again. */
static void test_last(void)
{
	test_jump("account required x\n@include common-session", false,
		  "account required x\n" A INSTEAD
		  "@include common-session\n@include "
		  "common-session-noninteractive    " MARK J MARK
		  "session    optional pam_systemd.so    " MARK S_OPEN,
		  "");
}

static void test_others(void)
{
	VNS_AUTOFREE char *changed =
		disable("x y z\n" A "auth required a\n" S "# more\nauth "
			"required b\nsession requisite pam_vns.so\n# vns "
			"enable\n");
	VNS_AUTOFREE char *last =
		disable("auth required a\n" S_OPEN "auth required b\n");

	is_string(changed,
		  "x y z\nauth required a\n# more\nauth required b\nsession "
		  "requisite pam_vns.so\n# vns enable\n",
		  "what others have written stays");
	is_string(last, "auth required a\nauth required b\n",
		  "so does the end of a line that others follow");
	ok(vns_judge_refused("common-session"), "common-session");
	ok(vns_judge_refused("system-auth"), "system-auth");
	ok(vns_judge_refused("runuser-l"), "runuser-l");
	ok(!vns_judge_refused("sshd"), "sshd");
}

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
		is_number(vns_judge_check(account, session, &err),
			  checks[i].error[0] ? -EINVAL : 0, "%s",
			  checks[i].text);
		is_string(err.text, checks[i].error, "its message");
	}
}

static const struct {
	const char *old, *new, *listed;
} changes[] = {
	{ "a\nb\n", "a\nb\n", "" },
	{ "", "", "" },
	{ "a\n", "M\na\n", "f:\n+1: M\n" },
	{ "M\na\nM", "a\n", "f:\n-1: M\n-3: M\n" },
	{ "a", "a\nM\n", "f:\n+2: M\n" },
	{ "a\nb\nc\n", "a\nM: b\nM\nc\n", "f:\n-2: b\n+2: M: b\n+3: M\n" },
	{ "a\nM: b\nM\nc\n", "a\nb\nc\n", "f:\n-2: M: b\n-3: M\n+2: b\n" },
	{ "1\n\n2\n\n3\n", "1\nM\n\n2\n\nM\n3\nM\n",
	  "f:\n+2: M\n+6: M\n+8: M\n" },
	{ "1\nM\n2\n3\n", "1\n2\n3\nM\n", "f:\n-2: M\n+4: M\n" },
	{ "1\n2\n3\nM\n", "1\nM\n2\n3\n", "f:\n+2: M\n-4: M\n" },
	{ "", "a\n\nb", "f:\n+1: a\n+2: \n+3: b\n" },
	{ "a\n\nb", "", "f:\n-1: a\n-2: \n-3: b\n" },
};

static void test_changes(void)
{
	size_t i, length;

	for (i = 0; i < LENGTH(changes); i++) {
		char *text = NULL;
		FILE *out = open_memstream(&text, &length);

		need(out, "open_memstream");
		vns_changes_write(out, "f", changes[i].old, changes[i].new);
		fclose(out);
		is_string(text, changes[i].listed, "changes to \"%s\"",
			  changes[i].new);
		free(text);
	}
}

int main(void)
{
	test_table();
	test_jumps();
	test_last();
	test_others();
	test_checks();
	test_changes();
	return finish();
}
