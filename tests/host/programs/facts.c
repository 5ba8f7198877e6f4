/*
 * facts FILE [above]: writes to FILE what this process has from its parent, one
 * fact a line; and what can be seen from outside of its parent's parent to
 * FILE.above.
 * facts FILE of PID: what can be seen from outside of that process.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

/* Copies the lines that begin with one of the words. */
static void copy(FILE *out, int pid, const char *name, const char *const *words)
{
	char path[64], line[512];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		const char *const *word = words;

		while (*word && strncmp(line, *word, strlen(*word)) != 0)
			word++;
		if (*word)
			fprintf(out, "%s %s", name, line);
	}
	if (file)
		fclose(file);
}

/* The slice of a process, in nanoseconds; 0 before Linux 6.12. */
static unsigned long long slice_of(int pid)
{
	struct {
		unsigned size, policy;
		unsigned long long flags;
		int nice;
		unsigned priority;
		unsigned long long runtime, deadline, period;
	} attributes = { 0 };

	syscall(SYS_sched_getattr, pid, &attributes,
		(unsigned)sizeof(attributes), 0U);
	return attributes.runtime;
}

static void from_outside(FILE *out, int pid)
{
	static const char *const all[] = { "", NULL };
	static const char *const limits[] = { "Max ", NULL };
	static const char *const status[] = {
		"Uid:",		 "Gid:",	  "Groups:",	 "Umask:",
		"Cpus_allowed:", "Mems_allowed:", "NoNewPrivs:", "Seccomp:",
		"THP_enabled:",	 "SigBlk:",	  "SigIgn:",	 NULL
	};

	copy(out, pid, "limits", limits);
	copy(out, pid, "status", status);
	copy(out, pid, "oom_score_adj", all);
	copy(out, pid, "timerslack_ns", all);
	copy(out, pid, "personality", all);
	copy(out, pid, "coredump_filter", all);
	copy(out, pid, "cgroup", (const char *const[]){ "0::", NULL });
	fprintf(out, "policy %d\nnice %d\nioprio %ld\nslice %llu\n",
		sched_getscheduler(pid), getpriority(PRIO_PROCESS, (id_t)pid),
		syscall(SYS_ioprio_get, 1, pid), slice_of(pid));
}

static void from_inside(FILE *out)
{
	char cwd[256] = "", keys[256];
	int policy = -1, fd;
	char **variable;

	for (variable = environ; *variable; variable++)
		fprintf(out, "environ %s\n", *variable);
	fprintf(out, "cwd %s\n", getcwd(cwd, sizeof(cwd)));
	fprintf(out, "session %s\n",
		getsid(0) == getpid() || getsid(0) == getppid() ? "own" :
								  "other");
	if (syscall(SYS_get_mempolicy, &policy, NULL, 0UL, NULL, 0UL) < 0)
		policy = -errno;
	fprintf(out, "memory policy %d\n", policy);
	/* PR_GET_MEMORY_MERGE. */
	fprintf(out, "memory merge %d\n", prctl(68, 0, 0, 0, 0));
	fprintf(out, "machine checks %d\n", prctl(PR_MCE_KILL_GET, 0, 0, 0, 0));
	fprintf(out, "keys %ld\n",
		syscall(SYS_keyctl, KEYCTL_READ, KEY_SPEC_SESSION_KEYRING, keys,
			sizeof(keys)));
	for (fd = 0; fd < 1024; fd++)
		if (fd != fileno(out) && fcntl(fd, F_GETFD) >= 0)
			fprintf(out, "descriptor %d\n", fd);
}

/* The parent of a process: the number after "PID (NAME) STATE". */
static int parent_of(int pid)
{
	char path[64], text[512] = "", *after;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		exit(125);
	fclose(file);
	after = strrchr(text, ')');
	return after ? atoi(after + 4) : 0;
}

/* The file has its name when it is complete. */
static void write_facts(const char *path, int pid)
{
	char hidden[256];
	FILE *out;

	snprintf(hidden, sizeof(hidden), "%s.new", path);
	out = fopen(hidden, "we");
	if (!out)
		exit(125);
	from_outside(out, pid);
	if (pid == getpid())
		from_inside(out);
	if (fclose(out) != 0 || rename(hidden, path) < 0)
		exit(125);
}

int main(int argc, char **argv)
{
	char above[256];

	if (argc == 4 && strcmp(argv[2], "of") == 0) {
		write_facts(argv[1], atoi(argv[3]));
		return 0;
	}
	if (argc != 2 && argc != 3)
		return 125;
	snprintf(above, sizeof(above), "%s.above", argv[1]);
	if (argc == 3)
		write_facts(above, parent_of(getppid()));
	write_facts(argv[1], getpid());
	return 0;
}
