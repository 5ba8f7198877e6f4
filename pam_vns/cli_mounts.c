/* mounts */
#include "cli.h"
#include "procfs.h"
#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

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
