/* vns enable and disable: put pam_vns.so into pam.d files, or take it out. */
#include "tool/cli.h"
#include "pamd/wired.h"
#include "pamd/changes.h"
#include "pamd/judge.h"
#include "pamd/edit.h"
#include "pamd/file.h"
#include "pamd/kept.h"
#include "pamd/try.h"
#include "system/safefile.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BACKUP VNS_WIRED_PARENT "/pam.d"

struct options {
	bool dry_run, force;
};

/* The two stacks of a service that matter. */
struct stacks {
	struct vns_pamstack *account, *session;
};

static void free_stacks(struct stacks *stacks)
{
	vns_pamstack_free(stacks->account);
	vns_pamstack_free(stacks->session);
}
#define AUTOSTACKS __attribute__((cleanup(free_stacks)))

/* Resolves the stacks, as they are or with another text (if not NULL). */
static int resolve(const char *service, const char *text, struct stacks *stacks,
		   struct vns_error *err)
{
	struct vns_pamfile_draft draft = { service, text };
	int rc = vns_pamstack_resolve(service, VNS_PAMSTACK_ACCOUNT,
				      vns_pamfile_read, text ? &draft : NULL,
				      &stacks->account, err);

	return rc < 0 ? rc :
			vns_pamstack_resolve(service, VNS_PAMSTACK_SESSION,
					     vns_pamfile_read,
					     text ? &draft : NULL,
					     &stacks->session, err);
}

static int read_for_root(const struct stacks *stacks, struct vns_error *err)
{
	int rc = vns_pamtry_read(stacks->account, "account", err);

	return rc < 0 ? rc : vns_pamtry_read(stacks->session, "session", err);
}

static int write_backup(const char *service, const char *text,
			struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	int rc = vns_wired_directory(BACKUP, &directory, err);

	return rc < 0 ? rc : vns_safefile_keep(directory, service, text, err);
}

/* Removes the backup if it has the same text, and else leaves it for review. */
static void remove_backup(const char *service, const char *text)
{
	VNS_AUTOFREE char *backup = NULL;
	char path[PATH_MAX];
	struct vns_error ignored = { "" };
	size_t length;

	if (vns_util_format(path, sizeof(path), BACKUP "/%s", service) &&
	    vns_safefile_read(path, INT_MAX, &backup, &length, &ignored) == 0 &&
	    strcmp(backup, text) == 0)
		unlink(path);
}

/* Messages must name the lines of the file that the administrator has. */
static void number_as_before(struct vns_pamstack *stack, const char *made)
{
	struct vns_pamstack_file *file = stack->files[0];
	unsigned more = 0;
	size_t i;

	for (i = 0; i < file->count; i++) {
		file->lines[i].first -= more;
		file->lines[i].last -= more;
		more += vns_pamedit_is_marked(made, &file->lines[i]);
	}
}

/*
 * Checks the new text before it is used. fresh says whether all of our lines in
 * it are new.
 */
static int check_made(const char *service, const char *made, bool fresh,
		      bool force, struct vns_error *err)
{
	AUTOSTACKS struct stacks stacks = { NULL, NULL };
	int rc = resolve(service, made, &stacks, err);

	if (rc == 0 && fresh) {
		number_as_before(stacks.account, made);
		number_as_before(stacks.session, made);
	}
	/* This check comes first, as it names the line that is wrong. */
	if (rc == 0 && !force)
		rc = read_for_root(&stacks, err);
	if (rc == 0)
		rc = vns_judge_check(stacks.account, stacks.session, err);
	if (rc == 0 && !force)
		rc = vns_pamtry_run(service, stacks.account, err);
	return rc;
}

/* Whether nobody who is to be placed gets past, by whatever lines. */
static bool is_wired(const char *service)
{
	AUTOSTACKS struct stacks stacks = { NULL, NULL };
	struct vns_error ignored = { "" };

	return resolve(service, NULL, &stacks, &ignored) == 0 &&
	       vns_judge_check(stacks.account, stacks.session, &ignored) == 0;
}

/* Returns the text with the lines it had when enabled, if they are lost. */
static int give_kept(const char *service, const char *text, char **made,
		     struct vns_error *err)
{
	VNS_AUTOFREE char *lines = NULL;
	VNS_AUTOFREE char *path = NULL;
	int rc = vns_wired_read(service, &path, &lines, err);

	if (rc == 0)
		return vns_pamkept_give(text, lines, path, made, err);
	if (rc != -ENOENT)
		return rc;
	*made = strdup(text);
	return *made ? 0 : vns_error_memory(err);
}

/* Notes the file's lines. There are none if they are in an included file. */
static int note(const char *service, const char *text, const char *path,
		struct vns_error *err)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *parsed = NULL;
	VNS_AUTOFREE char *lines = NULL;
	int rc = vns_pamstack_parse(text, strlen(text), path, &parsed, err);

	if (rc == 0)
		rc = vns_pamkept_take(text, parsed, &lines, err);
	return rc < 0 || !lines ? rc : vns_wired_note(service, lines, err);
}

/*
 * Makes the file's new text. fresh says whether it had no line of ours. See
 * pamedit.h for left. With wired, the lines that place are good as they are.
 */
static int make_text(const char *service, const struct vns_pamfile *file,
		     bool wired, char **made, bool *fresh,
		     struct vns_error *left, struct vns_error *err)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *parsed = NULL;
	VNS_AUTOPAMFILE struct vns_pamstack_file *given = NULL;
	const struct vns_pamstack_line *own;
	VNS_AUTOFREE char *text = NULL;
	int rc = vns_pamstack_parse(file->text, file->length, file->path,
				    &parsed, err);

	if (rc < 0)
		return rc;
	*fresh = vns_pamedit_count(file->text, parsed, &own) == 0;
	if (!*fresh || wired)
		return vns_pamedit_enable(file->text, file->length, parsed,
					  wired, vns_pamfile_read, NULL, made,
					  left, err);
	rc = give_kept(service, file->text, &text, err);
	if (rc < 0 || !text)
		return rc;
	rc = vns_pamstack_parse(text, strlen(text), file->path, &given, err);
	return rc < 0 ? rc :
			vns_pamedit_enable(text, strlen(text), given, false,
					   vns_pamfile_read, NULL, made, left,
					   err);
}

/*
 * Notes first: the doctor sees a service that is noted but not wired. The
 * reverse nobody would see.
 */
static int put_in_place(const char *service, const struct vns_pamfile *file,
			const char *made, bool fresh, struct vns_error *err)
{
	int rc = fresh ? write_backup(service, file->text, err) : 0;

	if (rc == 0)
		rc = note(service, made, file->path, err);
	return rc < 0 ? rc : vns_pamfile_replace(file, service, made, err);
}

static int add_lines(const char *service, const struct vns_pamfile *file,
		     const char *made, bool fresh,
		     const struct options *options, struct vns_error *err)
{
	int rc = check_made(service, made, fresh, options->force, err);

	if (rc < 0)
		return rc;
	if (options->dry_run) {
		vns_changes_write(stdout, file->path, file->text, made);
		return 0;
	}
	rc = put_in_place(service, file, made, fresh, err);
	if (rc == 0)
		printf("%s: enabled\n", service);
	return rc;
}

/* The service has all lines already. */
static int leave_lines(const char *service, const struct vns_pamfile *file,
		       const struct options *options, struct vns_error *err)
{
	int rc = options->dry_run ? 0 :
				    note(service, file->text, file->path, err);

	if (rc == 0)
		printf("%s: already enabled\n", service);
	return rc;
}

static int enable(const char *service, const struct vns_pamfile *file,
		  const struct options *options, struct vns_error *err)
{
	VNS_AUTOFREE char *made = NULL;
	struct vns_error left = { "" };
	bool fresh = false, wired;
	int rc;

	if (access(VNS_PAMDIR "/" VNS_JUDGE_MODULE, R_OK) < 0)
		return vns_error_set(err, ENOENT,
				     "%s is missing: with the lines, nobody "
				     "could log in; install it first",
				     VNS_PAMDIR "/" VNS_JUDGE_MODULE);
	wired = is_wired(service);
	rc = make_text(service, file, wired, &made, &fresh, &left, err);
	if (rc < 0 || !made)
		return rc;
	if (wired && strcmp(made, file->text) == 0)
		rc = leave_lines(service, file, options, err);
	else
		rc = add_lines(service, file, made, fresh, options, err);
	(void)fflush(stdout);
	if (rc == 0 && left.text[0])
		vns_cli_complain("%s: pam_systemd.so has \"systemd --user\" "
				 "started on the host for placed users, too: "
				 "%s; see pam_vns(8), SIDE DOORS",
				 service, left.text);
	return rc;
}

/* Root may only have got in because of a jump that is being removed. */
static int check_rest(const char *service, const char *made,
		      struct vns_error *err)
{
	AUTOSTACKS struct stacks before = { NULL, NULL };
	AUTOSTACKS struct stacks after = { NULL, NULL };
	struct vns_error ignored = { "" };
	int rc;

	if (resolve(service, NULL, &before, &ignored) < 0 ||
	    read_for_root(&before, &ignored) < 0)
		return 0;
	rc = resolve(service, made, &after, err);
	return rc < 0 ? rc : read_for_root(&after, err);
}

static bool has_module(const struct vns_pamstack *stack)
{
	size_t i;

	for (i = 0; i < stack->count; i++)
		if (vns_pamstack_is(stack->rules[i].line, VNS_JUDGE_MODULE))
			return true;
	return false;
}

/* Forgets a service that has lost its lines or its file. -ENOENT: not noted. */
static int forget(const char *service, const struct options *options,
		  struct vns_error *err)
{
	VNS_AUTOFREE char *lines = NULL;
	VNS_AUTOFREE char *path = NULL;
	int rc = vns_wired_read(service, &path, &lines, err);

	if (rc == -ENOENT)
		return rc;
	if (options->dry_run) {
		printf("%s: has no lines of vns enable any more; its record "
		       "would be removed\n",
		       service);
		return 0;
	}
	rc = vns_wired_forget(service, err);
	if (rc == 0)
		printf("%s: had no lines of vns enable any more; its record "
		       "is removed\n",
		       service);
	return rc;
}

/* vns enable has put nothing into this file; the module may still be used. */
static int report_none(const char *service, const struct vns_pamfile *file,
		       const struct vns_pamstack_line *own,
		       const struct options *options, struct vns_error *err)
{
	AUTOSTACKS struct stacks stacks = { NULL, NULL };
	struct vns_error ignored = { "" };
	int rc;

	if (own)
		return vns_error_set(err, EPERM,
				     "%s:%u was not written by vns enable: "
				     "take it out by hand",
				     file->path, own->first);
	if (resolve(service, NULL, &stacks, &ignored) == 0 &&
	    (has_module(stacks.account) || has_module(stacks.session)))
		return vns_error_set(err, EPERM,
				     "%s includes a file that has the lines: "
				     "run \"vns disable\" for that file",
				     file->path);
	rc = forget(service, options, err);
	if (rc != -ENOENT)
		return rc;
	printf("%s: not enabled\n", service);
	return 0;
}

static int disable(const char *service, const struct vns_pamfile *file,
		   const struct options *options, struct vns_error *err)
{
	VNS_AUTOPAMFILE struct vns_pamstack_file *parsed = NULL;
	const struct vns_pamstack_line *own = NULL;
	VNS_AUTOFREE char *made = NULL;
	int rc = vns_pamstack_parse(file->text, file->length, file->path,
				    &parsed, err);

	if (rc < 0)
		return rc;
	if (vns_pamedit_count(file->text, parsed, &own) == 0)
		return report_none(service, file, own, options, err);
	rc = vns_pamedit_disable(file->text, file->length, parsed, &made, err);
	if (rc == 0 && !options->force)
		rc = check_rest(service, made, err);
	if (rc < 0)
		return rc;
	if (options->dry_run) {
		vns_changes_write(stdout, file->path, file->text, made);
		return 0;
	}
	rc = vns_pamfile_replace(file, service, made, err);
	if (rc == 0)
		rc = vns_wired_forget(service, err);
	if (rc < 0)
		return rc;
	remove_backup(service, made);
	if (!own)
		printf("%s: disabled\n", service);
	return own ? report_none(service, file, own, options, err) : 0;
}

typedef int change(const char *service, const struct vns_pamfile *file,
		   const struct options *options, struct vns_error *err);

static int change_one(const char *service, change *run,
		      const struct options *options)
{
	VNS_AUTOPAMEDITED struct vns_pamfile file = VNS_PAMFILE_NONE;
	const char *refused = vns_judge_refused(service);
	struct vns_error err = { "" };
	int rc;

	if (!vns_util_name_valid(service)) {
		vns_cli_complain("\"%s\" is not the name of a service",
				 service);
		return VNS_EXIT_UNKNOWN;
	}
	/* This also refuses services that have no file. */
	if (refused && run == enable) {
		vns_cli_complain("%s: %s", service, refused);
		return VNS_EXIT_FAILURE;
	}
	rc = vns_pamfile_open(service, &file, &err);
	if (rc == -ENOENT && run == disable &&
	    forget(service, options, &err) == 0)
		return VNS_EXIT_OK;
	if (rc == -ENOENT) {
		vns_cli_complain("%s: there is no %s", service, file.path);
		return VNS_EXIT_UNKNOWN;
	}
	if (rc == 0)
		rc = run(service, &file, options, &err);
	if (rc == 0)
		return VNS_EXIT_OK;
	vns_cli_complain("%s: %s", service, err.text);
	return VNS_EXIT_FAILURE;
}

/* Goes on after a failure. Returns the exit code of the first failure. */
static int change_each(const char *const *services, size_t count, change *run,
		       const struct options *options)
{
	int code, total = VNS_EXIT_OK;
	size_t i;

	for (i = 0; i < count; i++) {
		code = change_one(services[i], run, options);
		(void)fflush(stdout);
		if (total == VNS_EXIT_OK)
			total = code;
	}
	return total;
}

static int enable_as_before(const struct options *options)
{
	struct vns_strings services = { 0 };
	struct vns_error err;
	int code = VNS_EXIT_OK;

	if (vns_wired_list(&services, &err) < 0) {
		vns_cli_complain("%s", err.text);
		code = VNS_EXIT_FAILURE;
	} else if (services.count == 0) {
		printf("no service was enabled\n");
	} else {
		code = change_each((const char *const *)services.items,
				   services.count, enable, options);
	}
	vns_strings_free(&services);
	return code;
}

static int change_all(int argc, char **argv, change *run)
{
	static const struct option known[] = {
		{ "dry-run", no_argument, NULL, 'n' },
		{ "force", no_argument, NULL, 'f' },
		{ "all-as-before", no_argument, NULL, 'a' },
		{ 0 },
	};
	struct options options = { false, false };
	bool as_before = false;
	int option;

	while ((option = getopt_long(argc, argv, "+nf", known, NULL)) != -1) {
		if (option == '?')
			return VNS_EXIT_USAGE;
		options.dry_run |= option == 'n';
		options.force |= option == 'f';
		as_before |= option == 'a';
	}
	if (as_before && (optind < argc || run != enable))
		return vns_cli_usage("--all-as-before can only be used with "
				     "enable and without names: it takes all "
				     "services that were enabled");
	if (as_before)
		return enable_as_before(&options);
	if (optind == argc)
		return vns_cli_usage("%s needs the name of a service, as in "
				     "\"vns %s sshd\"",
				     argv[0], argv[0]);
	return change_each((const char *const *)argv + optind,
			   (size_t)(argc - optind), run, &options);
}

int vns_cli_enable(struct vns_cli *cli, int argc, char **argv)
{
	(void)cli;
	return change_all(argc, argv, enable);
}

int vns_cli_disable(struct vns_cli *cli, int argc, char **argv)
{
	(void)cli;
	return change_all(argc, argv, disable);
}
