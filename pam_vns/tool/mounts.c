/* vns mounts: prints what is mounted in a vserver. */
#include "config/definition.h"
#include "system/namespace.h"
#include "tool/cli.h"
#include "lib/procfs.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static int add_mount(struct vns_term_table *table,
		     const struct vns_procfs_mount *mount)
{
	const char *const cells[] = { mount->target, mount->type, mount->source,
				      mount->options };

	return vns_term_table_add(table, cells);
}

static int print_mounts(FILE *file)
{
	static const struct vns_term_column columns[] = {
		{ .title = "TARGET", .width = 24 },
		{ .title = "TYPE", .width = 10 },
		{ .title = "SOURCE", .width = 24 },
		{ .title = "OPTIONS" },
	};
	struct vns_term_table table;
	struct vns_procfs_mount mount;
	char *line = NULL;
	size_t size = 0;
	int rc = 0;

	vns_term_table_begin(&table, stdout, columns, 4);
	while (rc == 0 && getline(&line, &size, file) > 0)
		if (vns_procfs_parse_mount(line, &mount))
			rc = add_mount(&table, &mount);
	vns_term_table_end(&table);
	free(line);
	if (rc == 0)
		return VNS_EXIT_OK;
	vns_cli_complain("out of memory");
	return VNS_EXIT_FAILURE;
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
	code = vns_cli_open(cli->config, argv[optind], NULL, &vserver, &place);
	if (code != VNS_EXIT_OK)
		return code;
	if (vns_namespace_enter(&place, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_FAILURE;
	}
	/*
	 * Read it from the host's /proc, and not from what the tenant has
	 * there.
	 */
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
