/*
 * Handles the caller's terminal while a program that runs elsewhere is
 * connected to it: which mode it is in, and who gets what is typed.
 */
#ifndef VNS_KEYBOARD_H
#define VNS_KEYBOARD_H

#include "tool/plan.h"

struct vns_keyboard {
	const struct vns_plan *plan;
	const int *held;  /* the relay's descriptors, by vns_plan_slot */
	bool alone;	  /* no pager of a pipeline reads the terminal */
	bool interactive; /* only the program uses the terminal */
	bool raw;	  /* what is typed is passed on unchanged */
	bool asked;	  /* what was printed may make the terminal answer */
};

/* Whether the calling process may read the terminal and change its mode. */
bool vns_keyboard_in_foreground(int terminal);

/*
 * Sets the terminal's mode: while the program runs and has the terminal, it
 * gets everything that is typed, even ^C and ^Z. Nothing is changed while the
 * caller is in the background.
 */
void vns_keyboard_follow(struct vns_keyboard *keyboard, bool runs);

/*
 * Discards what the terminal answers to the program's output: a shell that
 * reads the terminal next would take it for commands. Then the terminal is raw.
 * screen (or -1) is a descriptor of the terminal that can be written to.
 */
void vns_keyboard_settle(struct vns_keyboard *keyboard, int screen);

/* Whether the program gets what is typed now. */
bool vns_keyboard_is_its(const struct vns_keyboard *keyboard);

/* Gives the program's pseudo terminal the size of the caller's terminal. */
void vns_keyboard_resize(const struct vns_keyboard *keyboard);

#endif
