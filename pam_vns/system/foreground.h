/*
 * Keeps track of which process group has the terminal while a program on it is
 * in a PID namespace. In there the process group of the program's caller has no
 * number, getpgrp(2) and tcgetpgrp(3) return 0, and a shell that wants to give
 * the terminal back to group 0 fails, and leaves it to nobody.
 */
#ifndef VNS_FOREGROUND_H
#define VNS_FOREGROUND_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Gives the terminal to a process group. The caller may be in the background.
 */
void vns_foreground_set(int tty, pid_t group);

/*
 * Returns the calling process's group if that group has the terminal, otherwise
 * 0.
 */
pid_t vns_foreground_look(void);

/*
 * For the end of a session: if group is the calling process's group, and the
 * terminal is left to a group that does not exist any more, group gets the
 * terminal back.
 */
void vns_foreground_return(pid_t group);

/*
 * Whether text, in the form of /proc/PID/cmdline, is the command line of a
 * su(1) or runuser(1) that will run an interactive shell on its own terminal:
 * with no command and no --pty, and only with options that are known.
 */
bool vns_foreground_is_shell(const char *text, size_t length);

/*
 * Whether the calling process is such a su or runuser, has the terminal, and
 * will share it.
 */
bool vns_foreground_shares(void);

/*
 * The next process that the calling process forks begins in a group of its own
 * and has the terminal. Inside the PID namespace both groups then have a
 * number, and a shell knows which group to give the terminal back to.
 */
void vns_foreground_arm(void);

#endif
