/*
 * vnamespace: util-vserver's command line for the vservers of this project. See
 * vnamespace(8).
 */
#include "config/definition.h"
#include "system/namespace.h"
#include "system/seccomp.h"
#include "vserver/cgsession.h"
#include "tool/cli.h"
#include "tool/sealed.h"
#include "system/foreground.h"
#include "config/load.h"
#include "system/mount.h"
#include "system/inroot.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void print_help(void)
{
	printf("Usage: vnamespace [-C FILE] OPERATION [--] [PROGRAM "
	       "[ARGUMENT...]]\n\n"
	       "  -e, --enter ID  run PROGRAM in the namespace of the vserver "
	       "ID: its name,\n                  its context number, or "
	       ":NAME\n"
	       "  -n, --new       run PROGRAM in a new mount namespace\n"
	       "  -s, --set       refused: a namespace is tied to a vserver "
	       "by \"vns start\"\n"
	       "  -c, --cleanup   refused: \"vns stop\" takes all mounts "
	       "away\n"
	       "  -C, --config FILE, -h, --help, -v, --version\n\n"
	       "Exit code: PROGRAM's, or 255.\n");
}

static int run(char **argv)
{
	return vns_cli_run(argv, environ);
}

/* A program that runs as a child, in a process group of its own. */
struct child {
	pid_t pid;
	int tty;  /* -1: no terminal, and the group is ours */
	bool has; /* the child was given the terminal */
};

static void give(struct child *child)
{
	if (child->tty < 0 || tcgetpgrp(child->tty) != getpgrp())
		return;
	vns_foreground_set(child->tty, getpgid(child->pid));
	child->has = true;
}

/*
 * Takes the terminal back, so that the shell, or what the child has left, finds
 * it as it was.
 */
static void take_back(struct child *child)
{
	if (child->has)
		vns_foreground_set(child->tty, getpgrp());
	child->has = false;
}

static void pass_on(const siginfo_t *info, struct child *child)
{
	if (info->si_signo == SIGCONT)
		give(child);
	/* Signals from the terminal only go to the group that has it. */
	else if (info->si_code != SI_KERNEL)
		kill(child->pid, info->si_signo);
}

/*
 * Stops our whole group, as if ^Z were typed without this program in between.
 * If the group is a job, its shell sees this; if not, nothing stops.
 */
static void stop(int number)
{
	sigset_t set;

	if (number != SIGTSTP) {
		kill(getpid(), SIGSTOP);
		return;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	kill(0, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/*
 * Stops after the program has stopped. Otherwise the shell whose job we are
 * would take the terminal while the program still reads from it.
 */
static void stop_with(struct child *child, int number)
{
	take_back(child);
	stop(child->tty < 0 ? SIGSTOP : number);
	give(child);
	kill(child->tty < 0 ? child->pid : -getpgid(child->pid), SIGCONT);
}

/* ^C and ^\ must also end the script that has started us. */
static void end_with(struct child *child, int status)
{
	const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	const bool typed = child->has &&
			   (number == SIGINT || number == SIGQUIT);

	take_back(child);
	if (typed)
		kill(0, number);
}

static int wait_for(struct child *child, const sigset_t *set)
{
	siginfo_t info;
	int status;

	for (;;) {
		if (sigwaitinfo(set, &info) < 0)
			continue;
		if (info.si_signo != SIGCHLD) {
			pass_on(&info, child);
			continue;
		}
		if (waitpid(child->pid, &status, WNOHANG | WUNTRACED) <= 0)
			continue;
		if (!WIFSTOPPED(status))
			break;
		stop_with(child, WSTOPSIG(status));
	}
	end_with(child, status);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

/* Without a terminal, the child needs no process group of its own. */
static void begin_group(const struct child *child)
{
	if (child->tty < 0 || setpgid(0, 0) < 0)
		return;
	if (child->has)
		vns_foreground_set(child->tty, getpid());
}

static _Noreturn void be_child(char **argv, int parent, const sigset_t *mask,
			       const struct sigaction *action)
{
	struct pollfd fds = { .fd = parent, .events = POLLIN };

	sigaction(SIGCHLD, action, NULL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	/* If the parent dies, the child dies, as if both were one process. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&fds, 1, 0) > 0)
		_exit(VNS_EXIT_ERROR);
	_exit(run(argv));
}

/*
 * Runs the program in a child: only children are in a PID namespace that was
 * joined.
 */
static int run_child(char **argv, int tty)
{
	static const int passed[] = { SIGHUP,  SIGINT,	SIGQUIT, SIGTERM,
				      SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN,
				      SIGTTOU, SIGCONT, SIGCHLD };
	const struct sigaction plain = { .sa_handler = SIG_DFL };
	VNS_AUTOCLOSE int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	struct child child = { .tty = tty };
	struct sigaction action;
	sigset_t set, mask;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		sigaddset(&set, passed[i]);
	sigprocmask(SIG_BLOCK, &set, &mask);
	/* With SIGCHLD ignored the child could not be waited for. */
	sigaction(SIGCHLD, &plain, &action);
	child.has = tty >= 0 && tcgetpgrp(tty) == getpgrp();
	child.pid = fork();
	if (child.pid < 0) {
		vns_cli_complain("starting a process inside: %s",
				 strerrordesc_np(errno));
		return VNS_EXIT_ERROR;
	}
	if (child.pid == 0) {
		begin_group(&child);
		be_child(argv, self, &mask, &action);
	}
	return wait_for(&child, &set);
}

static int run_new(char **argv)
{
	struct vns_error err;

	if (vns_namespace_new(VNS_NSSET(VNS_NS_MNT), &err) < 0 ||
	    vns_mount_isolate(&err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_ERROR;
	}
	return run(argv);
}

static int run_inside(const char *config_path, const char *id, char **argv)
{
	VNS_AUTOCONFIG struct vns_config *config = NULL;
	VNS_AUTOVSERVER struct vns_vserver *vserver = NULL;
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	VNS_AUTOCLOSE int cwd = -1;
	VNS_AUTOCLOSE int back = -1;
	/* The host's terminal, opened while it can still be seen. */
	VNS_AUTOCLOSE int tty =
		open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	struct vns_restriction restriction;
	char path[PATH_MAX];
	struct vns_error err;

	if (vns_load_config(config_path, &config, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_ERROR;
	}
	if (vns_cli_open(config, id, "root", &vserver, &place) != VNS_EXIT_OK)
		return VNS_EXIT_ERROR;
	if (getcwd(path, sizeof(path)))
		cwd = vns_inroot_open(place.root, path, O_PATH | O_DIRECTORY,
				      VNS_INROOT_CHROOT);
	/*
	 * Until the program is executed, hide this copy of the host's memory.
	 */
	prctl(PR_SET_DUMPABLE, 0);
	if (vns_cgsession_enter(vserver, &place, &back, &err) < 0 ||
	    vns_namespace_enter(&place, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_ERROR;
	}
	/* If the directory does not exist inside, the program begins in "/". */
	if (cwd >= 0 && fchdir(cwd) < 0)
		vns_cli_complain("%s: cannot change to it", path);
	if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0) {
		vns_cli_complain("close_range: %s", strerrordesc_np(errno));
		return VNS_EXIT_ERROR;
	}
	restriction =
		vns_config_restriction(vserver, place.ns[VNS_NS_USER] >= 0);
	if (vns_seccomp_restrict(&restriction, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_ERROR;
	}
	return place.ns[VNS_NS_PID] < 0 ? run(argv) : run_child(argv, tty);
}

static int refuse(const char *operation, const char *reason)
{
	vns_cli_complain("%s is not supported: %s", operation, reason);
	return VNS_EXIT_ERROR;
}

/*
 * Refuses a second operation: if the last one counted, a mistake would do
 * something.
 */
static bool set_operation(int *operation, int option)
{
	bool first = *operation == 0;

	*operation = option;
	if (!first)
		vns_cli_usage("only one of --enter, --new, --set, --cleanup "
			      "can be given");
	return first;
}

static int enter(const char *config_path, const char *id, char **all,
		 char **argv)
{
	struct vns_error err;

	if (vns_sealed_begin(all, &err) == 0)
		return run_inside(config_path, id, argv);
	vns_cli_complain("%s", err.text);
	return VNS_EXIT_ERROR;
}

/* all are the arguments that argv is the rest of. */
static int operate(int operation, const char *config_path, const char *id,
		   char **all, char **argv)
{
	switch (operation) {
	case 's':
		return refuse("--set", "the kernel does not tie namespaces to "
				       "contexts any more; \"vns start\" does");
	case 'c':
		return refuse("--cleanup",
			      "\"vns stop\" takes a vserver's mounts away");
	case 'e':
	case 'n':
		break;
	default:
		vns_cli_usage("one of --enter, --new, --set, --cleanup is "
			      "needed");
		return VNS_EXIT_ERROR;
	}
	if (!argv[0]) {
		vns_cli_usage("a program to run is missing");
		return VNS_EXIT_ERROR;
	}
	if (geteuid() != 0) {
		vns_cli_complain("only root can do this");
		return VNS_EXIT_ERROR;
	}
	return operation == 'n' ? run_new(argv) :
				  enter(config_path, id, all, argv);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "enter", required_argument, NULL, 'e' },
		{ "new", no_argument, NULL, 'n' },
		{ "set", no_argument, NULL, 's' },
		{ "cleanup", no_argument, NULL, 'c' },
		{ "config", required_argument, NULL, 'C' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	const char *config_path = VNS_CONFIG_PATH, *id = NULL;
	int option, operation = 0;

	/* "+": options end at the first operand; the rest is PROGRAM's. */
	vns_cli_open_standard();
	while ((option = getopt_long(argc, argv, "+e:nscC:hv", options,
				     NULL)) != -1) {
		switch (option) {
		case 'h':
			print_help();
			return 0;
		case 'v':
			printf("vnamespace (pam_vns) " VNS_VERSION "\n");
			return 0;
		case 'C':
			config_path = optarg;
			break;
		case 'e':
		case 'n':
		case 's':
		case 'c':
			if (!set_operation(&operation, option))
				return VNS_EXIT_ERROR;
			if (option == 'e')
				id = optarg;
			break;
		default:
			return VNS_EXIT_ERROR;
		}
	}
	return operate(operation, config_path, id, argv, argv + optind);
}
