/* vns mkhome: makes users' home directories in their vservers. */
#include "config/definition.h"
#include "tool/cli.h"
#include "tool/home.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SKELETON "/etc/skel"

static bool parse_mode(const char *text, mode_t *mode)
{
	size_t length = strspn(text, "01234567");

	if (length == 0 || length > 4 || text[length])
		return false;
	*mode = (mode_t)strtoul(text, NULL, 8);
	return *mode <= 0777;
}

static bool parse(int argc, char **argv, struct vns_home *mkhome)
{
	static const struct option options[] = {
		{ "skel", required_argument, NULL, 'k' },
		{ "mode", required_argument, NULL, 'm' },
		{ 0 },
	};
	int option;

	mkhome->skeleton = access(SKELETON, F_OK) == 0 ? SKELETON : NULL;
	mkhome->mode = 0700;
	while ((option = getopt_long(argc, argv, "+k:m:", options, NULL)) !=
	       -1) {
		if (option == 'k') {
			mkhome->skeleton = strcmp(optarg, "none") == 0 ? NULL :
									 optarg;
		} else if (option != 'm') {
			return false;
		} else if (!parse_mode(optarg, &mkhome->mode)) {
			vns_cli_usage("--mode takes an octal number, 0 to 777");
			return false;
		}
	}
	if (argc - optind == 2)
		return true;
	vns_cli_usage("mkhome needs the names of a vserver and a user");
	return false;
}

int vns_cli_mkhome(struct vns_cli *cli, int argc, char **argv)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	VNS_AUTOACCOUNT struct vns_account account = { 0 };
	struct vns_home mkhome = { .account = &account };
	char directory[PATH_MAX];
	struct vns_error err;
	bool made;
	int code;

	if (!parse(argc, argv, &mkhome))
		return VNS_EXIT_USAGE;
	if (vns_account_find(argv[optind + 1], &account, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_FAILURE;
	}
	code = vns_cli_open(cli->config, argv[optind], argv[optind + 1],
			    &vserver, &place);
	if (code != VNS_EXIT_OK)
		return code;
	if (vns_home_make(&mkhome, &place, &made, &err) < 0) {
		vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
		return VNS_EXIT_FAILURE;
	}
	vns_log_value(directory, sizeof(directory), account.pw.pw_dir);
	printf("%s: %s %s\n", vserver->name, directory,
	       made ? "made" : "exists");
	return VNS_EXIT_OK;
}
