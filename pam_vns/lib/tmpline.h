/*
 * Parses what is said of directories in /run: the lines of tmpfiles.d(5) that
 * make directories there, and the values of the key "run_dirs". Pure: it opens
 * no files. The text may be anybody's.
 */
#ifndef VNS_TMPLINE_H
#define VNS_TMPLINE_H

#include <stdbool.h>

#define VNS_TMPLINE_PATH_MAX 127
#define VNS_TMPLINE_NAME_MAX 32
/* User and group ids are below it. */
#define VNS_TMPLINE_IDS_MAX 4294967295UL

/* As written: user and group are names or numbers. */
struct vns_tmpline {
	char path[VNS_TMPLINE_PATH_MAX + 1]; /* below /run, without it */
	unsigned mode;
	char user[VNS_TMPLINE_NAME_MAX + 1];
	char group[VNS_TMPLINE_NAME_MAX + 1];
};

/*
 * Whether path is names of letters, digits and characters of "_.@:+-" with
 * single slashes between them; a name begins with none of ".-".
 */
bool vns_tmpline_path_valid(const char *path);

/*
 * Parses a line of tmpfiles.d, which ends with the text or with a newline.
 * Returns false for what is no directory below /run (types d and D), and for
 * what is not understood: quotes, backslashes, specifiers.
 */
bool vns_tmpline_parse(const char *line, struct vns_tmpline *parsed);

/* Parses a value "NAME [MODE [UID [GID]]]". */
bool vns_tmpline_value(const char *value, struct vns_tmpline *parsed);

/*
 * Finds a user or a group, by number or in the text of passwd(5) or group(5).
 */
bool vns_tmpline_id(const char *table, const char *name, unsigned long *id);

/*
 * Reads the ids of the user in a line of passwd(5). Returns false if the line
 * has none.
 */
bool vns_tmpline_user(const char *line, unsigned long *uid, unsigned long *gid);

/* Returns the line behind this one, or NULL. */
const char *vns_tmpline_next(const char *line);

#endif
