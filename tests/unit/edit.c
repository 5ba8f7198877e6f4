/*
 * Tests where the lines of pam_vns.so go, and how they are taken out again; see
 * pam_vns/pamd/edit.h.
 */
#include "pamd/edit.h"

#include "tap.h"

#include <errno.h>

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

	/* Lines that were put in before are put where they belong. */
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

/* These can be included; any other file has both types. */
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

		about("vns enable for \"%s\"", text);
		is_number(rc, table[i].error ? -EINVAL : 0, "it is %s",
			  table[i].error ? "refused" : "done");
		is_string(made, table[i].made, "%s",
			  table[i].error ? "there is no text" :
					   "the text that it makes");
		is_string(err.text, table[i].error ? table[i].error : "", "%s",
			  table[i].error ? "error message" :
					   "no error message is set");
		if (rc < 0)
			continue;
		again = disable(made);
		if (before == 0)
			is_string(again, text,
				  "vns disable makes the former text of it, to "
				  "the byte");
		else
			ok(!strstr(again, "vns"),
			   "vns disable leaves nothing of pam_vns.so");
	}
}

#define J "session    [ignore=ignore default=1]    pam_vns.so placed?    "
#define MARK "# vns enable\n"
#define INSTEAD "# vns enable, instead of: "
#define COPY                                 \
	"session    required x y=z    " MARK \
	"-session    optional y    " MARK J MARK "session    "

/*
 * What lines between the two that place users become, or why they stay. This
 * is tested where the two are put in, and where they are there and are kept.
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

	/* These are like Debian's file, or do not fit it any more. */
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

	/* RHEL has it in the middle of the lines. */
	{ "session include middle\n",
	  INSTEAD "session include middle\n" COPY
		  "optional pam_systemd.so debug    " MARK
		  "session    substack flat    " MARK
		  "session    required a    " MARK
		  "session    required z    " MARK,
	  "" },

	/* A test that an administrator has added is jumped over, too. */
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

/* This enables, enables once more, and disables again. */
static void test_jump(const char *before, bool keep, const char *made_as,
		      const char *left_as)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = parse(before);
	VNS_AUTOFREE char *made = NULL, *again = NULL, *back = NULL;
	struct vns_error err = { "" }, left;

	about("vns enable with jumps%s for \"%s\"", keep ? ", kept" : "",
	      before);
	need(vns_pamedit_enable(before, strlen(before), file, keep,
				read_included, NULL, &made, &left, &err) == 0,
	     err.text);
	is_string(made, made_as, "the text that it makes");
	is_string(left.text, left_as,
		  "why it leaves pam_systemd.so as it is, or nothing");

	VNS_AUTOPAMFILE struct vns_pamstack_file *is = parse(made);

	need(vns_pamedit_enable(made, strlen(made), is, true, read_included,
				NULL, &again, &left, &err) == 0,
	     err.text);
	is_string(again, made, "vns enable once more makes nothing new");
	back = disable(made);
	again = again ? (free(again), disable(before)) : NULL;
	is_string(back, again,
		  "vns disable makes the former text of it, to the byte");
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
		/* A line of pam_vns.so must be taken out by hand first. */
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

	about("vns disable");
	is_string(changed,
		  "x y z\nauth required a\n# more\nauth required b\nsession "
		  "requisite pam_vns.so\n# vns enable\n",
		  "lines that others have written stay");
	is_string(last, "auth required a\nauth required b\n",
		  "a line behind the last one of vns enable still has its end");
}

int main(void)
{
	test_table();
	test_jumps();
	test_last();
	test_others();
	return finish();
}
