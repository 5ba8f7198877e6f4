/* Parsers of what proc(5) and pid files say. Pure. */
#ifndef VNS_PROCFS_H
#define VNS_PROCFS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The first word of a pid file: a decimal number above 1 and then white space
 * or the end.
 */
bool vns_procfs_parse_pidfile(const char *text, int *pid);

/*
 * Field 22 of /proc/PID/stat, the start time in clock ticks since boot. The
 * command's name in it may have spaces and parentheses.
 */
bool vns_procfs_parse_start(const char *stat, unsigned long long *ticks);

/*
 * One line of /proc/PID/mountinfo. The words point into the line, which is
 * cut up in place; \040 and the like in them are left as they are.
 */
struct vns_procfs_mount {
	const char *id;
	bool shared; /* it has peers */
	const char *target;
	const char *options;
	const char *type;
	const char *source;
};
bool vns_procfs_parse_mount(char *line, struct vns_procfs_mount *mount);

#endif
