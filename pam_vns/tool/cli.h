/* What the commands of vns and vnamespace share. */
#ifndef VNS_CLI_H
#define VNS_CLI_H

#include "config/config.h"
#include "lib/log.h"
#include "system/place.h"
#include "tool/term.h"

/* Exit codes of vns; status(8)-like where LSB has them. */
enum {
	VNS_EXIT_OK = 0,
	VNS_EXIT_FAILURE = 1,
	VNS_EXIT_USAGE = 2,
	VNS_EXIT_STOPPED = 3,
	VNS_EXIT_UNKNOWN = 4,
	VNS_EXIT_ERROR = 255, /* of enter and exec, whose PROG has the rest */
};

struct vns_cli {
	const char *config_path;
	/* Loaded before the command runs; NULL if that does without. */
	struct vns_config *config;
	struct vns_log log;
	/* Hidden before anything is logged; NULL: none. */
	struct vns_term_progress *progress;
};

/* A command gets its own name as argv[0]; returns an exit code. */
int vns_cli_start(struct vns_cli *cli, int argc, char **argv);
int vns_cli_stop(struct vns_cli *cli, int argc, char **argv);
int vns_cli_restart(struct vns_cli *cli, int argc, char **argv);
int vns_cli_status(struct vns_cli *cli, int argc, char **argv);
int vns_cli_list(struct vns_cli *cli, int argc, char **argv);
int vns_cli_enter(struct vns_cli *cli, int argc, char **argv);
int vns_cli_exec(struct vns_cli *cli, int argc, char **argv);
int vns_cli_mounts(struct vns_cli *cli, int argc, char **argv);
int vns_cli_mkhome(struct vns_cli *cli, int argc, char **argv);
int vns_cli_check(struct vns_cli *cli, int argc, char **argv);
int vns_cli_which(struct vns_cli *cli, int argc, char **argv);
/* Root and configuration are among what it looks at: called without. */
int vns_cli_doctor(struct vns_cli *cli, int argc, char **argv);
int vns_cli_enable(struct vns_cli *cli, int argc, char **argv);
int vns_cli_disable(struct vns_cli *cli, int argc, char **argv);

int vns_cli_sessions(struct vns_cli *cli, int argc, char **argv);

/* Not for users, and before any configuration is read: see watch.h. */
int vns_cli_watch(void);

/* Prints what "vns COMMAND --help" prints. */
void vns_cli_help(const char *command, const char *arguments, const char *help);

/* Opens 0, 1 and 2 where the caller has them closed; first thing in main. */
void vns_cli_open_standard(void);

/* One line on standard error: "vns: text". */
void vns_cli_complain(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
/* The same, of what does not make anything fail. */
void vns_cli_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* As complain, with where to find help; returns VNS_EXIT_USAGE. */
int vns_cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Finds and opens a running vserver; says what is wrong otherwise, and returns
 * VNS_EXIT_OK, _STOPPED, _UNKNOWN or _FAILURE. The caller frees both.
 */
int vns_cli_open(const struct vns_config *config, const char *id,
		 struct vns_vserver **vserver, struct vns_place *place);

/* "NAME: STATE" on standard output. */
void vns_cli_print_state(const char *name, const char *state);

/* Replaces the process by a program found along PATH; returns an exit code. */
int vns_cli_run(char *const argv[], char *const envp[]);

#endif
