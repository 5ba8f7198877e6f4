/*
 * Tests which command lines of su and runuser lead to an interactive shell on
 * the caller's terminal; see pam_vns/system/foreground.h.
 */
#include "system/foreground.h"

#include "tap.h"

#include <string.h>

static const struct {
	const char *line; /* each word ends with '|' */
	bool shell;
} lines[] = {
	{ "su|", true },
	{ "-su|", false },
	{ "su|bob|", true },
	{ "/usr/bin/su|-|bob|", true },
	{ "/sbin/runuser|-l|bob|", true },
	{ "su|-m|-s|/bin/zsh|bob|", true },
	{ "su|--shell|-c|bob|", true },
	{ "su|-g|tty|-G|disk|-w|TERM|--login|bob|", true },
	{ "su|bob|-c|id|", false },
	{ "su|-c|id|bob|", false },
	{ "su|--command=id|bob|", false },
	{ "su|--session-command|id|bob|", false },
	{ "su|-P|bob|", false },
	{ "su|--pty|bob|", false },
	{ "su|-lP|bob|", false },
	{ "su|bob|script|", false },
	{ "su|--|bob|", false },
	{ "su|bob|-s|", false },
	{ "su|bob", false },
	{ "", false },
	{ "sudo|-i|", false },
	{ "login|", false },
};

int main(void)
{
	char text[128];
	size_t i, j, length;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		length = strlen(lines[i].line);
		for (j = 0; j < length; j++)
			text[j] = lines[i].line[j] == '|' ? '\0' :
							    lines[i].line[j];
		text[length] = 'x';
		ok(vns_foreground_is_shell(text, length) == lines[i].shell,
		   "the command line \"%s\" is %s interactive shell",
		   lines[i].line, lines[i].shell ? "an" : "no");
	}
	return finish();
}
