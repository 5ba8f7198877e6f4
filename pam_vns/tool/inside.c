/* vns enter and vns exec: run a shell or a program in a vserver. */
#include "config/definition.h"
#include "config/environment.h"
#include "lib/envrule.h"
#include "tool/cli.h"
#include "login/preflight.h"
#include "tool/exec.h"
#include "system/spawn.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Exit codes 1 to 4 may be the program's. Our own errors are always 255. */
static int open_to_run(const struct vns_cli *cli, const char *id,
		       const char *user, struct vns_vserver **vserver,
		       struct vns_place *place)
{
	return vns_cli_open(cli->config, id, user, vserver, place) ==
			       VNS_EXIT_OK ?
		       VNS_EXIT_OK :
		       VNS_EXIT_ERROR;
}

static int add_variable(struct vns_strings *list, const char *name,
			const char *value)
{
	return value ? vns_strings_add_variable(list, name, value) : 0;
}

/* Makes an environment as at a login: only TERM is taken from the caller. */
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

/* Those that the definition sets at a login are set here, too. */
static int set_variables(const struct vns_vserver *vserver,
			 const struct passwd *pw, struct vns_strings *list,
			 struct vns_error *err)
{
	struct vns_strings rules = { 0 };
	int rc = vns_environment_expand(vserver, pw, &rules, err);

	if (rc == 0 && vns_envrule_set(&rules, list) < 0)
		rc = vns_error_memory(err);
	vns_strings_free(&rules);
	return rc;
}

static int run_as(const struct vns_vserver *vserver,
		  const struct vns_place *place, const char *user, char **argv)
{
	VNS_AUTOACCOUNT struct vns_account account = { 0 };
	struct vns_strings environment = { 0 };
	struct vns_exec session = { .vserver = vserver,
				    .place = place,
				    .account = &account };
	char *login_shell[] = { NULL, (char *)"-l", NULL };
	struct vns_error err;
	const char *shell;
	int code = VNS_EXIT_ERROR;
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
	if (set_variables(vserver, &account.pw, &environment, &err) < 0) {
		vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
		return VNS_EXIT_ERROR;
	}
	session.argv = argv ? argv : login_shell;
	session.envp = environment.items;
	if (vns_exec_run(&session, &code, &err) < 0) {
		vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
		return VNS_EXIT_ERROR;
	}
	return code;
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
		code = open_to_run(cli, argv[optind], user, &vserver, &place);
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
	code = open_to_run(cli, id, user, &vserver, &place);
	return code == VNS_EXIT_OK ?
		       run_as(vserver, &place, user, argv + optind) :
		       code;
}
