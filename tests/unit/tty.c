/*
 * Tests that a process with a controlling terminal can no longer type into it;
 * see pam_vns/system/tty.h. Only root can run it, as a filter without
 * no_new_privs needs privilege.
 */
#include "system/tty.h"

#include "tap.h"

#include <errno.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Returns the number behind "Seccomp:" in /proc/self/status. */
static int filters(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	int mode = -1;

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "Seccomp: %d", &mode);
	if (file)
		fclose(file);
	return mode;
}

static bool denied(unsigned long request, void *argument)
{
	return syscall(SYS_ioctl, 0, request, argument) < 0 && errno == EPERM;
}

/* Each bit of the result is a test that has failed. */
static int with_terminal(void)
{
	struct vns_error err = { "untouched" };
	char text[64] = "x";
	int failed = 0;

	failed |= (vns_tty_guard(&err) != 0) << 0;
	failed |= (strcmp(err.text, "untouched") != 0) << 1;
	failed |= (filters() != 2) << 2;
	failed |= !denied(TIOCSTI, text) << 3;
	failed |= !denied(TIOCLINUX, text) << 4;
	if (sizeof(long) > 4)
		failed |= !denied(~0xffffffffUL | TIOCSTI, text) << 5;
	failed |= (ioctl(0, TIOCGWINSZ, text) != 0) << 6;
	/* The same number is allowed in other system calls. */
	failed |= (lseek(0, TIOCSTI, SEEK_SET) >= 0 || errno != ESPIPE) << 7;
	return failed;
}

/* A process with a terminal is found to have one, whatever its name is. */
static int with_name(void)
{
	FILE *file = fopen("/proc/self/comm", "w");
	struct vns_error err;

	if (!file || fputs(") S 1 1 1 0 ", file) < 0 || fclose(file) != 0)
		return 1;
	return (vns_tty_guard(&err) != 0) << 1 | (filters() != 2) << 2;
}

static int without_terminal(void)
{
	struct vns_error err;

	setsid();
	return (vns_tty_guard(&err) != 0) << 0 | (filters() != 0) << 1;
}

/* What a child says that runs on a new terminal or without one. */
static int ask(int (*child)(void), bool terminal)
{
	int master = -1, status = -1;
	pid_t pid = terminal ? forkpty(&master, NULL, NULL, NULL) : fork();

	if (pid == 0)
		_exit(child());
	need(pid > 0 && waitpid(pid, &status, 0) == pid, "fork");
	close(master);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
	if (geteuid() != 0) {
		skip("the guard of a terminal", "needs root");
		return finish();
	}
	about("a guard on a process");
	is_number(ask(with_terminal, true), 0,
		  "with a terminal, TIOCSTI and TIOCLINUX are denied, and "
		  "other calls are not");
	is_number(ask(with_name, true), 0,
		  "with a terminal and a name like fields of /proc/PID/stat, "
		  "there is a filter");
	is_number(ask(without_terminal, false), 0,
		  "without a terminal, there is no filter");
	is_number(
		filters(), 0,
		"the process that asked, which is another one, has no filter");
	return finish();
}
