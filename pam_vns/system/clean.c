/* Resets, one after the other, what fork(2) and execve(2) hand on. */
#include "system/clean.h"

#include "system/cgfork.h"
#include "system/cgroup.h"
#include "system/renounce.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The process that all others of the host come from. */
#define INIT 1

/*
 * rt_sigaction(2) asks for this size; it is the same on all architectures but
 * MIPS.
 */
#define KERNEL_SIGSET_SIZE 8

/* See ioprio_set(2). The kernel's header is newer than the kernels. */
enum { THE_PROCESS = 1, NO_IOPRIO = 0 };

/* In nanoseconds: what the kernel gives its first process. */
#define TIMER_SLACK 50000

/* See prctl(2). The numbers are newer than some kernels' headers. */
enum { GET_MDWE = 66, SET_MEMORY_MERGE = 67 };

void vns_clean_signals(void)
{
	/*
	 * This is the struct of sigaction(2), not of sigaction(3), which leaves
	 * out libc's own signals.
	 */
	static const unsigned long plain[8];
	sigset_t none;
	int signal;

	for (signal = 1; signal < NSIG; signal++)
		syscall(SYS_rt_sigaction, signal, plain, NULL,
			KERNEL_SIGSET_SIZE);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Stores what a process of init's would have. systemd raises its own limit of
 * open files, and gives others this one.
 */
static void find_limit(unsigned kind, struct rlimit *limit)
{
	*limit = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	if (kind == RLIMIT_NOFILE)
		*limit = (struct rlimit){ 1024, 524288 };
	else if (prlimit(INIT, kind, NULL, limit) < 0 && kind == RLIMIT_STACK)
		limit->rlim_cur = 8UL << 20;
}

static void reset_limits(void)
{
	struct rlimit limit, left;
	unsigned kind;

	for (kind = 0; kind < RLIM_NLIMITS; kind++) {
		find_limit(kind, &limit);
		if (setrlimit(kind, &limit) == 0 || getrlimit(kind, &left) < 0)
			continue;
		/* Where root may not raise the hard limit, that is the end. */
		left.rlim_cur = limit.rlim_cur < left.rlim_max ?
					limit.rlim_cur :
					left.rlim_max;
		setrlimit(kind, &left);
	}
}

/* In a cpuset there may be none of init's CPUs. */
static void reset_cpus(void)
{
	cpu_set_t cpus[8];

	if (sched_getaffinity(INIT, sizeof(cpus), cpus) == 0 &&
	    sched_setaffinity(0, sizeof(cpus), cpus) == 0)
		return;
	memset(cpus, ~0, sizeof(cpus));
	sched_setaffinity(0, sizeof(cpus), cpus);
}

/* What sched_setattr(2) takes; libc has it since 2.41 under another name. */
struct scheduling {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t lowest, highest;
};
/* SCHED_FLAG_UTIL_CLAMP. */
#define CLAMPS 0x60

/* Kernels that know no clamps take the rest. */
static void reset_slice(void)
{
	struct scheduling usual = {
		.size = sizeof(usual),
		.policy = SCHED_OTHER,
		.flags = CLAMPS,
		.lowest = UINT32_MAX,
		.highest = UINT32_MAX,
	};

	if (syscall(SYS_sched_setattr, 0, &usual, 0U) == 0)
		return;
	usual.flags = 0;
	usual.lowest = usual.highest = 0;
	syscall(SYS_sched_setattr, 0, &usual, 0U);
}

static void reset_scheduling(void)
{
	const struct sched_param none = { 0 };

	sched_setscheduler(0, SCHED_OTHER, &none);
	setpriority(PRIO_PROCESS, 0, 0);
	reset_slice();
	syscall(SYS_ioprio_set, THE_PROCESS, 0, NO_IOPRIO);
	reset_cpus();
}

/* What a process hands on to its children and the programs that they become. */
static void reset_modes(void)
{
	static const unsigned long modes[][4] = {
		{ PR_SET_TIMERSLACK, TIMER_SLACK, 0, 0 },
		{ PR_SET_TSC, PR_TSC_ENABLE, 0, 0 },
		{ PR_SET_THP_DISABLE, 0, 0, 0 },
		/* How soon pages are merged tells others what is in them. */
		{ SET_MEMORY_MERGE, 0, 0, 0 },
		{ PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_DEFAULT, 0 },
		/* Whose cookie init has, which is none. */
		{ PR_SCHED_CORE, PR_SCHED_CORE_SHARE_FROM, INIT, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		prctl((int)modes[i][0], modes[i][1], modes[i][2], modes[i][3],
		      0UL);
	syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0UL);
	personality(0);
}

static bool write_file(const char *path, const char *text, size_t length)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, length) == (ssize_t)length;

	if (fd >= 0)
		close(fd);
	return done;
}

/* Writes what init's file has, behind the prefix, to the process's own. */
static void copy_from_init(const char *its, const char *prefix, const char *own)
{
	char text[24];
	const int used = snprintf(text, sizeof(text), "%s", prefix);
	ssize_t length;
	int fd = open(its, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	length = read(fd, text + used, sizeof(text) - (size_t)used);
	close(fd);
	if (length > 0)
		write_file(own, text, (size_t)(used + length));
}

/*
 * In a container, root may not go below what was set for its init from
 * outside.
 */
static void reset_oom_score(void)
{
	if (!write_file("/proc/self/oom_score_adj", "0", 1))
		copy_from_init("/proc/1/oom_score_adj", "",
			       "/proc/self/oom_score_adj");
}

/*
 * A set-user-ID program has its caller's real uid, and shells go by that.
 * libc's functions would change all threads of the process that was forked.
 */
static int reset_ids(void)
{
	if (syscall(SYS_setgroups, 0, NULL) < 0 ||
	    syscall(SYS_setresgid, 0, 0, 0) < 0 ||
	    syscall(SYS_setresuid, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

/*
 * A set-user-ID program whose caller has denied it memory that is written and
 * then executed cannot be rid of that, nor can what the keeper starts, for as
 * long as it runs. A service that is denied it by its unit is root's affair.
 */
static bool is_denied_code(void)
{
	return getuid() != 0 && prctl(GET_MDWE, 0UL, 0UL, 0UL, 0UL) > 0;
}

/* EPERM: a container may keep keyrings from all that is in it. */
static int renew_keyring(void)
{
	int rc;

	syscall(SYS_keyctl, KEYCTL_SET_REQKEY_KEYRING, KEY_REQKEY_DEFL_DEFAULT);
	rc = vns_renounce_session_keyring();
	return rc == -EPERM ? 0 : rc;
}

/*
 * One of the descriptors may have another's new number, so all are first out of
 * the way.
 */
static int keep_descriptors(int input, int output, int errors)
{
	int fds[] = { input, output, errors };
	int i;

	for (i = 0; i <= 2; i++) {
		fds[i] = fcntl(fds[i], F_DUPFD, 3);
		if (fds[i] < 0)
			return -errno;
	}
	for (i = 0; i <= 2; i++)
		if (dup2(fds[i], i) < 0)
			return -errno;
	return syscall(SYS_close_range, 3U, ~0U, 0U) < 0 ? -errno : 0;
}

int vns_clean_process(int input, int output, int errors)
{
	int rc;

	if (is_denied_code())
		return -EPERM;
	vns_clean_signals();
	reset_limits();
	rc = reset_ids();
	if (rc == 0)
		rc = renew_keyring();
	if (rc == 0)
		rc = keep_descriptors(input, output, errors);
	if (rc < 0)
		return rc;
	reset_scheduling();
	reset_modes();
	reset_oom_score();
	/* The kernel writes hexadecimal digits, and reads them behind a 0x. */
	copy_from_init("/proc/1/coredump_filter", "0x",
		       "/proc/self/coredump_filter");
	umask(022);
	return setsid() < 0 || chdir("/") < 0 ? -errno : 0;
}

void vns_clean_bind(pid_t parent, int signal)
{
	prctl(PR_SET_PDEATHSIG, signal);
	/* It may have ended before the kernel was asked for that. */
	if (getppid() != parent)
		_exit(127);
}

/*
 * Whoever has called a set-user-ID program may let it open next to no files: a
 * child that stayed in the caller's cgroup for that would be theirs to freeze.
 */
pid_t vns_clean_fork(int signal, int *pidfd)
{
	struct vns_error ignored;
	VNS_AUTOCLOSE int aside = vns_cgroup_open_aside(&ignored);
	int unmoved;
	pid_t pid;

	if (vns_cgroup_lacks(aside)) {
		errno = -aside;
		return -1;
	}
	pid = vns_cgfork(aside, signal, pidfd, &unmoved);
	if (pid == 0 && vns_cgroup_lacks(unmoved))
		_exit(127);
	return pid;
}
