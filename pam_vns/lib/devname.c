/* Compares the first name below /dev with a table. */
#include "lib/devname.h"

#include <stddef.h>
#include <string.h>

bool vns_devname_own(const char *path)
{
	static const char *const names[] = {
		"null",	 "zero",   "full",   "random", "urandom", "tty", "fd",
		"stdin", "stdout", "stderr", "ptmx",   "pts",	  "shm", "log",
	};
	const char *name = path + strlen("/dev/");
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == strcspn(name, "/") &&
		    strncmp(names[i], name, strlen(names[i])) == 0)
			return true;
	return false;
}

bool vns_devname_pattern(const char *path)
{
	return strpbrk(path, "*?[") != NULL;
}
