/*
 * Tests that what takes memory says so where there is none: of each piece of
 * work, one allocation after the other fails. What was allocated before it is
 * freed, as the run with sanitizers sees.
 *
 * Linked with --wrap=malloc --wrap=calloc --wrap=realloc --wrap=reallocarray
 * Linked with --wrap=strdup --wrap=strndup --wrap=asprintf --wrap=vasprintf
 * Linked with --wrap=__asprintf_chk --wrap=__vasprintf_chk
 * Linked with --wrap=open_memstream
 */
#include "config/config.h"
#include "config/definition.h"
#include "config/fstab.h"
#include "config/environment.h"
#include "doctor/report.h"
#include "lib/envrule.h"
#include "lib/fields.h"
#include "lib/tmpfsopt.h"
#include "pamd/edit.h"
#include "pamd/kept.h"
#include "vserver/record.h"
#include "wire/answer.h"
#include "wire/ask.h"

#include "tap.h"

#include <errno.h>

/* How many allocations succeed before one fails; below 0 all do. */
static long left = -1;
static bool failed;

static bool fails(void)
{
	if (left < 0 || left-- > 0)
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

#define WRAP(type, name, failure, parameters, arguments) \
	type __real_##name parameters;                   \
	type __wrap_##name parameters;                   \
	type __wrap_##name parameters                    \
	{                                                \
		if (fails())                             \
			return failure;                  \
		return __real_##name arguments;          \
	}

WRAP(void *, malloc, NULL, (size_t size), (size))
WRAP(void *, calloc, NULL, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, NULL, (void *old, size_t size), (old, size))
WRAP(void *, reallocarray, NULL, (void *old, size_t count, size_t size),
     (old, count, size))
WRAP(char *, strdup, NULL, (const char *text), (text))
WRAP(char *, strndup, NULL, (const char *text, size_t size), (text, size))
WRAP(FILE *, open_memstream, NULL, (char **text, size_t *size), (text, size))
WRAP(int, vasprintf, -1, (char **text, const char *fmt, va_list args),
     (text, fmt, args))
/* This is what vasprintf becomes where calls are fortified. */
WRAP(int, __vasprintf_chk, -1,
     (char **text, int flag, const char *fmt, va_list args),
     (text, flag, fmt, args))

int __wrap_asprintf(char **text, const char *fmt, ...);
int __wrap_asprintf(char **text, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = __wrap_vasprintf(text, fmt, args);
	va_end(args);
	return length;
}

int __wrap___asprintf_chk(char **text, int flag, const char *fmt, ...);
int __wrap___asprintf_chk(char **text, int flag, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = __wrap___vasprintf_chk(text, flag, fmt, args);
	va_end(args);
	return length;
}

/* --- configuration ------------------------------------------------------- */

#define HOOK " {command = {\"/bin/a\", \"%n\"}} "

static int read_config(struct vns_error *err)
{
	static const char text[] =
		"vserver_dir = \"/v\" run_dir = \"/r\" state_dir = \"/s\" "
		"hook open" HOOK "hook close" HOOK "hook post-start" HOOK
		"rule \"a\" {users = {\"alice\", \"@g\"} uids = {\"1-2\"} "
		"groups = {\"g\"} services = {\"sshd\"} ttys = {\"tty1\"} "
		"rhosts = {\"10.0.0.0/8\"} vserver = \"acme\" "
		"hook open" HOOK "}";
	VNS_AUTOCONFIG struct vns_config *config = NULL;

	return vns_config_parse(text, strlen(text), "f", &config, err);
}

static int read_user(struct vns_error *err)
{
	static const char text[] = "services = {\"sshd\"} vserver = \"acme\"";
	VNS_AUTOCONFIG struct vns_config *config = NULL;

	return vns_config_parse_user(text, strlen(text), "alice.conf", &config,
				     err);
}

static int read_definition(struct vns_error *err)
{
	static const char text[] =
		"root = \"/r/%n\" fstab = \"/f/%i\" hostname = \"%i\" "
		"namespaces = {\"mnt\", \"uts\", \"cgroup\"} "
		"cgroup = \"vns/%n\" limits {memory.max = \"1G\" "
		"io.max = {\"8:0 rbps=1\"}} environment = {\"A=%u\"} hook "
		"open" HOOK "hook pre-start" HOOK
		"mount \"/m\" {source = \"/s\" type = \"ext4\" "
		"options = {\"ro\"}}";
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;

	return vns_config_parse_vserver(text, strlen(text), "f", "a@b", true,
					&vserver, err);
}

static int read_fstab(struct vns_error *err)
{
	static const char text[] = "/srv/a /a none bind,ro,nodev 0 0\n"
				   "tmpfs /b tmpfs size=1m,mode=755 0 0\n"
				   "/srv/\\040c /c none rbind 0 0\n";
	VNS_AUTOFSTAB struct vns_fstab *fstab = NULL;

	return vns_fstab_parse(text, strlen(text), "f", false, &fstab, err);
}

static int map_options(struct vns_error *err)
{
	char *items[] = { (char *)"size=1m", (char *)"gid=5", NULL };
	const struct vns_strings options = { items, 2 };
	const struct vns_idrange ids = { 100000, 65536 };
	struct vns_strings mapped = { 0 };
	int rc = vns_tmpfsopt_map(&options, &ids, false, &mapped, err);

	vns_strings_free(&mapped);
	return rc;
}

static int change_variables(struct vns_error *err)
{
	char *items[] = { (char *)"A=%u", (char *)"drop B", NULL };
	char *had[] = { (char *)"B=1", (char *)"TMP=/x", NULL };
	const struct vns_vserver vserver = { .environment = { items, 2 } };
	const struct passwd user = { .pw_name = (char *)"alice" };
	const struct vns_strings environment = { had, 2 };
	struct vns_strings rules = { 0 }, made = { 0 };
	int rc = vns_environment_expand(&vserver, &user, &rules, err);

	if (rc == 0 &&
	    (vns_envrule_change(&rules, &environment, had, &made) < 0 ||
	     vns_envrule_set(&rules, &made) < 0))
		rc = vns_error_memory(err);
	vns_strings_free(&rules);
	vns_strings_free(&made);
	return rc;
}

/* --- messages and records ------------------------------------------------ */

static const struct vns_who who = { .user = "alice",
				    .ruser = "bob",
				    .service = "sshd",
				    .tty = "pts/1",
				    .rhost = "10.0.0.1" };

static int send_question(struct vns_error *err)
{
	const struct vns_ask ask = { .phase = VNS_ASK_OPEN,
				     .config = "/etc/vns/pam_vns.conf",
				     .who = who,
				     .cwd = "/" };
	struct vns_ask read = { 0 };
	struct vns_strings fields = { 0 };
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc = vns_ask_pack(&ask, &text, &length, err);

	if (rc == 0)
		rc = vns_ask_unpack(text, length, &fields, &read, err);
	vns_strings_free(&fields);
	return rc;
}

static int send_answer(const struct vns_answer *answer, struct vns_error *err)
{
	VNS_AUTOANSWER struct vns_answer read = { 0 };
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	int rc = vns_answer_pack(answer, &text, &length, err);

	return rc < 0 ? rc : vns_answer_unpack(text, length, &read, err);
}

static int send_place(struct vns_error *err)
{
	char *items[] = { (char *)"A=1", (char *)"drop B", NULL };
	const struct vns_answer answer = {
		.kind = VNS_ANSWER_PLACE,
		.vserver = "acme",
		.message = "m",
		.descriptors = VNS_ANSWER_FDSET(VNS_NS_MNT) |
			       VNS_ANSWER_FDSET(VNS_ANSWER_ROOT),
		.environment = { items, 2 },
	};

	return send_answer(&answer, err);
}

static int send_identity(struct vns_error *err)
{
	gid_t groups[] = { 1000, 1001 };
	const struct vns_answer answer = {
		.kind = VNS_ANSWER_IDENTITY,
		.user = { .pw_name = (char *)"alice",
			  .pw_uid = 1000,
			  .pw_gid = 1000,
			  .pw_gecos = (char *)"",
			  .pw_dir = (char *)"/home/alice",
			  .pw_shell = (char *)"/bin/sh" },
		.groups = groups,
		.group_count = LENGTH(groups),
	};

	return send_answer(&answer, err);
}

static int record_session(struct vns_error *err)
{
	char *words[] = { (char *)"/bin/a", (char *)"b", NULL };
	const struct vns_hook hook = { { words, 2 }, 5, true };
	struct vns_hook read = { 0 };
	struct vns_strings record = { 0 }, again = { 0 };
	VNS_AUTOFREE char *text = NULL;
	size_t length, at = 0;
	int rc = vns_record_add_who(&record, &who);

	if (rc == 0)
		rc = vns_record_add_hook(&record, &hook);
	if (rc == 0)
		rc = vns_record_next_hook(&record, &at, &read);
	if (rc >= 0) {
		text = vns_fields_join(&record, &length);
		rc = text ? vns_fields_split(text, length, &again) : -ENOMEM;
	}
	vns_strings_free(&read.command);
	vns_strings_free(&record);
	vns_strings_free(&again);
	return rc < 0 ? vns_error_set(err, -rc, "a record") : 0;
}

/* --- files of pam.d ------------------------------------------------------ */

#define SESSION "session required x y=z\nsession optional pam_systemd.so\n"

static int read_included(void *context, const char *name, char **path,
			 char **text, size_t *length, struct vns_error *err)
{
	VNS_AUTOFREE char *copy = strdup(name);

	(void)context;
	*text = copy ? strdup(strcmp(name, "other") == 0 ?
				      "account required x\n" :
				      SESSION) :
		       NULL;
	if (!*text)
		return vns_error_set(err, ENOMEM, "a file");
	*length = strlen(*text);
	*path = copy;
	copy = NULL;
	return 0;
}

/* Enables, keeps the lines, disables, and gives the lines back. */
static int edit_with(const char *text, struct vns_error *err)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *file = NULL, *wired = NULL;
	VNS_AUTOFREE char *made = NULL, *lines = NULL, *bare = NULL,
			  *again = NULL;
	struct vns_error no_jump = { "" };
	int rc = vns_pamstack_parse(text, strlen(text), "f", &file, err);

	if (rc == 0)
		rc = vns_pamedit_enable(text, strlen(text), file, false,
					read_included, NULL, &made, &no_jump,
					err);
	/* Users can log in without the jump, so this is no failure. */
	if (rc == 0 && no_jump.text[0])
		rc = vns_error_set(err, failed ? ENOMEM : EINVAL, "a jump");
	if (rc == 0)
		rc = vns_pamstack_parse(made, strlen(made), "f", &wired, err);
	if (rc == 0)
		rc = vns_pamkept_take(made, wired, &lines, err);
	if (rc == 0)
		rc = vns_pamedit_disable(made, strlen(made), wired, &bare, err);
	return rc < 0 ? rc : vns_pamkept_give(bare, lines, "r", &again, err);
}

static int edit_service(struct vns_error *err)
{
	return edit_with("account required x \\\n y [z]\n"
			 "account [success=ok default=bad] y\n"
			 "@include other\nsession include more\n",
			 err);
}

static int edit_plain(struct vns_error *err)
{
	return edit_with("account required x\n" SESSION, err);
}

/* --- reports ------------------------------------------------------------- */

static int make_report(struct vns_error *err)
{
	VNS_AUTOREPORT struct vns_report report = { 0 };

	vns_report_add(&report, VNS_REPORT_OK, "a", "b", NULL, "%s", "c");
	vns_report_add(&report, VNS_REPORT_WARN, "a", "b", "d", "%s", "c");
	return report.no_memory ? vns_error_memory(err) : 0;
}

/* ------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(struct vns_error *err);
	/* A file that it cannot read may have lines of any type. */
	bool supposes;
} works[] = {
	{ "pam_vns.conf is read", read_config, false },
	{ "a user's file is read", read_user, false },
	{ "a definition is read", read_definition, false },
	{ "an fstab is read", read_fstab, false },
	{ "options of a tmpfs are mapped", map_options, false },
	{ "variables are changed", change_variables, false },
	{ "a question is packed and read", send_question, false },
	{ "a place is packed and read", send_place, false },
	{ "an identity is packed and read", send_identity, false },
	{ "a session is recorded and read", record_session, false },
	{ "lines are put into a service that includes others", edit_service,
	  true },
	{ "lines are put into a service", edit_plain, true },
	{ "a report is made", make_report, false },
};

/* Whether it has said that there is no memory, with one allocation failing. */
static bool says_so(size_t work, long at)
{
	struct vns_error err = { "" };
	int rc;

	failed = false;
	left = at;
	rc = works[work].run(&err);
	left = -1;
	if (!failed || (rc == -ENOMEM && err.text[0]) ||
	    (rc == 0 && works[work].supposes))
		return true;
	diag("allocation %ld failed, and it returned %d: %s", at, rc, err.text);
	return false;
}

int main(void)
{
	struct vns_error err;
	size_t i;
	long at, right;

	for (i = 0; i < LENGTH(works); i++) {
		about("%s", works[i].name);
		err.text[0] = '\0';
		is_number(works[i].run(&err), 0, "there is enough memory");
		if (err.text[0])
			diag("%s", err.text);
		right = 0;
		failed = true;
		for (at = 0; failed && at < 10000; at++)
			right += says_so(i, at);
		ok(at > 1, "it takes memory");
		is_number(right, at, "without any piece of that it says so");
	}
	return finish();
}
