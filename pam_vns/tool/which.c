/* vns which: prints where a login of a user would land, and why. */
#include "tool/cli.h"
#include "doctor/doctor.h"
#include "login/find.h"
#include "login/login.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

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

/* What the login itself does not say before it is tried. */
static void look(struct vns_doctor *doctor, void *argument)
{
	const struct vns_login *login = argument;

	vns_doctor_begin(doctor, login->who.user);
	if (login->vserver && login->place.root < 0)
		vns_doctor_stopped_user(doctor, login);
	vns_doctor_allowed(doctor, login->who.user);
	vns_doctor_account(doctor, login->who.user);
}

/*
 * Prints what would refuse the login all the same, as vns doctor finds it, and
 * returns whether there is anything.
 */
static bool is_refused(const struct vns_cli *cli, struct vns_login *login)
{
	VNS_AUTOREPORT struct vns_report report = { 0 };
	struct vns_doctor doctor = {
		.report = &report,
		.config_path = cli->config_path,
		.config = login->config,
		.user = login->who.user,
		.service = login->who.service,
		.log = cli->log,
		.channel = -1,
	};
	bool refused = false;
	size_t i;

	/* Nobody else can look. */
	if (geteuid() != 0 ||
	    vns_strings_add(&doctor.services, login->who.service) < 0)
		return false;
	/* What is printed so far comes first, in a pipe, too. */
	(void)fflush(stdout);
	vns_doctor_sshd(&doctor);
	/* What is said of its settings is no matter of this login. */
	vns_report_free(&report);
	vns_doctor_apart(&doctor, look, login, NULL);
	for (i = 0; i < report.count; i++) {
		const struct vns_report_entry *entry = &report.entries[i];

		if (entry->state != VNS_REPORT_FAIL)
			continue;
		refused = true;
		vns_cli_complain("%s; %s", entry->text, entry->remedy);
	}
	vns_strings_free(&doctor.services);
	vns_doctor_sshd_free(&doctor.sshd);
	return refused;
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
		return is_refused(cli, &login) ? VNS_EXIT_FAILURE : VNS_EXIT_OK;
	if (login.decision.target == VNS_TARGET_VSERVER) {
		if (vns_find_vserver(&login, false, &err) == 0) {
			print_place(&login);
			return is_refused(cli, &login) ? VNS_EXIT_FAILURE :
							 VNS_EXIT_OK;
		}
		vns_cli_complain("%s", err.text);
	}
	printf("message: %s\n", login.notice);
	return VNS_EXIT_FAILURE;
}
