/*
 * The caller's terminal while a program that runs elsewhere is connected to it:
 * whose what is typed is, and in which mode it is.
 */
#ifndef VNS_KEYBOARD_H
#define VNS_KEYBOARD_H

#include "tool/plan.h"

struct vns_keyboard {
	const struct vns_plan *plan;
	const int *held;  /* the relay's, by vns_plan_slot */
	bool interactive; /* the terminal is the program's alone */
	bool raw;	  /* what is typed is passed on as it is */
};

/* Whether the calling process may read the terminal and change its mode. */
bool vns_keyboard_in_foreground(int terminal);

/*
 * Sets the mode: all that is typed is the program's, ^C and ^Z too, while it
 * runs and has the terminal. In the background nothing is changed.
 */
void vns_keyboard_follow(struct vns_keyboard *keyboard, bool runs);

/* Whether what is typed is the program's now. */
bool vns_keyboard_is_its(const struct vns_keyboard *keyboard);

/* Gives the program's pseudo terminal the size of the caller's. */
void vns_keyboard_resize(const struct vns_keyboard *keyboard);

#endif
