/*
 * Who has the terminal, where a program on it is in a PID namespace: in there
 * its caller's process group has no number, getpgrp(2) and tcgetpgrp(3) are 0,
 * and a shell that wants to give the terminal back to 0 fails, and leaves it
 * to nobody.
 */
#ifndef VNS_FOREGROUND_H
#define VNS_FOREGROUND_H

#include <stdbool.h>
#include <sys/types.h>

/* Gives the terminal to a process group, also from the background. */
void vns_foreground_set(int tty, pid_t group);

/* The calling process's group, if its terminal is its; otherwise 0. */
pid_t vns_foreground_look(void);

/*
 * At the end of a session: if group is the calling process's, and the terminal
 * is left to a group that is no more, that has it again.
 */
void vns_foreground_return(pid_t group);

/*
 * Whether this is the command line of a su(1) or runuser(1) that will run an
 * interactive shell on its own terminal: no command, and no --pty. text is
 * /proc/PID/cmdline's; so are the options that are known.
 */
bool vns_foreground_is_shell(const char *text, size_t length);

/* Whether the calling process is one, has its terminal, and will share it. */
bool vns_foreground_shares(void);

/*
 * The next process that it forks begins in a group of its own, and has the
 * terminal: inside both have a number then, and a shell knows what to give
 * back.
 */
void vns_foreground_arm(void);

#endif
