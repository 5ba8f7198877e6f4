/*
 * Gives the terminal to a new process group when su forks its shell
 * (pthread_atfork(3)), and back to the caller's when that group has no process
 * left.
 */
#include "system/foreground.h"

#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* A longer command line is not that of a su that is known. */
#define LINE_MAX_LENGTH 1024

void vns_foreground_set(int tty, pid_t group)
{
	sigset_t set, old;

	/*
	 * SIGTTOU stops a process that does this in the background, unless it
	 * is blocked.
	 */
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	(void)tcsetpgrp(tty, group);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* Returns which of 0, 1 and 2 is the controlling terminal; -1: none. */
static int find_terminal(pid_t *group)
{
	int fd;

	for (fd = 0; fd <= 2; fd++) {
		*group = tcgetpgrp(fd);
		if (*group >= 0)
			return fd;
	}
	return -1;
}

pid_t vns_foreground_look(void)
{
	pid_t group;

	return find_terminal(&group) >= 0 && group == getpgrp() ? group : 0;
}

void vns_foreground_return(pid_t group)
{
	int code = errno, fd;
	pid_t now;

	if (group <= 0 || group != getpgrp())
		return;
	fd = find_terminal(&now);
	if (fd >= 0 && now > 0 && now != group && kill(-now, 0) < 0 &&
	    errno == ESRCH)
		vns_foreground_set(fd, group);
	errno = code;
}

static bool is_among(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

bool vns_foreground_is_shell(const char *text, size_t length)
{
	static const char *const programs[] = { "su", "runuser", NULL };
	static const char *const alone[] = {
		"-",  "-l", "--login", "-m",
		"-p", "-f", "--fast",  "--preserve-environment",
		NULL
	};
	static const char *const valued[] = { "-s", "--shell",
					      "-g", "--group",
					      "-G", "--supp-group",
					      "-w", "--whitelist-environment",
					      NULL };
	const char *word = text, *end = text + length, *name;
	bool user = false;

	if (length == 0 || end[-1] != '\0')
		return false;
	name = strrchr(word, '/');
	if (!is_among(name ? name + 1 : word, programs))
		return false;
	while ((word += strlen(word) + 1) < end) {
		if (is_among(word, alone))
			continue;
		if (is_among(word, valued)) {
			word += strlen(word) + 1;
			if (word >= end)
				return false;
			continue;
		}
		if (*word == '-' || user)
			return false;
		user = true;
	}
	return true;
}

/* --- the next process ----------------------------------------------------- */

/*
 * pthread_atfork(3) passes no arguments to its functions, so they share this.
 */
static struct {
	bool registered;
	pid_t process; /* the process that is to fork; 0: it has forked */
	int tty;
	bool now;
} armed;

/*
 * If the terminal's modes have been changed, su itself reads from it, and it is
 * not given away.
 */
static void before_fork(void)
{
	struct termios modes;
	const int code = errno;

	armed.now = armed.process > 0 && armed.process == getpid() &&
		    tcgetpgrp(armed.tty) == getpgrp() &&
		    tcgetattr(armed.tty, &modes) == 0 &&
		    (modes.c_lflag & ICANON);
	armed.process = 0;
	errno = code;
}

/* Makes async-signal-safe calls only. */
static void in_child(void)
{
	const int code = errno;

	if (armed.now && setpgid(0, 0) == 0)
		vns_foreground_set(armed.tty, getpid());
	armed.now = false;
	errno = code;
}

/* A shell is interactive if its 0 and 2 are a terminal. */
bool vns_foreground_shares(void)
{
	VNS_AUTOCLOSE int fd = -1;
	char text[LINE_MAX_LENGTH];
	ssize_t length;

	if (tcgetpgrp(STDIN_FILENO) != getpgrp() ||
	    tcgetpgrp(STDERR_FILENO) != getpgrp())
		return false;
	fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	length = fd < 0 ? -1 : read(fd, text, sizeof(text));
	return length > 0 && (size_t)length < sizeof(text) &&
	       vns_foreground_is_shell(text, (size_t)length);
}

void vns_foreground_arm(void)
{
	if (!armed.registered &&
	    pthread_atfork(before_fork, NULL, in_child) != 0)
		return;
	armed.registered = true;
	armed.tty = STDIN_FILENO;
	armed.process = getpid();
}
