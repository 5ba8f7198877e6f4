/* vns: the administrator's tool. See vns(8). */
#include "tool/cli.h"
#include "config/load.h"
#include "tool/sealed.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct command {
	const char *name; /* NULL: heading of the following commands */
	int (*run)(struct vns_cli *cli, int argc, char **argv);
	const char *arguments;
	const char *help;
	bool runs_program; /* errors of vns itself are 255 */
} commands[] = {
	{ NULL, NULL, NULL, "Vservers", false },
	{ "start", vns_cli_start, "[-u USER] NAME... | --boot",
	  "start vservers, or all with start = \"boot\"", false },
	{ "stop", vns_cli_stop, "[-t SECONDS] [-m TEXT] NAME... | --all",
	  "end all that runs in them, and undo their mounts", false },
	{ "restart", vns_cli_restart,
	  "[-t SECONDS] [-m TEXT] [-u USER] NAME...", "stop, then start",
	  false },
	{ "status", vns_cli_status, "NAME",
	  "whether it runs; exits with 0, or 3 if stopped, 4 if unknown",
	  false },
	{ "list", vns_cli_list, "[--json | --names]",
	  "all vservers and their state", false },
	{ "adopt", vns_cli_adopt, "NAME PID",
	  "note which process another engine's vserver is, for logins", false },
	{ NULL, NULL, NULL, "Inside", false },
	{ "enter", vns_cli_enter, "[-u USER] NAME", "a shell inside, as root",
	  true },
	{ "exec", vns_cli_exec, "[-u USER] NAME -- PROGRAM [ARGUMENT...]",
	  "run a program inside", true },
	{ "mounts", vns_cli_mounts, "NAME", "what is mounted inside", false },
	{ "ns", vns_cli_ns, "NAME [PROGRAM [ARGUMENT...]]",
	  "its namespaces, for nsenter(1) and other programs", true },
	{ "mkhome", vns_cli_mkhome, "[-k DIRECTORY] [-m MODE] NAME USER",
	  "make the user's home directory inside, if it is missing", false },
	{ NULL, NULL, NULL, "Logins", false },
	{ "sessions", vns_cli_sessions, "[--json | --metrics] [NAME...]",
	  "who is in which vserver, from where and since when", false },
	{ "keeper", vns_cli_keeper, "[--background]",
	  "serve logins, as vns.service does; logins start it otherwise",
	  false },
	{ "which", vns_cli_which, "USER [--service S] [--rhost H] [--tty T]",
	  "where a login would go, and why", false },
	{ NULL, NULL, NULL, "Configuration", false },
	{ "check", vns_cli_check, "[FILE...]",
	  "look for mistakes in the configuration", false },
	{ "doctor", vns_cli_doctor, "[--service S] [--json] [USER]",
	  "what keeps logins from working, or undoes them, with remedies",
	  false },
	{ "enable", vns_cli_enable,
	  "[--dry-run] [--force] SERVICE... | --all-as-before",
	  "make logins by a service go to vservers (its file in /etc/pam.d)",
	  false },
	{ "disable", vns_cli_disable, "[--dry-run] [--force] SERVICE...",
	  "undo what enable has done", false },
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(void)
{
	size_t i;

	printf("Usage: vns [-c FILE] COMMAND [ARGUMENT...]\n"
	       "       vns COMMAND --help\n");
	for (i = 0; i < COMMANDS; i++) {
		if (commands[i].name)
			printf("  %-9s %s\n", commands[i].name,
			       commands[i].help);
		else
			printf("\n%s:\n", commands[i].help);
	}
	printf("\n  -c, --config FILE  read FILE instead of " VNS_CONFIG_PATH
	       "\n"
	       "  -h, --help         this text; after a COMMAND, about that\n"
	       "  -V, --version      the version\n\n"
	       "A vserver is named by its NAME, its context number, or "
	       ":NAME.\n\n"
	       "From a definition to a login:\n"
	       "  echo 'root = \"/srv/vservers/acme\"' "
	       ">/etc/vns/vservers/acme.conf\n"
	       "  vns check && vns start acme\n"
	       "  vns exec acme -- cat /etc/os-release\n"
	       "  vns which alice && vns doctor alice\n\n"
	       "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not running, "
	       "4 unknown;\nenter, exec, ns: the program's, or 255; doctor: "
	       "0 all passed, 1 warnings,\n2 failures, 3 it could not look. "
	       "More in vns(8).\n");
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (commands[i].name && strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static bool asks_for_help(int argc, char **argv)
{
	return argc > 1 &&
	       (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
}

static int finish(int code)
{
	if (fflush(stdout) == 0 || code != VNS_EXIT_OK)
		return code;
	vns_cli_complain("standard output cannot be written");
	return VNS_EXIT_FAILURE;
}

/*
 * vns disable must work even if the configuration is broken; the keeper reads
 * it anew for each login.
 */
static bool needs_config(const struct command *command)
{
	return command->run != vns_cli_disable &&
	       command->run != vns_cli_keeper;
}

/* What it runs inside is the tenant's. */
static bool enters(const struct command *command)
{
	return command->run == vns_cli_enter || command->run == vns_cli_exec;
}

static int prepare(struct vns_cli *cli, const struct command *command,
		   struct vns_error *err)
{
	int rc = enters(command) ? vns_sealed_begin(cli->argv, err) : 0;

	if (rc == 0 && needs_config(command))
		rc = vns_load_config(cli->config_path, &cli->config, err);
	return rc;
}

static int run_command(struct vns_cli *cli, int argc, char **argv)
{
	const struct command *command = find_command(argv[0]);
	struct vns_error err;
	int code;

	if (!command)
		return vns_cli_usage("there is no command \"%s\"", argv[0]);
	if (asks_for_help(argc, argv)) {
		vns_cli_help(command->name, command->arguments, command->help);
		return VNS_EXIT_OK;
	}
	optind = 0;
	if (command->run == vns_cli_doctor)
		return finish(command->run(cli, argc, argv));
	if (geteuid() != 0) {
		vns_cli_complain("only root can do this");
		return command->runs_program ? VNS_EXIT_ERROR :
					       VNS_EXIT_FAILURE;
	}
	if (prepare(cli, command, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return command->runs_program ? VNS_EXIT_ERROR :
					       VNS_EXIT_FAILURE;
	}
	code = command->run(cli, argc, argv);
	vns_config_free(cli->config);
	return finish(code);
}

static void write_log(void *context, enum vns_log_level level, const char *text)
{
	const struct vns_cli *cli = context;

	(void)level;
	if (cli->progress)
		vns_term_progress_hide(cli->progress);
	vns_cli_warn("%s", text);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct vns_cli cli = {
		.argv = argv,
		.config_path = VNS_CONFIG_PATH,
		.log = { .write = write_log },
	};
	int option;

	vns_cli_open_standard();
	cli.log.context = &cli;
	while ((option = getopt_long(argc, argv, "+c:hV", options, NULL)) !=
	       -1) {
		switch (option) {
		case 'c':
			cli.config_path = optarg;
			break;
		case 'h':
			print_help();
			return VNS_EXIT_OK;
		case 'V':
			printf("vns (pam_vns) " VNS_VERSION "\n");
			return VNS_EXIT_OK;
		default:
			return VNS_EXIT_USAGE;
		}
	}
	if (optind == argc)
		return vns_cli_usage("a command is missing");
	return run_command(&cli, argc - optind, argv + optind);
}
