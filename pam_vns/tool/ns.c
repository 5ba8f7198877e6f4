/*
 * vns ns: prints a vserver's namespaces, and hands them to a program of the
 * host's, as paths in its arguments. Other programs have no path to them: they
 * are not pinned in the host's mount namespace.
 */
#include "config/definition.h"
#include "lib/nsname.h"
#include "tool/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int print_all(const struct vns_place *place)
{
	struct stat st;
	int type;

	for (type = 0; type < VNS_NS_COUNT; type++)
		if (place->ns[type] >= 0 && fstat(place->ns[type], &st) == 0)
			printf("%s:[%lu]\n", vns_nsname((enum vns_ns)type),
			       (unsigned long)st.st_ino);
	return VNS_EXIT_OK;
}

/* Finds the first "{TYPE}" in the text. Returns its length, or 0. */
static size_t find_type(const char *text, const char **where, int *type)
{
	char word[16];

	for (*where = strchr(text, '{'); *where;
	     *where = strchr(*where + 1, '{'))
		for (*type = 0; *type < VNS_NS_COUNT; ++*type) {
			snprintf(word, sizeof(word), "{%s}",
				 vns_nsname((enum vns_ns) * type));
			if (strncmp(*where, word, strlen(word)) == 0)
				return strlen(word);
		}
	return 0;
}

/* Writes the argument with paths in it. Returns an exit code. */
static int write_filled(const struct vns_place *place, const char *name,
			const char *argument, FILE *file)
{
	size_t length;
	const char *where;
	int type;

	while ((length = find_type(argument, &where, &type)) > 0) {
		const int fd = place->ns[type];

		if (fd < 0) {
			vns_cli_complain("vserver \"%s\" has no %s namespace "
					 "of its own",
					 name, vns_nsname((enum vns_ns)type));
			return VNS_EXIT_ERROR;
		}
		fprintf(file, "%.*s/proc/self/fd/%d", (int)(where - argument),
			argument, fd);
		/* The program opens it by this path. */
		(void)fcntl(fd, F_SETFD, 0);
		argument = where + length;
	}
	fputs(argument, file);
	return VNS_EXIT_OK;
}

/* Does so into *out, which the caller frees. */
static int fill(const struct vns_place *place, const char *name,
		const char *argument, char **out)
{
	size_t size;
	FILE *file = open_memstream(out, &size);
	int code = VNS_EXIT_ERROR;

	if (file)
		code = write_filled(place, name, argument, file);
	if (!file || fclose(file) != 0) {
		vns_cli_complain("out of memory");
		return VNS_EXIT_ERROR;
	}
	return code;
}

static int run(const struct vns_place *place, const char *name, int argc,
	       char **argv)
{
	int i, code = VNS_EXIT_OK;

	for (i = 0; code == VNS_EXIT_OK && i < argc; i++) {
		char *filled = NULL;

		code = fill(place, name, argv[i], &filled);
		if (code == VNS_EXIT_OK)
			argv[i] = filled;
		else
			free(filled);
	}
	return code == VNS_EXIT_OK ? vns_cli_run(argv, environ) : code;
}

int vns_cli_ns(struct vns_cli *cli, int argc, char **argv)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int first, code;

	if (getopt(argc, argv, "+") != -1)
		return VNS_EXIT_ERROR;
	if (argc == optind) {
		vns_cli_usage("ns needs the name of a vserver");
		return VNS_EXIT_ERROR;
	}
	code = vns_cli_open(cli->config, argv[optind], "root", &vserver,
			    &place);
	if (code != VNS_EXIT_OK)
		return VNS_EXIT_ERROR;
	first = optind + 1;
	if (first < argc && strcmp(argv[first], "--") == 0)
		first++;
	return first == argc ?
		       print_all(&place) :
		       run(&place, vserver->name, argc - first, argv + first);
}
