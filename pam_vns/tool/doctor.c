/* vns doctor: looks at everything that logins need, and prints the findings. */
#include "config/load.h"
#include "doctor/doctor.h"
#include "tool/cli.h"
#include "tool/printout.h"
#include "vserver/names.h"

#include <getopt.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The exit codes that monitoring plugins use; 3 means "unknown" there. */
enum {
	EXIT_PASSED = 0,
	EXIT_WARNINGS = 1,
	EXIT_FAILURES = 2,
	EXIT_UNKNOWN = 3,
};

/* More users would take minutes. A single one can be asked for instead. */
#define USERS_MAX 10000

struct options {
	bool json, quiet;
};

/* --- all users ------------------------------------------------------------ */

/* Adds names spelt out in rules: some directory services do not list users. */
static void list_rules(struct vns_doctor *doctor)
{
	const struct vns_config *config = doctor->config;
	size_t i, j;

	for (i = 0; i < config->rule_count; i++) {
		const struct vns_strings *users = &config->rules[i].users;

		for (j = 0; j < users->count; j++)
			if (!strpbrk(users->items[j], "!*?["))
				vns_doctor_begin(doctor, users->items[j]);
	}
}

/* A directory that cannot be read has none. */
static void list_files(struct vns_doctor *doctor)
{
	struct vns_strings users = { 0 };
	struct vns_error ignored;
	size_t i;

	(void)vns_load_users(doctor->config, &users, &ignored);
	for (i = 0; i < users.count; i++)
		vns_doctor_begin(doctor, users.items[i]);
	vns_strings_free(&users);
}

static void list_users(struct vns_doctor *doctor, void *argument)
{
	const struct passwd *pw;
	unsigned count = 0;

	(void)argument;
	list_rules(doctor);
	list_files(doctor);
	setpwent();
	while (count < USERS_MAX && (pw = getpwent())) {
		vns_doctor_begin(doctor, pw->pw_name);
		count++;
	}
	if (count == USERS_MAX && getpwent())
		vns_doctor_warn(doctor, "users", "",
				"ask about a user who matters: \"vns doctor "
				"USER\"",
				"there are more than %d users: the others "
				"are not looked at",
				USERS_MAX);
	endpwent();
}

static void check_users(struct vns_doctor *doctor)
{
	struct vns_strings users = { 0 };

	if (doctor->user)
		vns_strings_add(&users, doctor->user);
	else
		vns_doctor_apart(doctor, list_users, NULL, &users);
	vns_strings_unique(&users);
	vns_doctor_each(doctor, &users, vns_doctor_user);
	vns_strings_free(&users);
}

/* --- all checks ----------------------------------------------------------- */

static void work_config(struct vns_doctor *doctor, void *argument)
{
	(void)argument;
	vns_doctor_config(doctor);
}

static void work_ranges(struct vns_doctor *doctor, void *argument)
{
	(void)argument;
	vns_doctor_ranges(doctor);
}

static void work_host(struct vns_doctor *doctor, void *argument)
{
	(void)argument;
	vns_doctor_host(doctor);
}

static void work_keeper(struct vns_doctor *doctor, void *argument)
{
	(void)argument;
	vns_doctor_begin(doctor, "keeper");
	vns_doctor_keeper(doctor);
}

static void work_units(struct vns_doctor *doctor, void *argument)
{
	(void)argument;
	vns_doctor_begin(doctor, "");
	vns_doctor_units(doctor);
}

static void work_doors(struct vns_doctor *doctor, void *argument)
{
	(void)argument;
	vns_doctor_begin(doctor, "");
	vns_doctor_nologin(doctor);
	vns_doctor_doors(doctor, NULL);
}

static void check_vservers(struct vns_doctor *doctor)
{
	struct vns_strings names = { 0 };
	struct vns_error err;

	if (vns_names_all(doctor->config, &names, &err) < 0)
		vns_doctor_fail(doctor, "config", "",
				"correct what the message says", "%s",
				err.text);
	vns_doctor_each(doctor, &names, vns_doctor_vserver);
	vns_strings_free(&names);
}

static void look_at_all(struct vns_doctor *doctor)
{
	struct vns_error ignored;

	vns_doctor_apart(doctor, work_host, NULL, NULL);
	vns_doctor_apart(doctor, work_config, NULL, NULL);
	vns_doctor_apart(doctor, work_keeper, NULL, NULL);
	vns_doctor_pam(doctor);
	vns_doctor_wired(doctor);
	vns_doctor_apart(doctor, work_units, NULL, NULL);
	vns_doctor_sshd(doctor);
	/*
	 * Without a configuration there is no more to check; it is reported
	 * already.
	 */
	if (vns_load_config(doctor->config_path, &doctor->config, &ignored) < 0)
		return;
	vns_doctor_apart(doctor, work_ranges, NULL, NULL);
	if (!doctor->user)
		check_vservers(doctor);
	vns_doctor_apart(doctor, work_doors, NULL, NULL);
	check_users(doctor);
	vns_config_free(doctor->config);
	doctor->config = NULL;
}

/* --- the command ---------------------------------------------------------- */

static bool parse(int argc, char **argv, struct vns_doctor *doctor,
		  struct options *options)
{
	static const struct option names[] = {
		{ "service", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ "quiet", no_argument, NULL, 'q' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "s:jq", names, NULL)) != -1) {
		if (option == 's')
			doctor->service = optarg;
		else if (option == 'j')
			options->json = true;
		else if (option == 'q')
			options->quiet = true;
		else
			return false;
	}
	if (doctor->service && !vns_util_name_valid(doctor->service)) {
		vns_cli_usage("\"%s\" is not the name of a service",
			      doctor->service);
		return false;
	}
	if (argc - optind > 1) {
		vns_cli_usage("doctor takes the name of one user, or none");
		return false;
	}
	doctor->user = argv[optind];
	return true;
}

static void ignore(void *context, enum vns_log_level level, const char *text)
{
	(void)context;
	(void)level;
	(void)text;
}

static void print(const struct vns_report *report,
		  const struct options *options)
{
	if (options->json) {
		vns_printout_json(report, stdout);
		return;
	}
	vns_printout_lines(report, stdout, options->quiet);
	printf("%zu passed, %zu warnings, %zu failures\n",
	       report->counts[VNS_REPORT_OK], report->counts[VNS_REPORT_WARN],
	       report->counts[VNS_REPORT_FAIL]);
}

int vns_cli_doctor(struct vns_cli *cli, int argc, char **argv)
{
	static const int codes[VNS_REPORT_STATES] = {
		[VNS_REPORT_OK] = EXIT_PASSED,
		[VNS_REPORT_WARN] = EXIT_WARNINGS,
		[VNS_REPORT_FAIL] = EXIT_FAILURES,
	};
	VNS_AUTOREPORT struct vns_report report = { 0 };
	struct vns_doctor doctor = {
		.report = &report,
		.config_path = cli->config_path,
		.log = { .write = ignore },
		.channel = -1,
	};
	struct options options = { 0 };

	if (!parse(argc, argv, &doctor, &options))
		return EXIT_UNKNOWN;
	if (geteuid() != 0) {
		vns_cli_complain("only root can do this");
		return EXIT_UNKNOWN;
	}
	/* The caller may ignore SIGCHLD, but this waits for its children. */
	(void)signal(SIGCHLD, SIG_DFL);
	look_at_all(&doctor);
	vns_strings_free(&doctor.services);
	vns_doctor_sshd_free(&doctor.sshd);
	if (report.no_memory) {
		vns_cli_complain("out of memory");
		return EXIT_UNKNOWN;
	}
	print(&report, &options);
	return codes[vns_report_worst(&report)];
}
