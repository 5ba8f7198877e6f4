/*
 * Keeps what a terminal answers to a program's output from whoever reads the
 * terminal after the program.
 */
#ifndef VNS_ANSWERS_H
#define VNS_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a terminal may answer to these bytes, as if the answer were typed. */
bool vns_answers_asked(const char *text, size_t size);

/*
 * Waits until the terminal has answered everything that was printed on it
 * before, but not for ever, and discards that, and what was typed meanwhile. It
 * is not asked for the end of its answers where TERM says that it would not
 * understand. terminal must be in raw mode, and the caller in its foreground.
 * screen is a descriptor of the same terminal that can be written to.
 */
void vns_answers_discard(int terminal, int screen);

#endif
