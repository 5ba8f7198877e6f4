/* vns sessions: lists the sessions that live. */
#include "config/definition.h"
#include "lib/json.h"
#include "tool/cli.h"
#include "tool/metrics.h"
#include "config/load.h"
#include "vserver/sessions.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct found {
	struct vns_strings *list;
	size_t count;
	char **names; /* empty: all vservers */
	bool no_memory;
};

static bool is_wanted(const struct found *found, const char *vserver)
{
	char **name;

	for (name = found->names; *name; name++)
		if (strcmp(*name + (**name == ':'), vserver) == 0)
			return true;
	return found->names[0] == NULL;
}

/* Adds a copy of the record to the list. */
static bool keep(const vns_session name, const struct vns_strings *record,
		 void *context)
{
	struct found *found = context;
	struct vns_strings *list;
	size_t i;

	(void)name;
	if (!is_wanted(found, vns_fields_get(record, "vserver")))
		return true;
	list = reallocarray(found->list, found->count + 1, sizeof(*list));
	found->no_memory = !list;
	if (!list)
		return false;
	found->list = list;
	list += found->count++;
	*list = (struct vns_strings){ 0 };
	for (i = 0; i < record->count; i++)
		if (vns_strings_add(list, record->items[i]) < 0)
			found->no_memory = true;
	return !found->no_memory;
}

/* Complains about names without a session that no vserver has. */
static int find_unknown(const struct vns_config *config,
			const struct found *found)
{
	int code = VNS_EXIT_OK;
	char **name;
	size_t i;

	for (name = found->names; *name; name++) {
		VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
		struct found one = { .names = (char *[]){ *name, NULL } };
		struct vns_error err;
		bool has = false;

		for (i = 0; !has && i < found->count; i++)
			has = is_wanted(&one, vns_fields_get(&found->list[i],
							     "vserver"));
		if (has || vns_load_vserver(config, *name + (**name == ':'),
					    &vserver, &err) != -ENOENT)
			continue;
		vns_cli_complain("%s", err.text);
		code = VNS_EXIT_UNKNOWN;
	}
	return code;
}

static unsigned long number(const struct vns_strings *record, const char *key)
{
	unsigned long value = 0;

	vns_fields_number(record, key, &value);
	return value;
}

/* Sorts by vserver, then by age. */
static int compare(const void *a, const void *b)
{
	static const char *const keys[] = { "since", "ticks", "pid" };
	const struct vns_strings *first = a, *second = b;
	int order = strcmp(vns_fields_get(first, "vserver"),
			   vns_fields_get(second, "vserver"));
	size_t i;

	for (i = 0; order == 0 && i < sizeof(keys) / sizeof(keys[0]); i++) {
		unsigned long x = number(first, keys[i]);
		unsigned long y = number(second, keys[i]);

		order = x < y ? -1 : x > y;
	}
	return order;
}

static void format_time(unsigned long seconds, char *text, size_t size)
{
	time_t when = (time_t)seconds;
	struct tm parts;

	if (!localtime_r(&when, &parts) ||
	    strftime(text, size, "%Y-%m-%d %H:%M:%S", &parts) == 0)
		*text = '\0';
}

static int add_session(struct vns_term_table *table,
		       const struct vns_strings *record)
{
	char since[32];
	const char *const cells[] = {
		vns_fields_get(record, "vserver"),
		vns_fields_get(record, "user"),
		vns_fields_get(record, "service"),
		vns_fields_get(record, "tty"),
		vns_fields_get(record, "pid"),
		since,
		vns_fields_get(record, "rhost"),
	};

	format_time(number(record, "since"), since, sizeof(since));
	return vns_term_table_add(table, cells);
}

static int print_text(const struct found *found)
{
	static const struct vns_term_column columns[] = {
		{ .title = "VSERVER", .width = 20 },
		{ .title = "USER", .width = 16 },
		{ .title = "SERVICE", .width = 10 },
		{ .title = "TTY", .width = 12 },
		{ .title = "PID", .width = 8 },
		{ .title = "SINCE", .width = 19, .ours = true },
		{ .title = "FROM" },
	};
	struct vns_term_table table;
	size_t i;
	int rc = 0;

	vns_term_table_begin(&table, stdout, columns, 7);
	for (i = 0; rc == 0 && i < found->count; i++)
		rc = add_session(&table, &found->list[i]);
	vns_term_table_end(&table);
	return rc;
}

static void print_json(const struct vns_strings *record, bool first)
{
	static const char *const keys[] = { "vserver", "user",	"service",
					    "rhost",   "ruser", "tty",
					    "rule" };
	size_t i;

	printf("%s\n  {", first ? "" : ",");
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		fputs(i == 0 ? "" : ", ", stdout);
		vns_json_member(stdout, keys[i],
				vns_fields_get(record, keys[i]));
	}
	printf(", \"pid\": %lu, \"since\": %lu}", number(record, "pid"),
	       number(record, "since"));
}

enum form { TEXT, JSON, METRICS };

static int print_all(const struct found *found, enum form form,
		     struct vns_error *err)
{
	size_t i;

	if (form == METRICS) {
		vns_metrics_print(found->list, found->count);
		return 0;
	}
	if (form == TEXT)
		return print_text(found) < 0 ? vns_error_memory(err) : 0;
	putchar('[');
	for (i = 0; i < found->count; i++)
		print_json(&found->list[i], i == 0);
	printf("\n]\n");
	return 0;
}

int vns_cli_sessions(struct vns_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "metrics", no_argument, NULL, 'm' },
		{ 0 },
	};
	struct found found = { 0 };
	struct vns_error err;
	enum form form = TEXT;
	int option, rc, code = VNS_EXIT_FAILURE;
	size_t i;

	while ((option = getopt_long(argc, argv, "+jm", options, NULL)) != -1) {
		if (option != 'j' && option != 'm')
			return VNS_EXIT_USAGE;
		if (form != TEXT)
			return vns_cli_usage("sessions takes one of --json and "
					     "--metrics");
		form = option == 'j' ? JSON : METRICS;
	}
	found.names = argv + optind;
	rc = vns_sessions_walk(cli->config->run_dir, false, keep, &found, &err);
	if (rc == 0 && found.no_memory)
		rc = vns_error_memory(&err);
	if (rc == 0 && found.count > 0)
		qsort(found.list, found.count, sizeof(*found.list), compare);
	if (rc == 0)
		rc = print_all(&found, form, &err);
	if (rc < 0)
		vns_cli_complain("%s", err.text);
	else
		code = find_unknown(cli->config, &found);
	for (i = 0; i < found.count; i++)
		vns_strings_free(&found.list[i]);
	free(found.list);
	return code;
}
