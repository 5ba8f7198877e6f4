/* Attacks processes: those of the host, of others, and the init process. */
#include "tenant.h"

int try_ptrace(char **args)
{
	pid_t pid = number(args[0]);

	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0)
		return -errno;
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, 0, 0);
	return 0;
}

int try_seize(char **args)
{
	return done_if(ptrace(PTRACE_SEIZE, number(args[0]), 0, 0));
}

/* EFAULT, that nothing is there, is said only to those who may read. */
static int touch_memory(int how, const char *pid)
{
	char byte = 0;
	struct iovec here = { &byte, 1 }, there = { (void *)16, 1 };

	if (syscall(how, number(pid), &here, 1, &there, 1, 0) < 0 &&
	    errno != EFAULT)
		return -errno;
	return 0;
}

int try_readv(char **args)
{
	return touch_memory(SYS_process_vm_readv, args[0]);
}

int try_writev(char **args)
{
	return touch_memory(SYS_process_vm_writev, args[0]);
}

int try_getfd(char **args)
{
	int pidfd = pidfd_open(args[0]);

	if (pidfd < 0)
		return -errno;
	return done_if(syscall(SYS_pidfd_getfd, pidfd, 0, 0));
}

int try_kcmp(char **args)
{
	return done_if(
		syscall(SYS_kcmp, getpid(), number(args[0]), KCMP_VM, 0, 0));
}

static int measure(pid_t pid, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.disabled = 1,
	};

	attr.exclude_kernel = pid >= 0;
	attr.exclude_hv = 1;
	return done_if(syscall(SYS_perf_event_open, &attr, pid, cpu, -1, 0));
}

int try_perf(char **args)
{
	return measure(number(args[0]), -1);
}

int try_perf_all(char **args)
{
	(void)args;
	return measure(-1, 0);
}

/* One of its files in /proc is found, opened, and read where it can be. */
static bool read_file(int directory, const char *name)
{
	char byte;
	int fd;

	/* Links may lead to something that cannot be read by anybody. */
	if (strchr("rcefn", *name) && strcmp(name, "environ") != 0)
		return openat(directory, name, O_PATH) >= 0;
	fd = openat(directory, name, O_RDONLY);
	return fd >= 0 && (strcmp(name, "mem") == 0 || read(fd, &byte, 1) >= 0);
}

int try_proc(char **args)
{
	static const char *const names[] = {
		"mem",	   "environ", "maps",	"smaps",  "pagemap", "auxv",
		"syscall", "stack",   "io",	"fd/0",	  "fd/3",    "fd/5",
		"root",	   "root/..", "cwd",	"cwd/..", "exe",     "ns/mnt",
		"ns/user", "ns/pid",  "ns/net", "ns/ipc", "ns/uts",  "ns/time",
	};
	char path[64];
	bool any = false;
	int directory;
	size_t i;

	snprintf(path, sizeof(path), "/proc/%s", args[0]);
	directory = open(path, O_PATH | O_DIRECTORY);
	if (directory < 0)
		return -errno;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!read_file(directory, names[i]))
			continue;
		note(names[i]);
		any = true;
	}
	return any ? 0 : -EACCES;
}

int try_signal(char **args)
{
	int pidfd = pidfd_open(args[0]);

	if (kill(number(args[0]), 0) == 0)
		return 0;
	return done_if(syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0));
}

/* The signal is sent; try_signal only asks whether it may be. */
int try_kill(char **args)
{
	return done_if(kill(number(args[0]), SIGKILL));
}

int try_limit(char **args)
{
	struct rlimit old;

	return done_if(prlimit(number(args[0]), RLIMIT_CORE, NULL, &old));
}

/* Counts the processes that are there: none must be on another side. */
int try_everybody(char **args)
{
	int pid, found = 0;
	char text[32];

	(void)args;
	for (pid = 1; pid < 32768; pid++)
		found += kill(pid, 0) == 0 || errno == EPERM;
	snprintf(text, sizeof(text), "%d", found);
	note(text);
	return 0;
}

/* Process 1 is to be killed when this process, its tracer, ends. */
int try_end_init(char **args)
{
	(void)args;
	return done_if(ptrace(PTRACE_SEIZE, 1, 0, PTRACE_O_EXITKILL));
}

/*
 * Process 1 waits in a system call, and is made to do another from there. If
 * that works, its namespaces are no longer those it was given.
 */
int try_move_init(char **args)
{
#ifdef __x86_64__
	struct user_regs_struct saved, regs;

	(void)args;
	if (ptrace(PTRACE_ATTACH, 1, 0, 0) < 0)
		return -errno;
	waitpid(1, NULL, __WALL);
	if (ptrace(PTRACE_GETREGS, 1, 0, &saved) < 0)
		return -errno;
	regs = saved;
	regs.rip -= 2;
	regs.orig_rax = (unsigned long)-1;
	regs.rax = SYS_unshare;
	regs.rdi = CLONE_NEWUSER | CLONE_NEWNS;
	if (ptrace(PTRACE_SETREGS, 1, 0, &regs) < 0 ||
	    ptrace(PTRACE_SINGLESTEP, 1, 0, 0) < 0)
		return -errno;
	waitpid(1, NULL, __WALL);
	ptrace(PTRACE_GETREGS, 1, 0, &regs);
	errno = regs.rax ? -(int)regs.rax : 0;
	ptrace(PTRACE_SETREGS, 1, 0, &saved);
	ptrace(PTRACE_DETACH, 1, 0, 0);
	return -errno;
#else
	return try_end_init(args);
#endif
}
