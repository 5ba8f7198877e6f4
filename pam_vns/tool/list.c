/* vns status and vns list: which vservers there are, and which run. */
#include "config/definition.h"
#include "config/load.h"
#include "lib/json.h"
#include "native/idle.h"
#include "native/remains.h"
#include "tool/cli.h"
#include "vserver/holder.h"
#include "vserver/names.h"
#include "vserver/open.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char *state_of(const struct vns_cli *cli,
			    const struct vns_vserver *vserver,
			    struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	int rc = vns_open_vserver(cli->config, vserver, VNS_PLACE_ANYBODY,
				  &place, err);

	if (rc == 0)
		return "running";
	if (rc == -EBUSY)
		return "paused";
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
	rc = vns_names_find(cli->config, argv[optind], &vserver, &err);
	if (rc < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_UNKNOWN;
	}
	state = state_of(cli, vserver, &err);
	if (strcmp(state, "stopped") == 0 && vserver->root) {
		/*
		 * It may only look stopped while others check that nobody is
		 * inside.
		 */
		vns_idle_settle(cli->config, vserver);
		state = state_of(cli, vserver, &err);
	}
	vns_cli_print_state(vserver->name, state);
	if (strcmp(state, "running") == 0)
		return VNS_EXIT_OK;
	if (strcmp(state, "stopped") == 0) {
		if (vserver->root)
			vns_remains_tell_later(cli->config, vserver->name,
					       &cli->log);
		return VNS_EXIT_STOPPED;
	}
	vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
	return VNS_EXIT_UNKNOWN;
}

static void list_json(const struct vns_vserver *vserver, const char *name,
		      const char *state, bool first)
{
	printf("%s\n  {", first ? "" : ",");
	vns_json_member(stdout, "name", name);
	fputs(", ", stdout);
	vns_json_member(stdout, "state", state);
	if (vserver && vserver->context)
		printf(", \"context\": %lu", vserver->context);
	if (vserver) {
		fputs(", ", stdout);
		vns_json_member(stdout, vserver->root ? "root" : "source",
				vserver->root ? vserver->root :
						vserver->source);
	}
	putchar('}');
}

static int list_text(struct vns_term_table *table,
		     const struct vns_vserver *vserver, const char *name,
		     const char *state)
{
	const char *place = !vserver	  ? "" :
			    vserver->root ? vserver->root :
					    vserver->source;
	char context[24] = "";
	const char *const cells[] = { name, context, state, place };

	if (vserver && vserver->context)
		snprintf(context, sizeof(context), "%lu", vserver->context);
	return vns_term_table_add(table, cells);
}

static int list_each(const struct vns_cli *cli, const struct vns_strings *names,
		     bool json, struct vns_term_table *table)
{
	int code = VNS_EXIT_OK;
	struct vns_error err;
	size_t i;

	for (i = 0; i < names->count; i++) {
		VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
		const char *name = names->items[i], *state = "broken";

		if (vns_load_vserver(cli->config, name, &vserver, &err) == 0)
			state = state_of(cli, vserver, &err);
		if (strcmp(state, "broken") == 0) {
			vns_cli_complain("%s", err.text);
			code = VNS_EXIT_FAILURE;
		}
		if (json)
			list_json(vserver, name, state, i == 0);
		else if (list_text(table, vserver, name, state) < 0) {
			vns_cli_complain("out of memory");
			return VNS_EXIT_FAILURE;
		}
	}
	return code;
}

static int list_all(const struct vns_cli *cli, const struct vns_strings *names,
		    bool json)
{
	static const struct vns_term_column columns[] = {
		{ .title = "NAME", .width = 20 },
		{ .title = "CONTEXT", .width = 8 },
		{ .title = "STATE", .width = 8, .state = true },
		{ .title = "ROOT OR SOURCE" },
	};
	struct vns_term_table table;
	int code;

	if (json) {
		putchar('[');
		code = list_each(cli, names, true, NULL);
		printf("\n]\n");
		return code;
	}
	vns_term_table_begin(&table, stdout, columns, 4);
	code = list_each(cli, names, false, &table);
	vns_term_table_end(&table);
	return code;
}

int vns_cli_list(struct vns_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "names", no_argument, NULL, 'n' },
		{ 0 },
	};
	VNS_AUTOHOLDER struct vns_holder holder = VNS_HOLDER_NONE;
	struct vns_strings names = { 0 };
	struct vns_error err;
	bool json = false, only_names = false;
	int option, code = VNS_EXIT_OK;
	size_t i;

	while ((option = getopt_long(argc, argv, "+jn", options, NULL)) != -1) {
		if (option != 'j' && option != 'n')
			return VNS_EXIT_USAGE;
		json = json || option == 'j';
		only_names = only_names || option == 'n';
	}
	if (optind < argc)
		return vns_cli_usage("list takes no names");
	if (json && only_names)
		return vns_cli_usage("list takes --json or --names");
	cli->config->holder = &holder;
	if (vns_names_all(cli->config, &names, &err) < 0) {
		vns_cli_complain("%s", err.text);
		code = VNS_EXIT_FAILURE;
	} else if (!only_names) {
		code = list_all(cli, &names, json);
	} else {
		for (i = 0; i < names.count; i++)
			puts(names.items[i]);
	}
	vns_strings_free(&names);
	return code;
}
