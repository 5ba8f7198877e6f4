/* Forks the clean process, passes signals on to it, and ends as it ends. */
#include "tool/apart.h"

#include "system/clean.h"
#include "system/spawn.h"
#include "tool/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_kept(const char *variable)
{
	return strncmp(variable, "TERM=", strlen("TERM=")) == 0 ||
	       strncmp(variable, "NO_COLOR=", strlen("NO_COLOR=")) == 0;
}

static void reset_environment(void)
{
	char **from = environ, **kept = environ;

	for (; *from; from++)
		if (is_kept(*from))
			*kept++ = *from;
	*kept = NULL;
	setenv("PATH", strchr(VNS_SPAWN_PATH, '=') + 1, 1);
}

static void become_clean(pid_t parent)
{
	int rc = vns_clean_process(STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);

	if (rc < 0) {
		vns_cli_complain("a clean process cannot be made: %s",
				 strerrordesc_np(-rc));
		exit(VNS_EXIT_FAILURE);
	}
	vns_clean_bind(parent, SIGKILL);
	reset_environment();
}

/* Those that the caller has had ignored are ignored here, too. */
static void add_unless_ignored(sigset_t *set, int signal)
{
	struct sigaction now;

	if (sigaction(signal, NULL, &now) == 0 && now.sa_handler != SIG_IGN)
		sigaddset(set, signal);
}

static _Noreturn void end_as(int status)
{
	/* This process has nothing to dump. */
	prctl(PR_SET_DUMPABLE, 0);
	if (WIFSIGNALED(status)) {
		vns_clean_signals();
		kill(getpid(), WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : VNS_EXIT_FAILURE);
}

/* A process that was stopped, or goes on, has not ended. */
static bool has_ended(pid_t pid, int *status)
{
	pid_t found;

	*status = VNS_EXIT_FAILURE << 8;
	do
		found = waitpid(pid, status, WNOHANG);
	while (found < 0 && errno != ECHILD);
	return found != 0;
}

static _Noreturn void wait_for(pid_t pid, const sigset_t *set)
{
	siginfo_t info;
	int number, status;

	do {
		number = sigwaitinfo(set, &info);
		if (number > 0 && number != SIGCHLD)
			kill(pid, number);
	} while (number != SIGCHLD || !has_ended(pid, &status));
	end_as(status);
}

void vns_apart_begin(void)
{
	static const int passed[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	const pid_t self = getpid();
	int pidfd = -1;
	sigset_t set;
	pid_t pid;
	size_t i;

	/* With SIGCHLD ignored the new process could not be waited for. */
	(void)signal(SIGCHLD, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		add_unless_ignored(&set, passed[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pid = vns_clean_fork(SIGCHLD, &pidfd);
	if (pid > 0)
		wait_for(pid, &set);
	if (pid == 0) {
		become_clean(self);
		return;
	}
	vns_cli_complain("a clean process cannot be made: %s",
			 strerrordesc_np(errno));
	exit(VNS_EXIT_FAILURE);
}
