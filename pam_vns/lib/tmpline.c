/* Takes lines apart word by word, and believes only what it understands. */
#include "lib/tmpline.h"

#include "lib/util.h"

#include <string.h>

#define USUAL_MODE 0755
#define MODE_MAX 07777

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

bool vns_tmpline_path_valid(const char *path)
{
	size_t i;

	for (i = 0; path[i]; i++) {
		bool first = i == 0 || path[i - 1] == '/';

		if (is_name(path[i]) || strchr(first ? "@+" : "@:+-.", path[i]))
			continue;
		if (path[i] != '/' || first)
			return false;
	}
	return i > 0 && i <= VNS_TMPLINE_PATH_MAX && path[i - 1] != '/';
}

/* Copies the next word of the line; "-" if there is none. */
static bool take_word(const char **at, char *word, size_t size)
{
	size_t length;

	*at += strspn(*at, " \t");
	length = strcspn(*at, " \t\n");
	if (length >= size)
		return false;
	memcpy(word, *at, length);
	word[length] = '\0';
	*at += length;
	if (length == 0)
		memcpy(word, "-", 2);
	return true;
}

static bool is_unset(const char *word)
{
	return strcmp(word, "-") == 0;
}

/* What may stand before a mode says what is to be done if there is a file. */
static bool read_mode(const char *word, unsigned *mode)
{
	size_t i = strspn(word, "~:");

	*mode = is_unset(word) ? USUAL_MODE : 0;
	if (is_unset(word))
		return true;
	if (!word[i])
		return false;
	for (; word[i] >= '0' && word[i] <= '7' && *mode <= MODE_MAX; i++)
		*mode = *mode * 8 + (unsigned)(word[i] - '0');
	return !word[i] && *mode <= MODE_MAX;
}

static bool take_owner(const char **at, char owner[VNS_TMPLINE_NAME_MAX + 1])
{
	size_t i;

	if (!take_word(at, owner, VNS_TMPLINE_NAME_MAX + 1))
		return false;
	if (is_unset(owner))
		memcpy(owner, "0", 2);
	if (owner[0] == ':')
		memmove(owner, owner + 1, strlen(owner));
	for (i = 0; owner[i]; i++)
		if (!is_name(owner[i]) && (i == 0 || !strchr(".-", owner[i])))
			return false;
	return i > 0;
}

static bool read_rest(const char **at, struct vns_tmpline *parsed)
{
	char word[VNS_TMPLINE_NAME_MAX];

	return take_word(at, word, sizeof(word)) &&
	       read_mode(word, &parsed->mode) && take_owner(at, parsed->user) &&
	       take_owner(at, parsed->group);
}

/* /var/run is a link to /run on every system that has tmpfiles.d. */
static const char *below_run(const char *path)
{
	if (strncmp(path, "/var/", 5) == 0)
		path += 4;
	return strncmp(path, "/run/", 5) == 0 ? path + 5 : NULL;
}

bool vns_tmpline_parse(const char *line, struct vns_tmpline *parsed)
{
	char type[16], path[VNS_TMPLINE_PATH_MAX + sizeof("/var/run//")];
	const char *below;
	size_t length;

	if (!take_word(&line, type, sizeof(type)) ||
	    (type[0] != 'd' && type[0] != 'D') ||
	    type[1 + strspn(type + 1, "!-+=~^$")] ||
	    !take_word(&line, path, sizeof(path)))
		return false;
	length = strlen(path);
	if (path[length - 1] == '/')
		path[length - 1] = '\0';
	below = below_run(path);
	if (!below || !vns_tmpline_path_valid(below))
		return false;
	memcpy(parsed->path, below, strlen(below) + 1);
	return read_rest(&line, parsed);
}

bool vns_tmpline_value(const char *value, struct vns_tmpline *parsed)
{
	unsigned long ignored;

	return take_word(&value, parsed->path, sizeof(parsed->path)) &&
	       vns_tmpline_path_valid(parsed->path) &&
	       read_rest(&value, parsed) && !*value &&
	       vns_tmpline_id(NULL, parsed->user, &ignored) &&
	       vns_tmpline_id(NULL, parsed->group, &ignored);
}

const char *vns_tmpline_next(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : NULL;
}

/* Reads the number in a field, which are separated by colons. */
static bool read_field(const char *line, unsigned number, unsigned long *value)
{
	char text[16];
	size_t length;

	while (number-- > 0) {
		line += strcspn(line, ":\n");
		if (*line++ != ':')
			return false;
	}
	length = strcspn(line, ":\n");
	if (length >= sizeof(text))
		return false;
	memcpy(text, line, length);
	text[length] = '\0';
	return vns_util_number(text, VNS_TMPLINE_IDS_MAX - 1, value);
}

bool vns_tmpline_id(const char *table, const char *name, unsigned long *id)
{
	size_t length = strlen(name);

	if (vns_util_number(name, VNS_TMPLINE_IDS_MAX - 1, id))
		return true;
	for (; table; table = vns_tmpline_next(table))
		if (strncmp(table, name, length) == 0 && table[length] == ':')
			return read_field(table, 2, id);
	return false;
}

bool vns_tmpline_user(const char *line, unsigned long *uid, unsigned long *gid)
{
	return read_field(line, 2, uid) && read_field(line, 3, gid);
}
