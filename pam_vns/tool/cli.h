/* Declares what the commands of vns and vnamespace share. */
#ifndef VNS_CLI_H
#define VNS_CLI_H

#include "config/config.h"
#include "lib/log.h"
#include "system/place.h"
#include "tool/term.h"

/* Exit codes of vns, as in the LSB for status commands if it defines them. */
enum {
	VNS_EXIT_OK = 0,
	VNS_EXIT_FAILURE = 1,
	VNS_EXIT_USAGE = 2,
	VNS_EXIT_STOPPED = 3,
	VNS_EXIT_UNKNOWN = 4,
	VNS_EXIT_ERROR = 255, /* of enter, exec and ns; others are PROG's own */
};

struct vns_cli {
	char **argv; /* of the whole program */
	const char *config_path;
	/* Loaded before the command runs. NULL if the command needs none. */
	struct vns_config *config;
	struct vns_log log;
	/* This is hidden before anything is logged. NULL: there is none. */
	struct vns_term_progress *progress;
};

/* A command gets its own name as argv[0], and returns an exit code. */
int vns_cli_start(struct vns_cli *cli, int argc, char **argv);
int vns_cli_stop(struct vns_cli *cli, int argc, char **argv);
int vns_cli_restart(struct vns_cli *cli, int argc, char **argv);
int vns_cli_status(struct vns_cli *cli, int argc, char **argv);
int vns_cli_list(struct vns_cli *cli, int argc, char **argv);
int vns_cli_enter(struct vns_cli *cli, int argc, char **argv);
int vns_cli_exec(struct vns_cli *cli, int argc, char **argv);
int vns_cli_mounts(struct vns_cli *cli, int argc, char **argv);
int vns_cli_ns(struct vns_cli *cli, int argc, char **argv);
int vns_cli_adopt(struct vns_cli *cli, int argc, char **argv);
int vns_cli_mkhome(struct vns_cli *cli, int argc, char **argv);
int vns_cli_check(struct vns_cli *cli, int argc, char **argv);
int vns_cli_keeper(struct vns_cli *cli, int argc, char **argv);
int vns_cli_which(struct vns_cli *cli, int argc, char **argv);
/* Checks for root and loads the configuration by itself. */
int vns_cli_doctor(struct vns_cli *cli, int argc, char **argv);
int vns_cli_enable(struct vns_cli *cli, int argc, char **argv);
int vns_cli_disable(struct vns_cli *cli, int argc, char **argv);
int vns_cli_sessions(struct vns_cli *cli, int argc, char **argv);

/* Prints the output of "vns COMMAND --help". */
void vns_cli_help(const char *command, const char *arguments, const char *help);

/* Opens 0, 1 and 2 if the caller has them closed. Call it first in main. */
void vns_cli_open_standard(void);

/* Prints one line on standard error: "vns: text". */
void vns_cli_complain(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
/* Prints the same for something that makes nothing fail. */
void vns_cli_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Complains, and says where to find help. Returns VNS_EXIT_USAGE. */
int vns_cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Finds and opens a running vserver, or says what is wrong. Returns
 * VNS_EXIT_OK, _STOPPED, _UNKNOWN or _FAILURE. user is who will enter, for
 * owner = "%u"; NULL: it is only looked at. The caller frees vserver and place.
 */
int vns_cli_open(const struct vns_config *config, const char *id,
		 const char *user, struct vns_vserver **vserver,
		 struct vns_place *place);

/* Prints "NAME: STATE" on standard output. */
void vns_cli_print_state(const char *name, const char *state);

/*
 * Replaces the process by a program found along PATH. Returns an exit code on
 * failure.
 */
int vns_cli_run(char *const argv[], char *const envp[]);

#endif
