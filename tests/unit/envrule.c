/*
 * Tests rules about a session's variables, and what they make of a PAM
 * environment; see pam_vns/lib/envrule.h and pam_vns/config/environment.h.
 */
#include "config/environment.h"
#include "lib/envrule.h"

#include "grammars.h"

#define V "root = \"/r\" "
#define RULE                                                                 \
	"must be \"keep NAME\", \"drop NAME\" or \"NAME=value\"; a name "    \
	"has letters, digits and \"_\", and can end with \"*\" behind keep " \
	"and drop"
#define OURS                                                                \
	"must not name a variable that begins with \"VNS_\": pam_vns sets " \
	"them itself"
#define WRONG(value, wrong)                       \
	VSERVER, V "environment = \"" value "\"", \
		"1: environment = \"" value "\": it " wrong
#define TWICE(one, other)                                         \
	VSERVER, V "environment = {\"" one "\",\n\"" other "\"}", \
		"2: environment = \"" other "\": \"" one          \
		"\" has the same name"

static const struct row table[] = {
	{ VSERVER, V "environment = {}",
	  "1: an empty list matches nothing; remove the key or fill it" },
	{ VSERVER, V "environment = {\"keep A\", \"drop B\", \"C=1\"}", NULL },
	{ VSERVER, V "environment = {\"keep A*\", \"keep A\", \"AB=\"}", NULL },
	{ VSERVER, V "environment = {\"drop *\", \"keep=1\"}", NULL },
	{ VSERVER, V "environment = \"A=%n %u %U %% a=b\"", NULL },
	{ VSERVER, V "environment = \"LD_PRELOAD=/lib/a.so\"", NULL },
	{ VSERVER, "source = \"ns:/n\" environment = \"A=\303\244\"", NULL },
	{ TEMPLATE, V "environment = {\"A=%i-%n-%u-%U\"}", NULL },
	{ WRONG("", RULE) },
	{ WRONG("A", RULE) },
	{ WRONG("=1", RULE) },
	{ WRONG("1A=1", RULE) },
	{ WRONG("A-B=1", RULE) },
	{ WRONG("A B=1", RULE) },
	{ WRONG("A*=1", RULE) },
	{ WRONG("\303\244=1", RULE) },
	{ WRONG("keep", RULE) },
	{ WRONG("keep ", RULE) },
	{ WRONG("keep  A", RULE) },
	{ WRONG("keep A ", RULE) },
	{ WRONG("keep A=1", RULE) },
	{ WRONG("keep A B", RULE) },
	{ WRONG("drop *A", RULE) },
	{ WRONG("drop A**", RULE) },
	{ WRONG("drop A*B", RULE) },
	{ WRONG("drop A?", RULE) },
	{ WRONG("DROP A", RULE) },
	{ WRONG("unset A", RULE) },
	{ WRONG("VNS_NAME=a", OURS) },
	{ WRONG("drop VNS_CONTEXT", OURS) },
	{ WRONG("keep VNS_*", OURS) },
	{ WRONG("A=%i", "can have %n, %u, %U and %% only") },
	{ WRONG("A=%", "can have %n, %u, %U and %% only") },
	{ TEMPLATE, V "environment = \"A=%g\"",
	  "1: environment = \"A=%g\": it can have %n, %i, %u, %U and %% only" },
	{ WRONG("A=\tb", "must not have control characters in it") },
	{ TWICE("keep A", "drop A") },
	{ TWICE("drop A*", "keep A*") },
	{ TWICE("A=1", "A=2") },
	{ TWICE("A=1", "drop A") },
	{ MAIN, "environment = \"A=1\"", "*" },
};

/* A list of up to eight strings that are separated by "|" in text. */
static struct vns_strings split(char *text)
{
	struct vns_strings list = { 0 };
	char *item;

	while (*text && (item = strsep(&text, "|"))) {
		need(vns_strings_add(&list, item) == 0, "memory");
		if (!text)
			break;
	}
	return list;
}

static struct vns_strings list_of(const char *text)
{
	VNS_AUTOFREE char *copy = strdup(text);

	need(copy, "memory");
	return split(copy);
}

static const struct {
	const char *rules, *environment, *callers, *changes;
} changes[] = {
	{ "", "", "", "" },
	/* What holds without rules. */
	{ "", "LANG=C|PATH=/bin|MAIL=/var/mail/a|HOME=/h", "", "" },
	{ "", "XDG_RUNTIME_DIR=/run/user/1|XDG_=|XDG=1|AXDG_B=1", "",
	  "XDG_RUNTIME_DIR|XDG_" },
	{ "", "DBUS_SESSION_BUS_ADDRESS=unix:path=/b|DBUS_X=1", "",
	  "DBUS_SESSION_BUS_ADDRESS" },
	{ "", "KRB5CCNAME=FILE:/t|KRB5_CONFIG=/etc/krb5.conf", "",
	  "KRB5CCNAME" },
	{ "", "SSH_AUTH_SOCK=/s|SSH_AGENT_PID=7|SSH_CONNECTION=a b", "",
	  "SSH_AUTH_SOCK|SSH_AGENT_PID" },
	{ "", "GPG_AGENT_INFO=/g|GNOME_KEYRING_CONTROL=/k|GNOME_KEYRING_PID=1",
	  "", "GPG_AGENT_INFO|GNOME_KEYRING_CONTROL|GNOME_KEYRING_PID" },
	{ "", "PAM_KWALLET5_LOGIN=/k|PAM_KWALLET_LOGIN=/k|PAM_KWALLET=1", "",
	  "PAM_KWALLET5_LOGIN|PAM_KWALLET_LOGIN" },
	/* Directories for temporary files, by their value. */
	{ "", "TMP=/tmp/user/1|TMPDIR=/tmp/user/1|TEMP=/a|TEMPDIR=", "",
	  "TMP|TMPDIR|TEMP|TEMPDIR" },
	{ "", "TMP=/tmp|TMPDIR=/var/tmp|TMPD=/a|TMPDIRS=/a", "", "" },
	{ "", "TMP=/tmp/|TMPDIR=/tmp/../a|TEMP=tmp", "", "TMP|TMPDIR|TEMP" },
	/* What the caller's environment would bring back. */
	{ "", "TMPDIR=/tmp/user/1", "TMPDIR=/tmp/user/0|TMP=/var/tmp",
	  "TMPDIR|TMPDIR=/tmp" },
	{ "", "", "TEMP=/x|XDG_SEAT=1", "TEMP=/tmp" },
	{ "", "TMPDIR=/var/tmp", "TMPDIR=/x", "" },
	{ "keep TMPDIR", "", "TMPDIR=/x", "" },
	{ "keep TMPDIR", "TMPDIR=/a", "TMPDIR=/x", "" },
	{ "drop TMPDIR", "TMPDIR=/tmp", "TMPDIR=/x", "TMPDIR|TMPDIR=/tmp" },
	{ "TMPDIR=/y", "TMPDIR=/tmp/user/1", "TMPDIR=/x", "TMPDIR=/y" },
	/* The first rule that fits decides. */
	{ "keep XDG_SEAT", "XDG_SEAT=0|XDG_VTNR=1", "", "XDG_VTNR" },
	{ "keep XDG_SEAT|drop XDG_*", "XDG_SEAT=0|XDG_VTNR=1", "", "XDG_VTNR" },
	{ "drop XDG_*|keep XDG_SEAT", "XDG_SEAT=0|XDG_VTNR=1", "",
	  "XDG_SEAT|XDG_VTNR" },
	{ "drop LC_*", "LC_ALL=C|LC_=1|LC=1|LANG=C", "", "LC_ALL|LC_" },
	{ "drop LANG", "LANG=C|LANGUAGE=de", "", "LANG" },
	{ "keep *", "KRB5CCNAME=a|TMPDIR=/a", "", "" },
	{ "keep LANG|drop *", "LANG=C|B=1|C=", "", "B|C" },
	/* Variables are set in any case, and last. */
	{ "A=1|drop A*", "A=0|AB=0", "", "AB|A=1" },
	{ "drop *|LANG=|VNS_NAME=n", "LANG=C|B=1", "", "B|LANG=|VNS_NAME=n" },
	{ "XDG_RUNTIME_DIR=/r", "XDG_RUNTIME_DIR=/h", "",
	  "XDG_RUNTIME_DIR=/r" },
	/* What is no variable, or no rule. */
	{ "nothing|keep KRB5CCNAME", "odd|KRB5CCNAME=a|=b", "", "" },
};

static void test_changes(void)
{
	size_t i;

	for (i = 0; i < LENGTH(changes); i++) {
		struct vns_strings rules = list_of(changes[i].rules);
		struct vns_strings environment =
			list_of(changes[i].environment);
		struct vns_strings callers = list_of(changes[i].callers);
		struct vns_strings made = { 0 };

		about("\"%s\" for \"%s\", called with \"%s\"", changes[i].rules,
		      changes[i].environment, changes[i].callers);
		is_number(vns_envrule_change(&rules, &environment,
					     callers.items, &made),
			  0, "there is enough memory");
		is_list(&made, changes[i].changes, "the changes");
		vns_strings_free(&rules);
		vns_strings_free(&environment);
		vns_strings_free(&callers);
		vns_strings_free(&made);
	}
}

static void test_set(void)
{
	struct vns_strings rules = list_of("drop PATH|LANG=C|PATH=/opt/bin|A=");
	struct vns_strings environment = list_of("PATH=/bin|PATHS=1|B=2");

	about("an environment");
	is_number(vns_envrule_set(&rules, &environment), 0,
		  "there is enough memory");
	is_list(&environment, "PATH=/opt/bin|PATHS=1|B=2|LANG=C|A=",
		"variables are replaced or added, and none is dropped");
	vns_strings_free(&rules);
	vns_strings_free(&environment);
}

static void test_expansion(void)
{
	struct passwd user = { .pw_name = (char *)"alice", .pw_uid = 5001 };
	struct vns_vserver vserver = { .name = "c@b", .instance = "b" };
	struct vns_strings rules = { 0 };
	struct vns_error err = { "" };

	vserver.environment = list_of("keep A*|B=%n %i %u %U %%");
	about("a definition's rules");
	is_number(vns_environment_expand(&vserver, &user, &rules, &err), 0,
		  "they are expanded");
	is_list(&rules, "keep A*|B=c@b b alice 5001 %", "the rules");
	vns_strings_free(&rules);
	user.pw_name = (char *)"a b";
	is_number(vns_environment_expand(&vserver, &user, &rules, &err), 0,
		  "a user's name that could be anything is expanded");
	is_list(&rules, "keep A*|B=c@b b a%20b 5001 %",
		"that name is written as in a path");
	vns_strings_free(&rules);
	user.pw_name = (char *)"";
	is_number(vns_environment_expand(&vserver, &user, &rules, &err),
		  -EINVAL, "a user without a name is refused");
	ok(strncmp(err.text, "environment: \"%u\" in ", 21) == 0,
	   "the error says where: %s", err.text);
	vns_strings_free(&rules);
	vns_strings_free(&vserver.environment);
}

/* The number of values and their length have limits. */
static void test_limits(void)
{
	static char text[2 * VNS_ENVRULE_SIZE + 64];
	struct vns_error err = { "" };
	size_t i, count, length;

	about("values of environment");
	for (count = VNS_ENVRULE_MAX; count <= VNS_ENVRULE_MAX + 1; count++) {
		length = (size_t)sprintf(text, "root = \"/r\" environment = {");
		for (i = 0; i < count; i++)
			length +=
				(size_t)sprintf(text + length, "\"A%zu=\",", i);
		length += (size_t)sprintf(text + length, "}");
		is_number(parse(VSERVER, text, length, &err),
			  count > VNS_ENVRULE_MAX ? -EINVAL : 0, "%zu of them",
			  count);
	}
	is_string(err.text,
		  FILE_NAME ":1: environment has more than 200 values",
		  "the error message");
	for (count = VNS_ENVRULE_SIZE - 1; count <= VNS_ENVRULE_SIZE; count++) {
		memset(text, 'a', count);
		text[1] = '=';
		text[count] = '\0';
		is_string(vns_envrule_wrong(text),
			  count < VNS_ENVRULE_SIZE ?
				  NULL :
				  "must have less than 4096 characters",
			  "%zu characters", count);
	}
}

int main(void)
{
	size_t i;

	for (i = 0; i < LENGTH(table); i++)
		test_row(table, i);
	test_silent(table, LENGTH(table));
	test_changes();
	test_set();
	test_expansion();
	test_limits();
	return finish();
}
