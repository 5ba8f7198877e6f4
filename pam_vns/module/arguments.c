/*
 * Goes through the words of a line of pam.d(5), and sets a field for each that
 * is known.
 */
#include "module/arguments.h"

#include "lib/paths.h"

#include <errno.h>
#include <string.h>

int vns_arguments_parse(struct vns_arguments *arguments, int argc,
			const char **argv, struct vns_error *err)
{
	int i;

	arguments->config = VNS_CONFIG_PATH;
	for (i = 0; i < argc; i++) {
		if (strncmp(argv[i], "config=", 7) == 0)
			arguments->config = argv[i] + 7;
		else if (strcmp(argv[i], "debug") == 0)
			arguments->debug = true;
		else if (strcmp(argv[i], "open") == 0)
			arguments->open = true;
		else if (strcmp(argv[i], "close") == 0)
			arguments->close = true;
		else if (strcmp(argv[i], "placed?") == 0)
			arguments->asks = true;
		else
			return vns_error_set(err, EINVAL,
					     "unknown argument \"%s\": the "
					     "arguments are config=FILE, "
					     "debug, open, close and placed?",
					     argv[i]);
	}
	if (arguments->open + arguments->close + arguments->asks > 1)
		return vns_error_set(
			err, EINVAL,
			"\"open\", \"close\" and \"placed?\" cannot be on "
			"the same line");
	return 0;
}
