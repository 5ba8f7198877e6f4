/*
 * Searches nsswitch.conf(5) for a database's line, and takes the services off
 * that line one by one, without their actions in brackets.
 */
#include "system/nsswitch.h"

#include <errno.h>
#include <string.h>

int vns_nsswitch_find(const char *text, const char *database, char **services)
{
	const char *space = " \t\r";
	size_t name = strlen(database), length;
	const char *line;

	*services = NULL;
	for (line = text; *line; line += *line == '\n') {
		const char *at = line + strspn(line, space);

		line += strcspn(line, "\n");
		if (strncmp(at, database, name) != 0)
			continue;
		at += name;
		at += strspn(at, space);
		if (*at != ':')
			continue;
		at++;
		at += strspn(at, space);
		length = strcspn(at, "#\n");
		while (length > 0 && strchr(space, at[length - 1]))
			length--;
		if (length == 0)
			return 0;
		*services = strndup(at, length);
		return *services ? 0 : -ENOMEM;
	}
	return 0;
}

char *vns_nsswitch_next(char **services)
{
	char *at = *services, *end;

	at += strspn(at, " \t\r");
	while (*at == '[') {
		at += strcspn(at, "]");
		at += *at == ']';
		at += strspn(at, " \t\r");
	}
	if (!*at)
		return NULL;
	end = at + strcspn(at, " \t\r[");
	/* An action follows, as in "files[NOTFOUND=return]". */
	if (*end == '[') {
		char *close = end + strcspn(end, "]");

		*services = close + (*close == ']');
	} else {
		*services = end + (*end != '\0');
	}
	*end = '\0';
	return at;
}
