/* vns which: prints where a login of a user would land, and why. */
#include "tool/cli.h"
#include "login/find.h"
#include "login/login.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>

static bool parse_which(int argc, char **argv, struct vns_login *login)
{
	static const struct option options[] = {
		{ "service", required_argument, NULL, 's' },
		{ "rhost", required_argument, NULL, 'r' },
		{ "tty", required_argument, NULL, 't' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "s:r:t:", options, NULL)) !=
	       -1) {
		if (option == 's')
			login->who.service = optarg;
		else if (option == 'r')
			login->who.rhost = optarg;
		else if (option == 't')
			login->who.tty = optarg;
		else
			return false;
	}
	if (argc - optind == 1) {
		login->who.user = argv[optind];
		return true;
	}
	vns_cli_usage("which needs the name of one user");
	return false;
}

/* Prints a line whose value may come from strangers; after may be "". */
static void print_value(const char *key, const char *value, const char *after)
{
	char text[PATH_MAX];

	vns_log_value(text, sizeof(text), value);
	printf("%-8s %s%s\n", key, text, after);
}

static void print_place(const struct vns_login *login)
{
	const char *shell = login->account.pw.pw_shell;
	char after[128];

	if (login->place.ns[VNS_NS_MNT] < 0) {
		printf("state:   stopped; a login starts it\n");
		return;
	}
	printf("state:   running\n");
	snprintf(after, sizeof(after), " (%s)", vns_shell_says(login->shell));
	print_value("shell:", vns_shell_path(shell),
		    login->shell == VNS_SHELL_FOUND ? "" : after);
	print_value("home:", login->account.pw.pw_dir,
		    login->home_missing ? " (missing inside: \"/\" instead)" :
					  "");
}

int vns_cli_which(struct vns_cli *cli, int argc, char **argv)
{
	static const char *const targets[] = {
		[VNS_TARGET_VSERVER] = "vserver",
		[VNS_TARGET_HOST] = "host",
		[VNS_TARGET_DENY] = "deny",
	};
	VNS_AUTOLOGIN struct vns_login login = { .place = VNS_PLACE_NONE };
	struct vns_error err;
	char uid[32];

	vns_login_init(&login, cli->config_path, NULL, &cli->log);
	login.who.service = "sshd";
	if (!parse_which(argc, argv, &login))
		return VNS_EXIT_USAGE;
	if (vns_login_decide(&login, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_FAILURE;
	}
	snprintf(uid, sizeof(uid), " (uid %lu)",
		 (unsigned long)login.account.pw.pw_uid);
	print_value("user:", login.account.pw.pw_name, uid);
	print_value("service:", login.who.service, "");
	print_value("rule:", login.decision.rule, "");
	printf("target:  %s%s%s\n", targets[login.decision.target],
	       *login.decision.vserver ? " " : "", login.decision.vserver);
	if (login.decision.target == VNS_TARGET_HOST)
		return VNS_EXIT_OK;
	if (login.decision.target == VNS_TARGET_VSERVER) {
		if (vns_find_vserver(&login, false, &err) == 0) {
			print_place(&login);
			return VNS_EXIT_OK;
		}
		vns_cli_complain("%s", err.text);
	}
	printf("message: %s\n", login.notice);
	return VNS_EXIT_FAILURE;
}
