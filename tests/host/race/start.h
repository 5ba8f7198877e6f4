/* Runs "vns start" once for each of its system calls, which then fails. */
#ifndef START_H
#define START_H

#include <stdbool.h>

/*
 * Starts the vserver as often as that takes system calls; each fails in turn,
 * once, or with on all of its number from there on. A start that fails leaves
 * nothing; with on, nothing that the next one would not clean up. One that
 * does not fail has made all of it, which is_whole is asked, too. Returns how
 * often that was not so.
 */
long start_each(int error, bool on, bool (*is_whole)(void));

#endif
