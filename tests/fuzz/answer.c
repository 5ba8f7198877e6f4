/*
 * Any bytes as what the keeper answers: refused, or the same bytes when they
 * are packed again.
 */
#include "lib/envrule.h"
#include "wire/answer.h"

#include "fuzz.h"

/* Whether nothing but text goes to a log or a terminal. */
static bool is_printable(const char *text, const char *controls)
{
	for (; text && *text; text++)
		if ((unsigned char)*text < ' ' && !strchr(controls, *text))
			return false;
	return true;
}

static void check_place(const struct vns_answer *answer)
{
	struct vns_envrule rule;
	size_t i;

	HOLDS(answer->vserver);
	HOLDS(answer->descriptors & VNS_ANSWER_FDSET(VNS_NS_MNT));
	HOLDS(!(answer->descriptors & ~VNS_ANSWER_FDSET_ALL));
	for (i = 0; i < answer->environment.count; i++) {
		HOLDS(is_printable(answer->environment.items[i], ""));
		HOLDS(vns_envrule_parse(answer->environment.items[i], &rule));
	}
	HOLDS(is_printable(answer->message, "\t\n"));
}

static void check_identity(const struct vns_answer *answer)
{
	size_t i;

	HOLDS(answer->user.pw_name[0] && answer->user.pw_gecos &&
	      answer->user.pw_dir && answer->user.pw_shell);
	HOLDS(answer->user.pw_uid != (uid_t)-1);
	HOLDS(answer->user.pw_gid != (gid_t)-1);
	HOLDS(!answer->root.pw_name == !answer->root.pw_shell);
	HOLDS(answer->groups && answer->group_count > 0);
	for (i = 0; i < answer->group_count; i++)
		HOLDS(answer->groups[i] != (gid_t)-1);
}

static void check(const struct vns_answer *answer)
{
	size_t i;

	HOLDS(answer->kind <= VNS_ANSWER_IDENTITY);
	for (i = 0; i < answer->log.count; i++)
		HOLDS(is_printable(answer->log.items[i], ""));
	HOLDS(is_printable(answer->trace, ""));
	HOLDS(is_printable(answer->notice, "\t\n"));
	HOLDS(!answer->vserver || vns_util_name_valid(answer->vserver));
	if (answer->kind == VNS_ANSWER_PLACE)
		check_place(answer);
	else
		HOLDS(!answer->descriptors && !answer->environment.count);
	if (answer->kind == VNS_ANSWER_IDENTITY)
		check_identity(answer);
	else
		HOLDS(!answer->groups && !answer->user.pw_name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	VNS_AUTOANSWER struct vns_answer answer = { 0 };
	struct vns_error err = { "" };
	char *text = malloc(size ? size : 1), *back = NULL;
	size_t length, i;
	int rc;

	HOLDS(text);
	/*
	 * Its seeds are readable: a line of them is a string, and the end of a
	 * line in a string is a vertical tab.
	 */
	for (i = 0; i < size; i++)
		text[i] = data[i] == '\n' ? '\0' :
			  data[i] == '\v' ? '\n' :
					    (char)data[i];
	rc = vns_answer_unpack(text, size, &answer, &err);
	HOLDS(rc == 0 || rc == -EINVAL || rc == -EPROTO);
	HOLDS((rc < 0) == (err.text[0] != '\0'));
	if (rc == 0) {
		check(&answer);
		HOLDS(vns_answer_pack(&answer, &back, &length, &err) == 0);
		HOLDS(length == size && memcmp(back, text, size) == 0);
	}
	free(back);
	free(text);
	return 0;
}
