/* vns adopt: is told by an engine's hook which process a vserver is. */
#include "config/definition.h"
#include "tool/cli.h"
#include "vserver/adopted.h"
#include "vserver/names.h"
#include "vserver/open.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>

/* What is noted can be entered, as far as the engine has come. */
static int adopt(const struct vns_config *config,
		 const struct vns_vserver *vserver, int pid,
		 struct vns_error *err)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc;

	if (!vserver->source ||
	    strcmp(vserver->source, VNS_SOURCE_ADOPTED) != 0)
		return vns_error_set(err, EINVAL,
				     "its definition does not have source = "
				     "\"" VNS_SOURCE_ADOPTED "\"");
	rc = vns_process_open(pid, &process, err);
	if (rc == 0)
		rc = vns_open_process(vserver, &process, &place, err);
	/* It may be paused. */
	if (rc < 0 && rc != -EBUSY)
		return rc;
	return vns_adopted_note(config, vserver, &process, err);
}

int vns_cli_adopt(struct vns_cli *cli, int argc, char **argv)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err;
	unsigned long pid;
	int rc;

	if (getopt(argc, argv, "+") != -1)
		return VNS_EXIT_USAGE;
	if (argc - optind != 2)
		return vns_cli_usage("adopt needs the name of a vserver and "
				     "the number of a process");
	if (!vns_util_number(argv[optind + 1], INT_MAX, &pid) || pid == 0)
		return vns_cli_usage("\"%s\" is not the number of a process",
				     argv[optind + 1]);
	rc = vns_names_find(cli->config, argv[optind], &vserver, &err);
	if (rc < 0) {
		vns_cli_complain("%s", err.text);
		return rc == -ENOENT ? VNS_EXIT_UNKNOWN : VNS_EXIT_FAILURE;
	}
	if (adopt(cli->config, vserver, (int)pid, &err) < 0) {
		vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
		return VNS_EXIT_FAILURE;
	}
	vns_cli_print_state(vserver->name, "adopted");
	return VNS_EXIT_OK;
}
