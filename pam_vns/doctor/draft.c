/* Tells from a file's path and text which kind of configuration it is. */
#include "doctor/draft.h"

#include <string.h>

bool vns_draft_lies_in(const char *file, const char *directory)
{
	const char *slash = strrchr(file, '/');
	size_t length = directory ? strlen(directory) : 0;
	const char *dot = strrchr(file, '.');

	return slash && length && (size_t)(slash - file) == length &&
	       strncmp(file, directory, length) == 0 && dot > slash;
}

bool vns_draft_sets_root(const char *text)
{
	const char *line;

	for (line = text; line; line = strchr(line, '\n')) {
		line += strspn(line, " \t\n");
		if (strncmp(line, "root", 4) == 0 ||
		    strncmp(line, "source", 6) == 0 ||
		    strncmp(line, "context", 7) == 0)
			return true;
	}
	return false;
}

bool vns_draft_is_template(const char *path)
{
	size_t length = strlen(path);

	return length > 6 && strcmp(path + length - 6, "@.conf") == 0;
}
