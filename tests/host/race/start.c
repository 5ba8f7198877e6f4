/*
 * Lets the system calls of "vns start" fail one after the other, and compares
 * what is mounted, kept and running before and after.
 */
#include "start.h"

#include "change.h"
#include "command.h"
#include "fault.h"

#include <err.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Of the many calls of a start, one in so many goes wrong. */
#define EACH 3

/* --- what a start could leave -------------------------------------------- */

static FILE *listing;

static int list(const char *path, const struct stat *st, int type,
		struct FTW *ftw)
{
	(void)type;
	(void)ftw;
	/* Locks stay, whoever has held them; sessions are not what starts. */
	if (!strstr(path, "/lock/") && !strstr(path, "/locks/") &&
	    !strstr(path, "/sessions"))
		fprintf(listing, "%s %o\n", path, st->st_mode);
	return 0;
}

/* Without the ids, which differ each time. */
static void put_mounts(FILE *to, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[1024], *group;
	int start;

	/* Of a process that is ending they cannot be read any more. */
	if (!file && (errno == EINVAL || errno == ESRCH || errno == ENOENT))
		return;
	if (!file)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), file)) {
		start = 0;
		sscanf(line, "%*d %*d %*s %n", &start);
		/*
		 * Not the group of terminals: glibc takes an /etc/group that
		 * it cannot read for an empty one.
		 */
		group = strstr(line, "devpts") ? strstr(line, ",gid=") : NULL;
		if (group)
			memmove(group, group + 1 + strcspn(group + 1, ","),
				strlen(group + 1 + strcspn(group + 1, ",")) +
					1);
		fputs(line + start, to);
	}
	fclose(file);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *sort_lines(char *text)
{
	char *lines[1024], *line, *rest = NULL, *sorted = NULL;
	size_t count = 0, size, i;
	FILE *to = open_memstream(&sorted, &size);

	for (line = strtok_r(text, "\n", &rest); line && count < 1024;
	     line = strtok_r(NULL, "\n", &rest))
		lines[count++] = line;
	qsort(lines, count, sizeof(lines[0]), compare_lines);
	for (i = 0; to && i < count; i++)
		fprintf(to, "%s\n", lines[i]);
	if (!to || fclose(to) != 0)
		err(1, "sorting");
	free(text);
	return sorted;
}

static void put_processes(FILE *to)
{
	FILE *file = popen("ps -e -o comm= -o args=", "re");
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, "vns", 3) == 0)
			fprintf(to, "%s", line);
	if (!file || pclose(file) != 0)
		err(1, "ps");
}

static char *describe_host(bool with_processes)
{
	char *text = NULL;
	size_t size;

	listing = open_memstream(&text, &size);
	if (!listing)
		err(1, "open_memstream");
	put_mounts(listing, "/proc/self/mountinfo");
	nftw("/run/vns", list, 16, FTW_PHYS);
	nftw("/var/lib/vns", list, 16, FTW_PHYS);
	if (with_processes)
		put_processes(listing);
	fclose(listing);
	return sort_lines(text);
}

/* What is mounted inside. */
static char *describe_inside(void)
{
	char *text = NULL, path[64];
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		err(1, "open_memstream");
	snprintf(path, sizeof(path), "/proc/%d/mountinfo", read_init(vserver));
	if (access(path, F_OK) == 0)
		put_mounts(to, path);
	fclose(to);
	return sort_lines(text);
}

/* --- starting ------------------------------------------------------------ */

static int run(const char *verb, struct fault *fault, pid_t *server, char *said,
	       size_t size)
{
	const char *const argv[] = { "vns", verb, vserver, NULL };

	return command_run(argv, fault, server, said, size);
}

/* A process that has lost its parent may still be ending. */
static bool is_as_before(const char *before)
{
	const struct timespec step = { 0, 5000000 };
	char *now = NULL, difference[512];
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		free(now);
		now = describe_host(true);
		if (strcmp(before, now) == 0) {
			free(now);
			return true;
		}
		nanosleep(&step, NULL);
	}
	compare(before, now, difference, sizeof(difference));
	printf("wrong: left: %s\n", difference);
	fflush(stdout);
	/* Whose child it is, how old, and what it waits for. */
	if (system("ps -e -o pid,ppid,etimes,stat,wchan:24,args | grep vns"))
		printf("no process is called vns\n");
	free(now);
	return false;
}

static bool is_all_there(const char *inside, bool (*is_whole)(void))
{
	char *now, difference[512];
	bool same;

	now = describe_inside();
	same = strcmp(inside, now) == 0;
	compare(inside, now, difference, sizeof(difference));
	if (!same)
		printf("wrong: inside: %s\n", difference);
	free(now);
	return is_whole() && same;
}

static bool init_lives(void)
{
	int pidfd = (int)syscall(SYS_pidfd_open, read_init(vserver), 0);
	bool lives = pidfd >= 0 && !is_dead(pidfd, 0);

	if (pidfd >= 0)
		close(pidfd);
	return lives;
}

struct counts {
	long whole, failed, died, wrong;
};

static void start_one(struct fault *fault, const char *before,
		      const char *inside, bool (*is_whole)(void),
		      struct counts *counts)
{
	pid_t server;
	int status;
	char said[512];
	bool right;

	fault->number = -1;
	status = run("start", fault, &server, said, sizeof(said));
	if (status == 0) {
		counts->whole++;
		/* What vns-init does for itself is after the start. */
		if (!init_lives()) {
			counts->died++;
			run_vns("start");
		}
		right = is_all_there(inside, is_whole);
		run_vns("stop");
	} else {
		counts->failed++;
		right = WIFEXITED(status) || fault->error == 0;
		/* It runs, but vns cannot say so. */
		if (strstr(said, "standard output"))
			run_vns("stop");
	}
	/* Who is killed cannot clean up. */
	if (fault->on || fault->error == 0) {
		run_vns("start");
		right = is_all_there(inside, is_whole) && right;
		run_vns("stop");
	}
	command_end(server);
	right = is_as_before(before) && right;
	if (right && changes_failed == 0)
		return;
	changes_failed = 0;
	counts->wrong++;
	printf("wrong: call %ld (system call %d): status %x: %s\n", fault->at,
	       fault->number, (unsigned)status, said);
	run_vns("stop");
}

long start_each(int error, bool on, bool (*is_whole)(void))
{
	struct fault fault = { .error = error, .on = on, .at = -1 };
	struct counts counts = { 0 };
	char *before, *inside, said[512];
	pid_t server;
	long calls;

	run_vns("start");
	run_vns("stop");
	before = describe_host(true);
	if (run("start", &fault, &server, said, sizeof(said)) != 0)
		errx(1, "undisturbed: %s", said);
	calls = fault.count;
	inside = describe_inside();
	if (!is_whole())
		errx(1, "undisturbed");
	run_vns("stop");
	command_end(server);
	/* What the loader does comes first, and is not our concern. */
	if (run("bogus", &fault, &server, said, sizeof(said)) == 0)
		errx(1, "a usage error: %s", said);
	command_end(server);
	fault.at = fault.count;
	printf("%ld calls\n", calls);
	/* Where one is killed, others than those that fail. */
	if (error == 0)
		fault.at += EACH / 2;
	for (; fault.at < calls && counts.wrong < 5; fault.at += EACH)
		start_one(&fault, before, inside, is_whole, &counts);
	printf("started %ld: whole %ld (died %ld), failed %ld, wrong %ld\n",
	       counts.whole + counts.failed, counts.whole, counts.died,
	       counts.failed, counts.wrong);
	free(before);
	free(inside);
	return counts.wrong;
}
