/*
 * Another engine, in a few lines: processes in the namespaces of vservers,
 * with numbers of the caller's choice, and pid files.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <sys/types.h>

/* Three vservers, and the host itself. */
enum colour { RED, BLUE, GREEN, HOST, COLOURS };

/*
 * Whose namespaces those of a colour are from now on: the process pid's. All
 * that is started here ends with the calling process.
 */
void engine_begin(enum colour colour, pid_t pid);

/*
 * A process with this number in the colour's namespaces; inner is its number
 * in there. The caller is its parent.
 */
void engine_start(enum colour colour, pid_t number, pid_t inner);

/* SIGUSR1 moves it to other mount and UTS namespaces, copies of its own. */

/* Ends it; its number is free again. */
void engine_stop(pid_t number);

/* Writes a pid file, in place or as another file of the same name. */
void engine_write(const char *path, pid_t number, int in_place);

#endif
