/* start, stop, restart, status, list */
#include "cli.h"
#include "load.h"
#include "source.h"
#include "vserver.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define GRACE_DEFAULT 10
#define GRACE_MAX 3600

/* Only what is made here can be started and stopped here. */
static int find_native(const struct vns_cli *cli, const char *id,
		       struct vns_vserver **vserver)
{
	struct vns_error err;
	int rc = vns_cli_find(cli->config, id, vserver, &err);

	if (rc < 0) {
		vns_cli_complain("%s", err.text);
		return rc == -ENOENT ? VNS_EXIT_UNKNOWN : VNS_EXIT_FAILURE;
	}
	if ((*vserver)->root)
		return VNS_EXIT_OK;
	vns_cli_complain("vserver \"%s\" is run by another engine (source = "
			 "\"%s\"): start and stop it there",
			 (*vserver)->name, (*vserver)->source);
	return VNS_EXIT_FAILURE;
}

/* Prints what became of it. */
static int stop_found(const struct vns_cli *cli,
		      const struct vns_vserver *vserver, unsigned grace)
{
	struct vns_error err;
	bool done;

	if (vns_vserver_stop(cli->config, vserver, &cli->log, grace, &done,
			     &err) < 0) {
		vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
		return VNS_EXIT_FAILURE;
	}
	printf("%s: %s\n", vserver->name, done ? "stopped" : "not running");
	return VNS_EXIT_OK;
}

static int start_one(const struct vns_cli *cli, const char *id, unsigned grace)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err;
	bool done;
	int code = find_native(cli, id, &vserver);

	(void)grace;
	if (code != VNS_EXIT_OK)
		return code;
	if (vns_vserver_start(cli->config, vserver, &cli->log, &done, &err) <
	    0) {
		vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
		return VNS_EXIT_FAILURE;
	}
	printf("%s: %s\n", vserver->name, done ? "started" : "already running");
	return VNS_EXIT_OK;
}

static int stop_one(const struct vns_cli *cli, const char *id, unsigned grace)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	int code = find_native(cli, id, &vserver);

	return code == VNS_EXIT_OK ? stop_found(cli, vserver, grace) : code;
}

/* One that runs must not go on because its definition has gone. */
static int stop_running(const struct vns_cli *cli, const char *name,
			unsigned grace)
{
	struct vns_vserver unknown = { .root = (char *)"/" };
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err;

	if (vns_load_vserver(cli->config, name, &vserver, &err) == 0 &&
	    vserver->root)
		return stop_found(cli, vserver, grace);
	vns_cli_complain("vserver \"%s\" is stopped without its own hooks: %s",
			 name, vserver ? "it has a source now" : err.text);
	vns_util_format(unknown.name, sizeof(unknown.name), "%s", name);
	stop_found(cli, &unknown, grace);
	return VNS_EXIT_FAILURE;
}

static int start_if_boot(const struct vns_cli *cli, const char *name,
			 unsigned grace)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err;
	char id[sizeof(vns_name) + 1];

	if (vns_util_template(name))
		return VNS_EXIT_OK;
	if (vns_load_vserver(cli->config, name, &vserver, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_FAILURE;
	}
	/* Never taken for another one's number. */
	snprintf(id, sizeof(id), ":%s", name);
	return vserver->start == VNS_START_BOOT ? start_one(cli, id, grace) :
						  VNS_EXIT_OK;
}

static int restart_one(const struct vns_cli *cli, const char *id,
		       unsigned grace)
{
	int code = stop_one(cli, id, grace);

	return code == VNS_EXIT_OK ? start_one(cli, id, grace) : code;
}

/* Goes on after a failure; the first one is the exit code. */
static int for_each(const struct vns_cli *cli, char **ids, unsigned grace,
		    int (*run)(const struct vns_cli *cli, const char *id,
			       unsigned grace))
{
	int total = VNS_EXIT_OK;

	for (; *ids; ids++) {
		int code = run(cli, *ids, grace);

		if (total == VNS_EXIT_OK)
			total = code;
	}
	return total;
}

/* Of all there are; 1 if one of them failed. */
static int
for_all(const struct vns_cli *cli, unsigned grace,
	int (*find)(const struct vns_config *config, struct vns_strings *names,
		    struct vns_error *err),
	int (*run)(const struct vns_cli *cli, const char *id, unsigned grace))
{
	static char *const none[] = { NULL };
	struct vns_strings names = { 0 };
	struct vns_error err;
	int code;

	if (find(cli->config, &names, &err) < 0) {
		vns_cli_complain("%s", err.text);
		vns_strings_free(&names);
		return VNS_EXIT_FAILURE;
	}
	code = for_each(cli, names.count ? names.items : (char **)none, grace,
			run);
	vns_strings_free(&names);
	return code == VNS_EXIT_OK ? VNS_EXIT_OK : VNS_EXIT_FAILURE;
}

struct choice {
	unsigned grace;
	bool all; /* no names: every one that the option is about */
};

/* The option for all of them is one letter that is never typed. */
static bool parse_choice(int argc, char **argv, const char *letters,
			 const struct option *options, struct choice *choice,
			 int *code)
{
	unsigned long number;
	int option;

	choice->grace = GRACE_DEFAULT;
	*code = VNS_EXIT_USAGE;
	while ((option = getopt_long(argc, argv, letters, options, NULL)) !=
	       -1) {
		if (option == 'A') {
			choice->all = true;
			continue;
		}
		if (option != 't')
			return false;
		if (!vns_util_number(optarg, GRACE_MAX, &number)) {
			vns_cli_usage("--timeout takes seconds, 0 to %d",
				      GRACE_MAX);
			return false;
		}
		choice->grace = (unsigned)number;
	}
	if (choice->all != (optind < argc))
		return true;
	vns_cli_usage(choice->all ? "%s --%s takes no names" :
				    "%s needs the name of a vserver",
		      argv[0], options->name);
	return false;
}

int vns_cli_start(struct vns_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "boot", no_argument, NULL, 'A' },
		{ 0 },
	};
	struct choice choice = { 0 };
	int code;

	if (!parse_choice(argc, argv, "+", options, &choice, &code))
		return code;
	return choice.all ? for_all(cli, 0, vns_cli_names, start_if_boot) :
			    for_each(cli, argv + optind, 0, start_one);
}

int vns_cli_stop(struct vns_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'A' },
		{ "timeout", required_argument, NULL, 't' },
		{ 0 },
	};
	struct choice choice = { 0 };
	int code;

	if (!parse_choice(argc, argv, "+t:", options, &choice, &code))
		return code;
	return choice.all ?
		       for_all(cli, choice.grace, vns_cli_running,
			       stop_running) :
		       for_each(cli, argv + optind, choice.grace, stop_one);
}

int vns_cli_restart(struct vns_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "timeout", required_argument, NULL, 't' },
		{ 0 },
	};
	struct choice choice = { 0 };
	int code;

	if (!parse_choice(argc, argv, "+t:", options, &choice, &code))
		return code;
	return for_each(cli, argv + optind, choice.grace, restart_one);
}

static const char *state_of(const struct vns_cli *cli,
			    const struct vns_vserver *vserver,
			    struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc = vns_source_open(cli->config, vserver, &place, err);

	if (rc == 0)
		return "running";
	return rc == -ESRCH ? "stopped" : "broken";
}

int vns_cli_status(struct vns_cli *cli, int argc, char **argv)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err;
	const char *state;
	int rc;

	if (getopt(argc, argv, "+") != -1)
		return VNS_EXIT_USAGE;
	if (argc - optind != 1)
		return vns_cli_usage("status needs the name of one vserver");
	rc = vns_cli_find(cli->config, argv[optind], &vserver, &err);
	if (rc < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_UNKNOWN;
	}
	state = state_of(cli, vserver, &err);
	if (strcmp(state, "stopped") == 0 && vserver->root) {
		/* It may only seem so, while others look for the last one. */
		vns_vserver_settle(cli->config, vserver);
		state = state_of(cli, vserver, &err);
	}
	printf("%s: %s\n", vserver->name, state);
	if (strcmp(state, "running") == 0)
		return VNS_EXIT_OK;
	if (strcmp(state, "stopped") == 0)
		return VNS_EXIT_STOPPED;
	vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
	return VNS_EXIT_UNKNOWN;
}

/* Paths in definitions have no control characters. */
static void print_json(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('"');
}

static void list_json(const struct vns_vserver *vserver, const char *name,
		      const char *state, bool first)
{
	printf("%s\n  {\"name\": \"%s\", \"state\": \"%s\"", first ? "" : ",",
	       name, state);
	if (vserver && vserver->context)
		printf(", \"context\": %lu", vserver->context);
	if (vserver) {
		printf(", \"%s\": ", vserver->root ? "root" : "source");
		print_json(vserver->root ? vserver->root : vserver->source);
	}
	putchar('}');
}

static void list_text(const struct vns_vserver *vserver, const char *name,
		      const char *state)
{
	char context[24] = "-";

	if (vserver && vserver->context)
		snprintf(context, sizeof(context), "%lu", vserver->context);
	printf("%-20s %-8s %-8s %s\n", name, context, state,
	       !vserver	     ? "-" :
	       vserver->root ? vserver->root :
			       vserver->source);
}

int vns_cli_list(struct vns_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	struct vns_strings names = { 0 };
	struct vns_error err;
	bool json = false;
	int option, code = VNS_EXIT_OK;
	size_t i;

	while ((option = getopt_long(argc, argv, "+j", options, NULL)) != -1) {
		if (option != 'j')
			return VNS_EXIT_USAGE;
		json = true;
	}
	if (optind < argc)
		return vns_cli_usage("list takes no names");
	if (vns_cli_vservers(cli->config, &names, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_FAILURE;
	}
	if (json)
		putchar('[');
	else
		printf("%-20s %-8s %-8s %s\n", "NAME", "CONTEXT", "STATE",
		       "ROOT OR SOURCE");
	for (i = 0; i < names.count; i++) {
		VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
		const char *state = "broken";

		if (vns_load_vserver(cli->config, names.items[i], &vserver,
				     &err) == 0)
			state = state_of(cli, vserver, &err);
		if (strcmp(state, "broken") == 0) {
			vns_cli_complain("%s", err.text);
			code = VNS_EXIT_FAILURE;
		}
		if (json)
			list_json(vserver, names.items[i], state, i == 0);
		else
			list_text(vserver, names.items[i], state);
	}
	if (json)
		printf("\n]\n");
	vns_strings_free(&names);
	return code;
}
