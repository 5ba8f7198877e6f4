/* enter, exec, mounts */
#include "account.h"
#include "cli.h"
#include "preflight.h"
#include "procfs.h"
#include "safefile.h"
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

/* From 1 to 4 the exit code is the program's; our own is always 255. */
static int open_to_run(const struct vns_cli *cli, const char *id,
		       struct vns_vserver **vserver, struct vns_place *place)
{
	return vns_cli_open(cli->config, id, vserver, place) == VNS_EXIT_OK ?
		       VNS_EXIT_OK :
		       VNS_EXIT_ERROR;
}

static int add_variable(struct vns_strings *list, const char *name,
			const char *value)
{
	return value ? vns_strings_add_variable(list, name, value) : 0;
}

/* As at a login: nothing of the caller's but the terminal's type. */
static int make_environment(const struct vns_vserver *vserver,
			    const struct passwd *pw, const char *shell,
			    struct vns_strings *list)
{
	char context[24];

	snprintf(context, sizeof(context), "%lu", vserver->context);
	if (vns_strings_add(list, VNS_SPAWN_PATH) < 0 ||
	    add_variable(list, "TERM", getenv("TERM")) < 0 ||
	    add_variable(list, "HOME", pw->pw_dir) < 0 ||
	    add_variable(list, "USER", pw->pw_name) < 0 ||
	    add_variable(list, "LOGNAME", pw->pw_name) < 0 ||
	    add_variable(list, "SHELL", shell) < 0 ||
	    add_variable(list, "VNS_NAME", vserver->name) < 0 ||
	    add_variable(list, "VNS_CONTEXT",
			 vserver->context ? context : NULL) < 0)
		return -ENOMEM;
	return 0;
}

static int become(const struct vns_account *account, struct vns_error *err)
{
	if (setgroups(account->group_count, account->groups) < 0 ||
	    setresgid(account->pw.pw_gid, account->pw.pw_gid,
		      account->pw.pw_gid) < 0 ||
	    setresuid(account->pw.pw_uid, account->pw.pw_uid,
		      account->pw.pw_uid) < 0)
		return vns_error_errno(err, errno, "becoming user \"%s\"",
				       account->pw.pw_name);
	return 0;
}

/* The account is the host's; nothing is looked up inside. */
static int go_inside(const struct vns_place *place,
		     const struct vns_account *account, struct vns_error *err)
{
	VNS_AUTOCLOSE int home =
		vns_preflight_open(place->root, account->pw.pw_dir, true);
	int rc;

	if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return vns_error_errno(err, errno, "close_range");
	rc = vns_namespace_enter(place, err);
	if (rc == 0)
		rc = become(account, err);
	/* Without a home directory it begins in "/". */
	if (rc == 0 && home >= 0 && fchdir(home) < 0 && errno != EACCES)
		rc = vns_error_errno(err, errno, "%s", account->pw.pw_dir);
	return rc;
}

static int run_as(const struct vns_vserver *vserver,
		  const struct vns_place *place, const char *user, char **argv)
{
	VNS_AUTOACCOUNT struct vns_account account = { 0 };
	struct vns_strings environment = { 0 };
	char *login_shell[] = { NULL, (char *)"-l", NULL };
	struct vns_error err;
	const char *shell;
	int rc = vns_account_find(user, &account, &err);

	if (rc == 0)
		rc = vns_account_load_groups(&account, &err);
	if (rc < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_ERROR;
	}
	shell = account.pw.pw_shell;
	if (!vns_preflight_check(place->root, shell, "/").shell)
		shell = "/bin/sh";
	login_shell[0] = (char *)shell;
	if (make_environment(vserver, &account.pw, shell, &environment) < 0) {
		vns_cli_complain("out of memory");
		return VNS_EXIT_ERROR;
	}
	if (go_inside(place, &account, &err) < 0) {
		vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
		return VNS_EXIT_ERROR;
	}
	/* execvpe looks along our own PATH. */
	setenv("PATH", strchr(VNS_SPAWN_PATH, '=') + 1, 1);
	return vns_cli_run(argv ? argv : login_shell, environment.items);
}

static int parse_user(int argc, char **argv, const char **user)
{
	static const struct option options[] = {
		{ "user", required_argument, NULL, 'u' },
		{ 0 },
	};
	int option;

	*user = "root";
	while ((option = getopt_long(argc, argv, "+u:", options, NULL)) != -1) {
		if (option != 'u')
			return VNS_EXIT_ERROR;
		*user = optarg;
	}
	if (optind < argc)
		return VNS_EXIT_OK;
	vns_cli_usage("%s needs the name of a vserver", argv[0]);
	return VNS_EXIT_ERROR;
}

int vns_cli_enter(struct vns_cli *cli, int argc, char **argv)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	const char *user;
	int code = parse_user(argc, argv, &user);

	if (code == VNS_EXIT_OK && optind + 1 < argc) {
		vns_cli_usage("enter starts a shell; to run a program use "
			      "\"exec NAME -- PROGRAM\"");
		return VNS_EXIT_ERROR;
	}
	if (code == VNS_EXIT_OK)
		code = open_to_run(cli, argv[optind], &vserver, &place);
	return code == VNS_EXIT_OK ? run_as(vserver, &place, user, NULL) : code;
}

int vns_cli_exec(struct vns_cli *cli, int argc, char **argv)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	const char *user, *id;
	int code = parse_user(argc, argv, &user);

	if (code != VNS_EXIT_OK)
		return code;
	id = argv[optind++];
	if (optind < argc && strcmp(argv[optind], "--") == 0)
		optind++;
	if (optind == argc) {
		vns_cli_usage("exec needs a program to run");
		return VNS_EXIT_ERROR;
	}
	code = open_to_run(cli, id, &vserver, &place);
	return code == VNS_EXIT_OK ?
		       run_as(vserver, &place, user, argv + optind) :
		       code;
}

/* Words that the tenant has chosen must not drive the terminal. */
static void print_mount(const struct vns_procfs_mount *mount)
{
	char target[PATH_MAX], type[64], source[PATH_MAX], options[2048];

	vns_log_escape(target, sizeof(target), mount->target);
	vns_log_escape(type, sizeof(type), mount->type);
	vns_log_escape(source, sizeof(source), mount->source);
	vns_log_escape(options, sizeof(options), mount->options);
	printf("%-24s %-10s %-24s %s\n", target, type, source, options);
}

static int print_mounts(FILE *file)
{
	struct vns_procfs_mount mount;
	char *line = NULL;
	size_t size = 0;

	printf("%-24s %-10s %-24s %s\n", "TARGET", "TYPE", "SOURCE", "OPTIONS");
	while (getline(&line, &size, file) > 0)
		if (vns_procfs_parse_mount(line, &mount))
			print_mount(&mount);
	free(line);
	return VNS_EXIT_OK;
}

int vns_cli_mounts(struct vns_cli *cli, int argc, char **argv)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	VNS_AUTOCLOSE int proc = open("/proc", O_PATH | O_CLOEXEC);
	struct vns_error err;
	FILE *file;
	int fd, code;

	if (getopt(argc, argv, "+") != -1)
		return VNS_EXIT_USAGE;
	if (argc - optind != 1)
		return vns_cli_usage("mounts needs the name of one vserver");
	code = vns_cli_open(cli->config, argv[optind], &vserver, &place);
	if (code != VNS_EXIT_OK)
		return code;
	if (vns_namespace_enter(&place, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_FAILURE;
	}
	/* By the host's /proc: what the tenant put there is not asked. */
	fd = openat(proc, "thread-self/mountinfo", O_RDONLY | O_CLOEXEC);
	file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!file) {
		vns_cli_complain("mountinfo: %s", strerrordesc_np(errno));
		return VNS_EXIT_FAILURE;
	}
	code = print_mounts(file);
	(void)fclose(file);
	return code;
}
