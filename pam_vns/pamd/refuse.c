/*
 * Writes one account line after the other into a directory, runs vns-trypam
 * there, and tries which of the refusals is the one that counts.
 */
#include "pamd/refuse.h"

#include "system/spawn.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRAM VNS_LIBEXECDIR "/vns-trypam"
#define SECONDS_MAX 5
#define LINE "account"
/* The user is to have a new password, which is no refusal yet. */
#define NEW_PASSWORD 12
/* What is not known of a line. */
#define NOT_RUN (-1)

struct answers {
	const struct vns_pamstack *stack;
	int *codes; /* of each rule */
	char (*words)[128];
	size_t passed; /* of this rule it is tried what if it let pass */
};

/*
 * Modules whose account phase does nothing but look at the user, and whose
 * answer is not about who calls them. pam_faillock.so sets a counter back, and
 * pam_wheel.so and pam_rootok.so ask about the caller.
 */
static bool looks_at_user(const struct vns_pamstack_line *line)
{
	static const char *const known[] = {
		"pam_access.so",    "pam_ldap.so",    "pam_listfile.so",
		"pam_localuser.so", "pam_nologin.so", "pam_shells.so",
		"pam_sss.so",	    "pam_time.so",    "pam_succeed_if.so",
		"pam_unix.so",
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (vns_pamstack_is(line, known[i]))
			return true;
	return false;
}

/* Returns the module and its arguments as they are written. */
static const char *behind_control(const char *text)
{
	if (*text == '[') {
		while (*text && *text != ']')
			text += *text == '\\' && text[1] ? 2 : 1;
		text += *text == ']';
	} else {
		text += strcspn(text, " \t");
	}
	return text + strspn(text, " \t");
}

/* A module that says nothing of the user lets them pass here. */
static bool write_line(const char *path, const struct vns_pamstack_line *line)
{
	FILE *out = fopen(path, "we");
	bool good;

	if (!out)
		return false;
	fprintf(out,
		LINE " [success=ok ignore=ignore default=die] %s\n" LINE
		     " required pam_permit.so\n",
		behind_control(line->text));
	good = !ferror(out);
	return fclose(out) == 0 && good;
}

/* Linux-PAM complains in the log where it finds no such file. */
static bool write_other(const char *path)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return false;
	fputs(LINE " required pam_deny.so\n", out);
	return fclose(out) == 0;
}

/* Takes "CODE WORDS" apart. Returns false if it is something else. */
static bool take_answer(char *said, int *code, char words[128])
{
	char *blank = strchr(said, ' ');
	unsigned long number;

	said[strcspn(said, "\n")] = '\0';
	if (!blank)
		return false;
	*blank = '\0';
	if (!vns_util_number(said, VNS_PAMSTACK_CODES - 1, &number))
		return false;
	*code = (int)number;
	snprintf(words, 128, "%s", blank + 1);
	return true;
}

static void run_line(const char *directory, const struct vns_refuse_who *who,
		     const struct vns_pamstack_line *line, int *code,
		     char words[128])
{
	char path[PATH_MAX], other[PATH_MAX], said[256] = "";
	char *argv[] = { (char *)PROGRAM,      (char *)directory,
			 (char *)who->service, (char *)who->user,
			 (char *)who->rhost,   NULL };
	char *envp[] = { (char *)VNS_SPAWN_PATH, (char *)"LC_ALL=C", NULL };
	struct vns_error ignored;

	if (!vns_util_format(path, sizeof(path), "%s/%s", directory,
			     who->service) ||
	    !vns_util_format(other, sizeof(other), "%s/other", directory))
		return;
	if (!write_other(other) || !write_line(path, line) ||
	    vns_spawn_run(argv, envp, SECONDS_MAX, said, sizeof(said),
			  &ignored) < 0 ||
	    !take_answer(said, code, words))
		*code = NOT_RUN;
	unlink(other);
	unlink(path);
}

/* What a rule of the stack returns, as far as it is known. */
static uint32_t outcome(void *context, const struct vns_pamstack_rule *rule)
{
	const struct answers *answers = context;
	size_t at = (size_t)(rule - answers->stack->rules);
	int code = answers->codes[at];

	if (at == answers->passed || code == VNS_PAMSTACK_SUCCESS ||
	    code == NEW_PASSWORD)
		return VNS_PAMSTACK_SUCCEEDS | UINT32_C(1)
						       << VNS_PAMSTACK_IGNORED;
	if (code != NOT_RUN)
		return UINT32_C(1) << code;
	if (vns_pamstack_is(rule->line, "pam_deny.so"))
		return VNS_PAMSTACK_FAILS;
	return vns_pamstack_is(rule->line, "pam_permit.so") ?
		       VNS_PAMSTACK_SUCCEEDS :
		       UINT32_MAX;
}

static bool lets_pass(struct answers *answers, size_t passed)
{
	answers->passed = passed;
	return vns_pamstack_evaluate(answers->stack, NULL, outcome, answers)
		.without;
}

/*
 * Finds the first line that has refused and without which the stack would let
 * the user pass, or else the first that has refused. A stack in which none has
 * refuses everybody, and is no matter of this user.
 */
static void find_line(struct answers *answers, struct vns_refuse *found)
{
	const size_t count = answers->stack->count;
	size_t i, first = count;

	if (lets_pass(answers, count))
		return;
	for (i = 0; i < count; i++) {
		if (answers->codes[i] <= VNS_PAMSTACK_SUCCESS)
			continue;
		if (first == count)
			first = i;
		if (lets_pass(answers, i))
			break;
	}
	if (i == count)
		i = first;
	if (i == count)
		return;
	found->rule = &answers->stack->rules[i];
	snprintf(found->why, sizeof(found->why), "%s", answers->words[i]);
}

/* Runs all lines that can be run. */
static int run_lines(struct answers *answers, const struct vns_refuse_who *who,
		     struct vns_refuse *found, struct vns_error *err)
{
	char directory[] = "/run/vns-doctor.XXXXXX";
	size_t i;

	if (!mkdtemp(directory))
		return vns_error_errno(err, errno, "%s", directory);
	for (i = 0; i < answers->stack->count; i++) {
		const struct vns_pamstack_rule *rule =
			&answers->stack->rules[i];

		answers->codes[i] = NOT_RUN;
		if (rule->wrong || rule->line->kind != VNS_PAMSTACK_MODULE ||
		    !looks_at_user(rule->line))
			continue;
		run_line(directory, who, rule->line, &answers->codes[i],
			 answers->words[i]);
		found->looked += answers->codes[i] != NOT_RUN;
	}
	rmdir(directory);
	return 0;
}

int vns_refuse_find(const struct vns_pamstack *account,
		    const struct vns_refuse_who *who, struct vns_refuse *found,
		    struct vns_error *err)
{
	struct answers answers = { .stack = account };
	int rc;

	*found = (struct vns_refuse){ 0 };
	answers.codes = calloc(account->count + 1, sizeof(*answers.codes));
	answers.words = calloc(account->count + 1, sizeof(*answers.words));
	rc = answers.codes && answers.words ?
		     run_lines(&answers, who, found, err) :
		     vns_error_memory(err);
	if (rc == 0)
		find_line(&answers, found);
	free(answers.codes);
	free(answers.words);
	return rc;
}
