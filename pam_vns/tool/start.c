/*
 * vns start, stop and restart: start and stop native vservers, and have other
 * engines start theirs.
 */
#include "config/definition.h"
#include "config/lifecycle.h"
#include "config/value.h"
#include "login/roster.h"
#include "native/start.h"
#include "tool/apart.h"
#include "tool/cli.h"
#include "config/load.h"
#include "vserver/engine.h"
#include "vserver/names.h"
#include "native/stop.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define GRACE_DEFAULT 10
#define GRACE_MAX 3600
/* What is longer would not be read before the session ends. */
#define MESSAGE_MAX 500

/*
 * Only native vservers can be stopped, and started without a start_command,
 * which has their engine start others.
 */
static int find(const struct vns_cli *cli, const char *id, bool start,
		struct vns_vserver **vserver)
{
	struct vns_error err;
	int rc = vns_names_find(cli->config, id, vserver, &err);

	if (rc < 0) {
		vns_cli_complain("%s", err.text);
		return rc == -ENOENT ? VNS_EXIT_UNKNOWN : VNS_EXIT_FAILURE;
	}
	if (start ? vns_config_startable(*vserver) : (*vserver)->root != NULL)
		return VNS_EXIT_OK;
	vns_cli_complain("vserver \"%s\" is run by another engine (source = "
			 "\"%s\"): start and stop it there",
			 (*vserver)->name, (*vserver)->source);
	return VNS_EXIT_FAILURE;
}

/* Describes a command's work on one vserver after the other. */
struct run {
	struct vns_cli *cli;
	unsigned grace;
	const char *user;    /* whose ids are mapped in any case, or NULL */
	const char *message; /* for those inside; NULL: the usual one */
	bool tells;	     /* whether who holds what was stopped is told */
	const char *verb;    /* what was done: "started" */
	const char *before;  /* what was so before: "already running" */
	bool changed;	     /* whether the last one was changed */
	struct vns_term_progress progress;
	unsigned counts[3]; /* changed, unchanged, failed */
};

/* Reports the result for one vserver. */
static int report(struct run *run, const char *name, const char *what)
{
	vns_cli_print_state(name, what);
	run->changed = strcmp(what, run->before) != 0;
	return VNS_EXIT_OK;
}

/* A program may have put the terminal into raw mode: hence the returns. */
static const char *word_message(const struct run *run, const char *name,
				char *text, size_t size)
{
	if (run->message && !*run->message)
		return NULL;
	if (run->message)
		snprintf(text, size, "\r\n%s\r\n", run->message);
	else
		snprintf(text, size, "\r\nThe vserver \"%s\" is being %s.\r\n",
			 name, run->verb);
	return text;
}

static int stop_found(struct run *run, const struct vns_vserver *vserver)
{
	const struct vns_cli *cli = run->cli;
	char message[MESSAGE_MAX + 8];
	struct vns_stopping stop = {
		.grace = run->grace,
		.message = word_message(run, vserver->name, message,
					sizeof(message)),
		.tell = run->tells,
	};
	struct vns_error err;
	int rc;

	vns_term_progress_show(&run->progress, run->verb, vserver->name);
	rc = vns_stop_vserver(cli->config, vserver, &cli->log, &stop, &err);
	vns_term_progress_hide(&run->progress);
	if (rc == 0)
		return report(run, vserver->name,
			      stop.done ? "stopped" : "not running");
	vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
	return VNS_EXIT_FAILURE;
}

static int start_found(const struct run *run, struct vns_vserver *vserver,
		       bool *done, struct vns_error *err)
{
	const struct vns_cli *cli = run->cli;
	struct vns_idmap_more more = { .users.count = 0 };
	int rc = 0;

	if (!vserver->root)
		return vns_engine_start(cli->config, vserver, done, err);
	if (vserver->map_users) {
		rc = vns_roster_find(cli->config_path, vserver, run->user,
				     &cli->log, &more, err);
		vserver->more = &more;
	}
	if (rc == 0)
		rc = vns_start_vserver(cli->config, vserver, &cli->log, done,
				       err);
	vserver->more = NULL;
	return rc;
}

static int start_one(struct run *run, const char *id)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	const struct vns_cli *cli = run->cli;
	struct vns_error err;
	bool done;
	int rc, code = find(cli, id, true, &vserver);

	if (code != VNS_EXIT_OK)
		return code;
	vns_term_progress_show(&run->progress, run->verb, vserver->name);
	rc = start_found(run, vserver, &done, &err);
	vns_term_progress_hide(&run->progress);
	if (rc == 0)
		return report(run, vserver->name,
			      done ? "started" : "already running");
	vns_cli_complain("vserver \"%s\": %s", vserver->name, err.text);
	return VNS_EXIT_FAILURE;
}

static int stop_one(struct run *run, const char *id)
{
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	int code = find(run->cli, id, false, &vserver);

	return code == VNS_EXIT_OK ? stop_found(run, vserver) : code;
}

/* A running vserver must be stopped even if its definition is gone. */
static int stop_running(struct run *run, const char *name)
{
	struct vns_vserver unknown = { .root = (char *)"/" };
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	struct vns_error err;

	if (vns_load_vserver(run->cli->config, name, &vserver, &err) == 0 &&
	    vserver->root)
		return stop_found(run, vserver);
	vns_cli_complain(
		"vserver \"%s\" is stopped without its own hooks: %s", name,
		vserver ? "its definition has a source now" : err.text);
	vns_util_format(unknown.name, sizeof(unknown.name), "%s", name);
	stop_found(run, &unknown);
	return VNS_EXIT_FAILURE;
}

static int restart_one(struct run *run, const char *id)
{
	int code = stop_one(run, id);

	return code == VNS_EXIT_OK ? start_one(run, id) : code;
}

/* Prints a summary for people; programs get a line for each vserver anyway. */
static void summarize(const struct run *run)
{
	if (!run->progress.term.terminal || run->progress.total < 2)
		return;
	fprintf(stderr, "%u %s", run->counts[0], run->verb);
	if (run->counts[1])
		fprintf(stderr, ", %u %s", run->counts[1], run->before);
	if (run->counts[2])
		fprintf(stderr, ", %u failed", run->counts[2]);
	fputc('\n', stderr);
}

/* Goes on after a failure. Returns the exit code of the first failure. */
static int for_each(struct run *run, char **ids, size_t count,
		    int (*one)(struct run *run, const char *id))
{
	struct vns_term_progress *progress = &run->progress;
	int total = VNS_EXIT_OK;

	progress->term = vns_term_look(stderr);
	progress->total = count;
	run->cli->progress = progress;
	for (; progress->done < count; progress->done++) {
		int code = one(run, ids[progress->done]);

		run->counts[code != VNS_EXIT_OK ? 2 : !run->changed]++;
		if (total == VNS_EXIT_OK)
			total = code;
	}
	run->cli->progress = NULL;
	summarize(run);
	return total;
}

/* Stops all that run. Returns 1 if one of them failed. */
static int stop_all(struct run *run)
{
	struct vns_strings names = { 0 };
	struct vns_error err;
	int code = VNS_EXIT_FAILURE;

	if (vns_names_running(run->cli->config, &names, &err) < 0)
		vns_cli_complain("%s", err.text);
	else
		code = for_each(run, names.items, names.count, stop_running);
	vns_strings_free(&names);
	return code == VNS_EXIT_OK ? VNS_EXIT_OK : VNS_EXIT_FAILURE;
}

/*
 * Finds those that are started at boot. Returns false if this is unknown for
 * some.
 */
static bool find_boot(const struct vns_cli *cli,
		      const struct vns_strings *names, struct vns_strings *ids)
{
	bool good = true;
	size_t i;

	for (i = 0; i < names->count; i++) {
		VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
		char id[sizeof(vns_name) + 1];
		struct vns_error err;
		int rc;

		if (vns_util_template(names->items[i]))
			continue;
		rc = vns_load_vserver(cli->config, names->items[i], &vserver,
				      &err);
		/* With the colon, it is not taken for a context number. */
		snprintf(id, sizeof(id), ":%s", names->items[i]);
		if (rc == 0 && vserver->start == VNS_START_BOOT &&
		    vns_strings_add(ids, id) < 0)
			rc = vns_error_memory(&err);
		if (rc < 0)
			vns_cli_complain("%s", err.text);
		good = good && rc == 0;
	}
	return good;
}

/* Returns 1 if one of them failed. */
static int start_boot(struct run *run)
{
	struct vns_strings names = { 0 }, ids = { 0 };
	struct vns_error err;
	bool good = false;

	if (vns_names_defined(run->cli->config, &names, &err) < 0)
		vns_cli_complain("%s", err.text);
	else
		good = find_boot(run->cli, &names, &ids);
	good = for_each(run, ids.items, ids.count, start_one) == VNS_EXIT_OK &&
	       good;
	vns_strings_free(&names);
	vns_strings_free(&ids);
	return good ? VNS_EXIT_OK : VNS_EXIT_FAILURE;
}

struct choice {
	unsigned grace;
	const char *user;
	const char *message;
	bool all; /* no names: all that the option is about */
};

static bool parse_grace(const char *text, unsigned *grace)
{
	unsigned long number;

	if (!vns_util_number(text, GRACE_MAX, &number)) {
		vns_cli_usage("--timeout takes seconds, 0 to %d", GRACE_MAX);
		return false;
	}
	*grace = (unsigned)number;
	return true;
}

/* It goes to terminals, which take control characters for commands. */
static bool parse_message(const char *text, const char **message)
{
	if (!vns_value_printable(text) || strlen(text) > MESSAGE_MAX) {
		vns_cli_usage("--message takes a line of at most %d bytes",
			      MESSAGE_MAX);
		return false;
	}
	*message = text;
	return true;
}

/* Takes the value of an option that has one. */
static bool parse_value(int option, struct choice *choice)
{
	if (option == 't')
		return parse_grace(optarg, &choice->grace);
	if (option == 'm')
		return parse_message(optarg, &choice->message);
	choice->user = optarg;
	return option == 'u';
}

/* The long option that means all of them has a letter that cannot be typed. */
static bool parse_choice(int argc, char **argv, const char *letters,
			 const struct option *options, struct choice *choice,
			 int *code)
{
	int option;

	choice->grace = GRACE_DEFAULT;
	*code = VNS_EXIT_USAGE;
	while ((option = getopt_long(argc, argv, letters, options, NULL)) !=
	       -1) {
		if (option == 'A')
			choice->all = true;
		else if (!parse_value(option, choice))
			return false;
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
		{ "user", required_argument, NULL, 'u' },
		{ 0 },
	};
	struct run run = {
		.cli = cli,
		.verb = "started",
		.before = "already running",
	};
	struct choice choice = { 0 };
	int code;

	if (!parse_choice(argc, argv, "+u:", options, &choice, &code))
		return code;
	run.user = choice.user;
	vns_apart_begin();
	return choice.all ? start_boot(&run) :
			    for_each(&run, argv + optind,
				     (size_t)(argc - optind), start_one);
}

int vns_cli_stop(struct vns_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'A' },
		{ "timeout", required_argument, NULL, 't' },
		{ "message", required_argument, NULL, 'm' },
		{ 0 },
	};
	struct run run = {
		.cli = cli,
		.verb = "stopped",
		.before = "not running",
	};
	struct choice choice = { 0 };
	int code;

	if (!parse_choice(argc, argv, "+t:m:", options, &choice, &code))
		return code;
	run.grace = choice.grace;
	run.message = choice.message;
	/* Each looks through all processes: a shutdown does not wait for it. */
	run.tells = !choice.all;
	vns_apart_begin();
	return choice.all ? stop_all(&run) :
			    for_each(&run, argv + optind,
				     (size_t)(argc - optind), stop_one);
}

int vns_cli_restart(struct vns_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{ "timeout", required_argument, NULL, 't' },
		{ "message", required_argument, NULL, 'm' },
		{ "user", required_argument, NULL, 'u' },
		{ 0 },
	};
	struct run run = {
		.cli = cli,
		.verb = "restarted",
		.before = "already running",
	};
	struct choice choice = { 0 };
	int code;

	if (!parse_choice(argc, argv, "+t:m:u:", options, &choice, &code))
		return code;
	run.grace = choice.grace;
	run.user = choice.user;
	run.message = choice.message;
	run.tells = true;
	vns_apart_begin();
	return for_each(&run, argv + optind, (size_t)(argc - optind),
			restart_one);
}
