/*
 * Judges a stack by reading it, and runs vns-trypam on a copy of it in which
 * modules with effects are replaced by pam_permit.so.
 */
#include "pamd/try.h"

#include "pamd/judge.h"
#include "system/spawn.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRAM VNS_LIBEXECDIR "/vns-trypam"
#define SECONDS_MAX 20
#define LEVELS_MAX 16

static bool is_missing(const struct vns_pamstack_line *line)
{
	char path[PATH_MAX];

	return !vns_util_format(path, sizeof(path),
				line->target[0] == '/' ? "%s" :
							 VNS_PAMDIR "/%s",
				line->target) ||
	       access(path, R_OK) < 0;
}

static uint32_t of_root(void *context, const struct vns_pamstack_rule *rule)
{
	(void)context;
	return is_missing(rule->line) ? UINT32_C(1) << VNS_PAMSTACK_UNKNOWN :
					vns_judge_root(rule->line);
}

static const struct vns_pamstack_rule *
find_culprit(const struct vns_pamstack *stack)
{
	size_t i;

	for (i = 0; i < stack->count; i++)
		if (stack->rules[i].wrong ||
		    (stack->rules[i].line->kind == VNS_PAMSTACK_MODULE &&
		     is_missing(stack->rules[i].line) &&
		     stack->rules[i].line->actions[VNS_PAMSTACK_UNKNOWN] !=
			     VNS_PAMSTACK_DO_IGNORE))
			return &stack->rules[i];
	return NULL;
}

int vns_pamtry_read(const struct vns_pamstack *stack, const char *type,
		    struct vns_error *err)
{
	const struct vns_pamstack_rule *rule;

	if (vns_pamstack_evaluate(stack, NULL, of_root, NULL).without)
		return 0;
	rule = find_culprit(stack);
	if (!rule)
		return vns_error_set(err, EACCES,
				     "the %s lines would keep root out", type);
	return vns_error_set(err, EACCES,
			     "the %s lines would keep root out: %s:%u: %s%s",
			     type, rule->file->path, rule->line->first,
			     rule->wrong ? rule->wrong : rule->line->target,
			     rule->wrong ? "" : " is missing");
}

/*
 * Whether a module is known to have no effects in the account phase but on the
 * log.
 */
static bool only_looks(const struct vns_pamstack_line *line)
{
	static const char *const known[] = {
		"pam_access.so",    "pam_debug.so",    "pam_deny.so",
		"pam_krb5.so",	    "pam_ldap.so",     "pam_listfile.so",
		"pam_localuser.so", "pam_nologin.so",  "pam_permit.so",
		"pam_rootok.so",    "pam_sepermit.so", "pam_shells.so",
		"pam_sss.so",	    "pam_time.so",     "pam_succeed_if.so",
		"pam_unix.so",	    "pam_vns.so",      "pam_wheel.so",
		"pam_winbind.so",
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (vns_pamstack_is(line, known[i]))
			return true;
	return is_missing(line);
}

static void write_emulated(FILE *out, const struct vns_pamstack_line *line)
{
	const char *c;

	fputs("account [", out);
	for (c = line->control; *c; c++)
		fprintf(out, *c == ']' ? "\\%c" : "%c", *c);
	fputs("] pam_permit.so\n", out);
}

/*
 * The copy has one file for each substack, because jumps and ends are about
 * substacks.
 */
struct copy {
	const char *directory;
	FILE *out[LEVELS_MAX + 1];
	unsigned count;
};

static bool close_file(FILE *file)
{
	bool good;

	if (!file)
		return true;
	good = !ferror(file);
	return fclose(file) == 0 && good;
}

static bool open_file(struct copy *copy, unsigned level, const char *name)
{
	char path[PATH_MAX];

	if (level > LEVELS_MAX || !vns_util_format(path, sizeof(path), "%s/%s",
						   copy->directory, name))
		return false;
	if (!close_file(copy->out[level])) {
		copy->out[level] = NULL;
		return false;
	}
	copy->out[level] = fopen(path, "we");
	return copy->out[level];
}

static bool write_rule(struct copy *copy, const struct vns_pamstack_rule *rule)
{
	FILE *out = copy->out[rule->level];
	char name[32];

	if (!out)
		return false;
	if (rule->wrong) {
		fputs("account required pam_deny.so\n", out);
		return true;
	}
	if (rule->line->kind == VNS_PAMSTACK_SUBSTACK) {
		snprintf(name, sizeof(name), "substack.%u", copy->count++);
		fprintf(out, "account substack %s\n", name);
		return open_file(copy, rule->level + 1, name);
	}
	if (only_looks(rule->line))
		fprintf(out, "account %s\n", rule->line->text);
	else
		write_emulated(out, rule->line);
	return true;
}

static bool write_copy(const char *directory, const char *service,
		       const struct vns_pamstack *stack)
{
	struct copy copy = { .directory = directory };
	bool good = open_file(&copy, 0, "other");
	size_t i;

	if (good)
		fputs("account required pam_deny.so\n", copy.out[0]);
	good = good && open_file(&copy, 0, service);
	for (i = 0; good && i < stack->count; i++)
		good = write_rule(&copy, &stack->rules[i]);
	for (i = 0; i <= LEVELS_MAX; i++)
		good = close_file(copy.out[i]) && good;
	return good;
}

static void remove_copy(const char *directory, const char *service,
			const struct vns_pamstack *stack)
{
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < stack->count; i++)
		if (vns_util_format(path, sizeof(path), "%s/substack.%zu",
				    directory, i))
			unlink(path);
	if (vns_util_format(path, sizeof(path), "%s/%s", directory, service))
		unlink(path);
	if (vns_util_format(path, sizeof(path), "%s/other", directory))
		unlink(path);
	rmdir(directory);
}

int vns_pamtry_run(const char *service, const struct vns_pamstack *account,
		   struct vns_error *err)
{
	char directory[] = "/run/vns-enable.XXXXXX", output[256] = "";
	char *argv[] = { (char *)PROGRAM, directory, (char *)service, NULL };
	char *envp[] = { (char *)VNS_SPAWN_PATH, (char *)"LC_ALL=C", NULL };
	struct vns_error why;
	int rc;

	if (!mkdtemp(directory))
		return vns_error_errno(err, errno, "%s", directory);
	if (!write_copy(directory, service, account)) {
		remove_copy(directory, service, account);
		return vns_error_set(err, EIO, "%s cannot be written",
				     directory);
	}
	rc = vns_spawn_run(argv, envp, SECONDS_MAX, output, sizeof(output),
			   &why);
	remove_copy(directory, service, account);
	if (rc == 0)
		return 0;
	output[strcspn(output, "\n")] = '\0';
	return vns_error_set(err, EACCES,
			     "the account lines would keep root out: %s",
			     output[0] ? output : why.text);
}
