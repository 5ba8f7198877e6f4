/* vns check: prints what is wrong in the configuration. */
#include "tool/cli.h"
#include "doctor/check.h"
#include "doctor/overlap.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

static void complain(void *context, bool error, const char *text)
{
	(void)context;
	if (error)
		vns_cli_complain("%s", text);
	else
		vns_cli_warn("%s", text);
}

static void print_findings(const struct vns_findings *findings)
{
	struct vns_term term = vns_term_look(stdout);
	char text[96];

	snprintf(text, sizeof(text), "%u files, %u errors, %u warnings",
		 findings->files, findings->errors, findings->warnings);
	vns_term_print(&term,
		       findings->errors	  ? VNS_TERM_BAD :
		       findings->warnings ? VNS_TERM_WARN :
					    VNS_TERM_GOOD,
		       text, 0);
	putchar('\n');
}

int vns_cli_check(struct vns_cli *cli, int argc, char **argv)
{
	struct vns_findings findings = { .found = complain };

	if (getopt(argc, argv, "+") != -1)
		return VNS_EXIT_USAGE;
	if (optind == argc) {
		vns_check_all(cli->config, cli->config_path, &findings);
		vns_overlap_check(cli->config, &findings);
	}
	for (; optind < argc; optind++)
		vns_check_file(cli->config, argv[optind], &findings);
	print_findings(&findings);
	return findings.errors ? VNS_EXIT_FAILURE : VNS_EXIT_OK;
}
