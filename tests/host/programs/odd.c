/*
 * odd CMD...: runs CMD with all that is odd and that a process can hand on to
 * its children and to the programs that they become.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void need(int good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(125);
}

/*
 * Lowers soft limits; and hard ones, if root may raise them again, which takes
 * CAP_SYS_RESOURCE.
 */
static void lower_limits(void)
{
	static const struct {
		unsigned kind;
		rlim_t value;
	} limits[] = {
		{ RLIMIT_AS, 8UL << 30 },    { RLIMIT_CORE, 4096 },
		{ RLIMIT_CPU, 3000 },	     { RLIMIT_DATA, 4UL << 30 },
		{ RLIMIT_FSIZE, 1UL << 30 }, { RLIMIT_LOCKS, 100 },
		{ RLIMIT_MEMLOCK, 65536 },   { RLIMIT_MSGQUEUE, 4096 },
		{ RLIMIT_NOFILE, 100 },	     { RLIMIT_NPROC, 5000 },
		{ RLIMIT_RSS, 8UL << 30 },   { RLIMIT_RTTIME, 1000000 },
		{ RLIMIT_SIGPENDING, 100 },  { RLIMIT_STACK, 4UL << 20 },
	};
	struct rlimit limit = { 1, 1 };
	bool hard = setrlimit(RLIMIT_NICE, &limit) == 0;
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		need(getrlimit(limits[i].kind, &limit) == 0, "getrlimit");
		limit.rlim_cur = limits[i].value;
		if (hard)
			limit.rlim_max = limits[i].value;
		need(setrlimit(limits[i].kind, &limit) == 0, "setrlimit");
	}
}

/* What sched_setattr(2) takes; a slice is what "runtime" is in SCHED_IDLE. */
static void take_long_slices(void)
{
	const struct {
		unsigned size, policy;
		unsigned long long flags;
		int nice;
		unsigned priority;
		unsigned long long runtime, deadline, period;
	} attributes = {
		.size = sizeof(attributes),
		.policy = SCHED_IDLE,
		.nice = 10,
		.runtime = 100000000,
	};

	need(syscall(SYS_sched_setattr, 0, &attributes, 0U) == 0,
	     "sched_setattr");
}

static void be_slow(void)
{
	const struct sched_param none = { 0 };
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	int filter = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
	unsigned long nodes = 1;
	cpu_set_t cpus;

	need(write(fd, "1000", 4) == 4, "oom_score_adj");
	need(write(filter, "0x7f", 4) == 4, "coredump_filter");
	CPU_ZERO(&cpus);
	CPU_SET((size_t)sched_getcpu(), &cpus);
	need(sched_setaffinity(0, sizeof(cpus), &cpus) == 0, "affinity");
	need(setpriority(PRIO_PROCESS, 0, 10) == 0, "setpriority");
	need(sched_setscheduler(0, SCHED_IDLE, &none) == 0, "SCHED_IDLE");
	take_long_slices();
	/* The class IOPRIO_CLASS_IDLE. */
	need(syscall(SYS_ioprio_set, 1, 0, 3 << 13) == 0 || errno == ENOSYS,
	     "ioprio_set");
	need(syscall(SYS_set_mempolicy, MPOL_BIND, &nodes, 8UL) == 0 ||
		     errno == ENOSYS,
	     "set_mempolicy");
	need(prctl(PR_SET_TIMERSLACK, 7777777UL) == 0, "timer slack");
	need(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0, "huge pages");
	/* PR_SET_MEMORY_MERGE. */
	need(prctl(67, 1, 0, 0, 0) == 0 || errno == EINVAL, "memory merge");
	need(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0) ==
			     0 ||
		     errno == EINVAL,
	     "machine checks");
}

static void be_strange(void)
{
	static const int ignored[] = { SIGHUP, SIGPIPE, SIGUSR1 };
	sigset_t blocked;
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		(void)signal(ignored[i], SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR2);
	sigaddset(&blocked, SIGALRM);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	need(personality(UNAME26 | ADDR_NO_RANDOMIZE) >= 0, "personality");
	need(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) > 0,
	     "session keyring");
	need(syscall(SYS_add_key, "user", "planted", "odd", 3UL,
		     KEY_SPEC_SESSION_KEYRING) > 0,
	     "add_key");
	need(setenv("ODD", "1", 1) == 0 && chdir("/var") == 0, "/var");
	need(dup2(open("/etc/passwd", O_RDONLY), 50) == 50, "dup2");
	umask(0);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 125;
	lower_limits();
	be_slow();
	be_strange();
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
