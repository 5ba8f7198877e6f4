/* Runs a command whose system calls are answered here: see fault.h. */
#ifndef COMMAND_H
#define COMMAND_H

#include "fault.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Runs it, from /usr/sbin and without an environment. said is what it has
 * printed. Returns wait(2)'s status; server, which answers what it has left
 * running, is to be ended.
 */
int command_run(const char *const argv[], struct fault *fault, pid_t *server,
		char *said, size_t size);
void command_end(pid_t server);

/*
 * Runs it once for each of its system calls, or for some of them where they are
 * many, which then fails. Before it and after it a line of shell must succeed.
 * It is wrong if it dies, or fails without a word. Returns how often it was.
 */
long command_each(struct fault *fault, const char *before, const char *after,
		  const char *const argv[]);

#endif
