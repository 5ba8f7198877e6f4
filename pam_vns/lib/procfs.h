/* Parses the text of proc(5) files and pid files. Pure: it opens no files. */
#ifndef VNS_PROCFS_H
#define VNS_PROCFS_H

#include <stdbool.h>

/*
 * Parses the first word of a pid file: a decimal number above 1, followed by
 * white space or the end of the text.
 */
bool vns_procfs_parse_pidfile(const char *text, int *pid);

/*
 * Parses "PID" or "PID TICKS", the latter when the process was started
 * (vns_procfs_parse_start): exact says whether that is there. White space can
 * be anywhere around them, and nothing else. A text without words, or with 0
 * alone, names no process.
 */
enum vns_procfs_claim {
	VNS_PROCFS_CLAIM_PROCESS,
	VNS_PROCFS_CLAIM_NONE,
	VNS_PROCFS_CLAIM_WRONG,
};
enum vns_procfs_claim vns_procfs_parse_claim(const char *text, int *pid,
					     bool *exact,
					     unsigned long long *ticks);

/*
 * Parses the process id in /proc/self/fdinfo/PIDFD (pidfd_open(2)). Returns
 * false where the process has ended, or is none of the reader's PID namespace.
 */
bool vns_procfs_parse_pidfd(const char *text, int *pid);

/*
 * Parses a number behind a key on a line of its own, as in /proc/PID/status.
 * The name of the process in that file has no line breaks. Returns false if
 * there is none.
 */
bool vns_procfs_find_number(const char *text, const char *key, int base,
			    unsigned long long *number);

/*
 * Parses field 22 of /proc/PID/stat, the start time in clock ticks since boot.
 * The command's name in that file may have spaces and parentheses.
 */
bool vns_procfs_parse_start(const char *stat, unsigned long long *ticks);

/*
 * Parses field 7 of the same file, the number of the controlling terminal.
 * Returns false if there is none.
 */
bool vns_procfs_parse_terminal(const char *stat, unsigned *major,
			       unsigned *minor);

/*
 * Whether a process that calls itself so (the first string of
 * /proc/PID/cmdline) is an sshd that asks PAM about a user in the name of a
 * connection: "sshd: alice [priv]", "sshd-session: alice [priv]". The one that
 * asks for keyboard-interactive authentication is not: it has "[pam]" there.
 */
bool vns_procfs_is_monitor(const char *title);

/*
 * One line of /proc/PID/mountinfo. The strings point into the line, which is
 * cut up in place, and their escapes, \040 for example, are undone.
 */
struct vns_procfs_mount {
	const char *id;
	bool shared;	  /* the mount has peers */
	const char *root; /* what of the filesystem is mounted */
	const char *target;
	const char *options;
	const char *type;
	const char *source;
};
bool vns_procfs_parse_mount(char *line, struct vns_procfs_mount *mount);

#endif
