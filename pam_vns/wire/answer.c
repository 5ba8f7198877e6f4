/* Says in one table which fields an answer has, for packing and unpacking. */
#include "wire/answer.h"

#include "lib/envrule.h"
#include "wire/form.h"

#include <string.h>

static const char *const names[VNS_ANSWER_FDS] = {
	[VNS_ANSWER_ROOT] = "root",	      [VNS_ANSWER_GUARD] = "guard",
	[VNS_ANSWER_PROCESS] = "process",     [VNS_ANSWER_CWD] = "cwd",
	[VNS_ANSWER_CGROUP] = "cgroup.procs",
};

const char *vns_answer_fd_name(enum vns_answer_fd fd)
{
	return (int)fd < VNS_NS_COUNT ? vns_nsname((enum vns_ns)fd) : names[fd];
}

/* "6 text", as in struct vns_answer. */
static bool is_log_line(const char *text)
{
	return text[0] >= '0' + VNS_LOG_ERR && text[0] <= '0' + VNS_LOG_DEBUG &&
	       text[1] == ' ' && vns_form_line(text + 2);
}

/* putenv(3) takes anything. */
static bool is_rule(const char *text)
{
	struct vns_envrule ignored;

	return vns_form_line(text) && vns_envrule_parse(text, &ignored);
}

#define KIND(kind) (1U << VNS_ANSWER_##kind)
#define ANY VNS_FORM_ANY
#define PLACE KIND(PLACE)
#define IDENTITY KIND(IDENTITY)

/* KINDS may have the field. */
#define ROW(KEY, MEMBER, TYPE, KINDS, ...)                     \
	{                                                      \
		.key = (KEY), .type = VNS_FORM_##TYPE,         \
		.offset = offsetof(struct vns_answer, MEMBER), \
		.kinds = (KINDS), __VA_ARGS__                  \
	}
#define ID(KEY, MEMBER, KINDS, ...) \
	ROW(KEY, MEMBER, NUMBER, KINDS, .max = VNS_FORM_ID_MAX, __VA_ARGS__)
#define ACCOUNT(KEY, MEMBER, ...)                                         \
	ROW(KEY, MEMBER.pw_name, TEXT, IDENTITY, .valid = vns_form_line,  \
	    __VA_ARGS__),                                                 \
		ID(KEY ".uid", MEMBER.pw_uid, IDENTITY, .follows = true), \
		ID(KEY ".gid", MEMBER.pw_gid, IDENTITY, .follows = true), \
		ROW(KEY ".gecos", MEMBER.pw_gecos, TEXT, IDENTITY,        \
		    .follows = true),                                     \
		ROW(KEY ".home", MEMBER.pw_dir, TEXT, IDENTITY,           \
		    .follows = true),                                     \
		ROW(KEY ".shell", MEMBER.pw_shell, TEXT, IDENTITY,        \
		    .follows = true)
#define NEEDED(KIND) .needed = (KIND)
#define BESIDE(MEMBER) .beside = offsetof(struct vns_answer, MEMBER)

static const struct vns_form_row rows[] = {
	ROW("kind", kind, NUMBER, ANY, .max = VNS_ANSWER_IDENTITY),
	ROW("log", log, LIST, ANY, .max = VNS_ANSWER_LIST_MAX,
	    .valid = is_log_line),
	ROW("trace", trace, TEXT, ANY, .valid = vns_form_line),
	ROW("notice", notice, TEXT, KIND(REFUSE), .valid = vns_form_lines),
	ROW("vserver", vserver, TEXT, KIND(MAY) | PLACE, NEEDED(PLACE),
	    .valid = vns_util_name_valid),
	ROW("message", message, TEXT, PLACE, .valid = vns_form_lines),
	ROW("descriptors", descriptors, NUMBER, PLACE, NEEDED(PLACE),
	    .max = VNS_ANSWER_FDSET_ALL),
	ACCOUNT("user", user, NEEDED(IDENTITY)),
	ACCOUNT("root", root),
	ROW("groups", groups, GROUPS, IDENTITY, NEEDED(IDENTITY),
	    BESIDE(group_count), .max = VNS_ANSWER_GROUPS_MAX),
	ID("tty", tty, IDENTITY, BESIDE(has_tty)),
	ROW("capabilities", capabilities, LARGE, PLACE, NEEDED(PLACE),
	    .max = VNS_CAPSET_ALL),
	ROW("kept", kept, LARGE, PLACE, NEEDED(PLACE), .max = VNS_CAPSET_ALL),
	ROW("no_new_privs", no_new_privs, FLAG, PLACE),
	ROW("seccomp", seccomp, FLAG, PLACE),
	ROW("restarts", restarts, FLAG, PLACE),
	ROW("environment", environment, LIST, PLACE, .max = VNS_ANSWER_LIST_MAX,
	    .valid = is_rule),
	ID("outside.uid", outside_uid, PLACE, BESIDE(has_ids)),
	ID("outside.gid", outside_gid, PLACE, .follows = true),
	ID("owner", owner, PLACE, NEEDED(PLACE)),
};

static const struct vns_form form = {
	.name = "what the keeper answers",
	.sender = VNS_VERSION_KEEPER,
	.max = VNS_ANSWER_MAX,
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

/* Nobody enters a vserver without a mount namespace. */
static int check(const struct vns_answer *answer, struct vns_error *err)
{
	if (answer->kind != VNS_ANSWER_PLACE ||
	    (answer->descriptors & VNS_ANSWER_FDSET(VNS_NS_MNT)))
		return 0;
	return vns_error_set(err, EINVAL, "%s has no mount namespace",
			     form.name);
}

int vns_answer_pack(const struct vns_answer *answer, char **text,
		    size_t *length, struct vns_error *err)
{
	int rc = check(answer, err);

	return rc == 0 ? vns_form_pack(&form, answer, text, length, err) : rc;
}

int vns_answer_unpack(const char *text, size_t length,
		      struct vns_answer *answer, struct vns_error *err)
{
	int rc;

	*answer = (struct vns_answer){ 0 };
	rc = vns_form_unpack(&form, text, length, &answer->text, answer, err);
	if (rc == 0)
		rc = check(answer, err);
	if (rc < 0) {
		vns_answer_free(answer);
		return rc;
	}
	/* No program that asks after entering needs a hash. */
	if (answer->user.pw_name)
		answer->user.pw_passwd = (char *)"x";
	if (answer->root.pw_name)
		answer->root.pw_passwd = (char *)"x";
	return 0;
}

void vns_answer_free(struct vns_answer *answer)
{
	vns_strings_free(&answer->log);
	vns_strings_free(&answer->environment);
	free(answer->groups);
	free(answer->text);
	*answer = (struct vns_answer){ 0 };
}
