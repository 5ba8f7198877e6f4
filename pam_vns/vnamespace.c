/* util-vserver's command line on this project's vservers. See vnamespace(8). */
#include "cgsession.h"
#include "cli.h"
#include "load.h"
#include "mountset.h"
#include "preflight.h"
#include "safefile.h"

#include <errno.h>
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

/* To each its own: what the terminal sends goes to both of us. */
static void pass_on(const siginfo_t *info, pid_t program)
{
	if (info->si_code != SI_KERNEL)
		kill(program, info->si_signo);
}

static int wait_for(pid_t program, const sigset_t *set)
{
	siginfo_t info;
	int status;

	for (;;) {
		if (sigwaitinfo(set, &info) < 0)
			continue;
		if (info.si_signo != SIGCHLD) {
			pass_on(&info, program);
			continue;
		}
		if (waitpid(program, &status, WNOHANG | WUNTRACED) <= 0)
			continue;
		if (!WIFSTOPPED(status))
			break;
		/*
		 * Not before the program, or the shell whose job we are would
		 * take the terminal while the program still reads from it.
		 */
		kill(getpid(), SIGSTOP);
		kill(program, SIGCONT);
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

static _Noreturn void be_child(char **argv, int parent, const sigset_t *mask,
			       const struct sigaction *child)
{
	struct pollfd fds = { .fd = parent, .events = POLLIN };

	sigaction(SIGCHLD, child, NULL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	/* As if it were the same process. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&fds, 1, 0) > 0)
		_exit(VNS_EXIT_ERROR);
	_exit(run(argv));
}

/* A PID namespace that was joined is that of children only. */
static int run_child(char **argv)
{
	static const int passed[] = { SIGHUP,  SIGINT,	SIGQUIT, SIGTERM,
				      SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN,
				      SIGTTOU, SIGCHLD };
	const struct sigaction plain = { .sa_handler = SIG_DFL };
	VNS_AUTOCLOSE int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	struct sigaction child;
	sigset_t set, mask;
	pid_t program;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		sigaddset(&set, passed[i]);
	sigprocmask(SIG_BLOCK, &set, &mask);
	/* Or there would be nobody to wait for. */
	sigaction(SIGCHLD, &plain, &child);
	program = fork();
	if (program < 0) {
		vns_cli_complain("starting a process inside: %s",
				 strerrordesc_np(errno));
		return VNS_EXIT_ERROR;
	}
	if (program == 0)
		be_child(argv, self, &mask, &child);
	return wait_for(program, &set);
}

static int run_new(char **argv)
{
	struct vns_error err;

	if (vns_namespace_new(VNS_NSSET(VNS_NS_MNT), &err) < 0 ||
	    vns_mountset_isolate(&err) < 0) {
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
	char path[PATH_MAX];
	struct vns_error err;

	if (vns_load_config(config_path, &config, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_ERROR;
	}
	if (vns_cli_open(config, id, &vserver, &place) != VNS_EXIT_OK)
		return VNS_EXIT_ERROR;
	if (getcwd(path, sizeof(path)))
		cwd = vns_preflight_open(place.root, path, true);
	/* Until the program is executed, this is memory of the host's. */
	prctl(PR_SET_DUMPABLE, 0);
	if (vns_cgsession_enter(vserver, &place, &back, &err) < 0 ||
	    vns_namespace_enter(&place, &err) < 0) {
		vns_cli_complain("%s", err.text);
		return VNS_EXIT_ERROR;
	}
	/* Where the directory does not exist inside, it begins in "/". */
	if (cwd >= 0 && fchdir(cwd) < 0)
		vns_cli_complain("%s: cannot change to it", path);
	if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0) {
		vns_cli_complain("close_range: %s", strerrordesc_np(errno));
		return VNS_EXIT_ERROR;
	}
	return place.ns[VNS_NS_PID] < 0 ? run(argv) : run_child(argv);
}

static int refuse(const char *operation, const char *reason)
{
	vns_cli_complain("%s is not supported: %s", operation, reason);
	return VNS_EXIT_ERROR;
}

/* They exclude each other: with the last one a mistake would do something. */
static bool set_operation(int *operation, int option)
{
	bool first = *operation == 0;

	*operation = option;
	if (!first)
		vns_cli_usage("only one of --enter, --new, --set, --cleanup "
			      "can be given");
	return first;
}

static int operate(int operation, const char *config_path, const char *id,
		   char **argv)
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
				  run_inside(config_path, id, argv);
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

	/* "+": options end at the first operand, the rest is PROGRAM's. */
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
	return operate(operation, config_path, id, argv + optind);
}
