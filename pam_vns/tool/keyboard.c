/* Handles the terminal of a caller whose program runs elsewhere. */
#include "tool/keyboard.h"

#include "tool/answers.h"

#include <errno.h>
#include <unistd.h>

/* A process in the background may neither read the terminal nor change it. */
bool vns_keyboard_in_foreground(int terminal)
{
	pid_t group = tcgetpgrp(terminal);

	return group < 0 ? errno == ENOTTY : group == getpgrp();
}

/* Whether a program inside has changed the mode, as editors do. */
static bool taken_inside(const struct vns_keyboard *keyboard)
{
	const tcflag_t mask = ICANON | ECHO;
	struct termios now;

	return tcgetattr(keyboard->held[VNS_PLAN_SLAVE], &now) == 0 &&
	       (now.c_lflag & mask) != (keyboard->plan->modes.c_lflag & mask);
}

void vns_keyboard_follow(struct vns_keyboard *keyboard, bool runs)
{
	const int terminal = keyboard->plan->terminal;
	struct termios modes = keyboard->plan->modes;
	bool mine, wanted;

	if (terminal < 0)
		return;
	mine = vns_keyboard_in_foreground(terminal);
	wanted = mine && runs && keyboard->held[VNS_PLAN_MASTER] >= 0 &&
		 (keyboard->interactive || taken_inside(keyboard));
	if (wanted == keyboard->raw)
		return;
	if (wanted)
		cfmakeraw(&modes);
	/* In the background, the mode is another program's business by now. */
	if (mine)
		tcsetattr(terminal, TCSANOW, &modes);
	keyboard->raw = wanted;
}

void vns_keyboard_settle(struct vns_keyboard *keyboard, int screen)
{
	const int terminal = keyboard->plan->terminal;
	struct termios modes = keyboard->plan->modes;

	if (!keyboard->asked || !keyboard->alone || terminal < 0 ||
	    screen < 0 || !vns_keyboard_in_foreground(terminal))
		return;
	cfmakeraw(&modes);
	tcsetattr(terminal, TCSANOW, &modes);
	keyboard->raw = true;
	vns_answers_discard(terminal, screen);
	keyboard->asked = false;
}

/*
 * In a pipeline, the program gets what is typed while the terminal is in its
 * line mode: if another program reads the terminal by itself, as a pager does,
 * it changes the mode.
 */
bool vns_keyboard_is_its(const struct vns_keyboard *keyboard)
{
	struct termios modes;

	if (keyboard->raw)
		return true;
	return !keyboard->interactive && keyboard->plan->terminal == 0 &&
	       vns_keyboard_in_foreground(0) && tcgetattr(0, &modes) == 0 &&
	       (modes.c_lflag & ICANON);
}

void vns_keyboard_resize(const struct vns_keyboard *keyboard)
{
	struct winsize size;

	if (ioctl(keyboard->plan->terminal, TIOCGWINSZ, &size) == 0)
		(void)ioctl(keyboard->held[VNS_PLAN_MASTER], TIOCSWINSZ, &size);
}
