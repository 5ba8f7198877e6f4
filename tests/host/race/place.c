/*
 * Reads a process's namespaces, directories, ids and powers from /proc, and
 * compares them with those of a place.
 */
#include "place.h"

#include "../programs/holder.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

const struct type types[TYPES] = {
	{ "uts", "uts" },   { "ipc", "ipc" },
	{ "net", "net" },   { "cgroup", "cgroup" },
	{ "time", "time" }, { "pid_for_children", "pid" },
	{ "mnt", "mnt" },   { "user", "user" },
};

struct id host_ns[TYPES];

bool same(struct id a, struct id b)
{
	return a.device == b.device && a.inode == b.inode;
}

bool look(const char *path, struct id *id)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	*id = (struct id){ st.st_dev, st.st_ino };
	return true;
}

bool look_at(pid_t pid, const char *what, struct id *id)
{
	char path[96];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, what);
	return look(path, id);
}

bool look_at_ns(pid_t pid, const char *file, struct id *id)
{
	char path[64];

	snprintf(path, sizeof(path), "ns/%s", file);
	return look_at(pid, path, id);
}

static unsigned long read_base(pid_t pid)
{
	unsigned long first, base = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%lu %lu", &first, &base) != 2)
		base = 1;
	if (file)
		fclose(file);
	return base;
}

void forget(struct place *place)
{
	size_t i;

	for (i = 0; place->known && i < TYPES; i++)
		if (place->held[i] >= 0)
			close(place->held[i]);
	*place = (struct place){ 0 };
}

static void keep(struct place *place, size_t type, int fd, const char *path)
{
	struct stat st;

	place->held[type] = fd;
	if (fd < 0 || fstat(fd, &st) < 0)
		err(1, "%s", path);
	place->ns[type] = (struct id){ st.st_dev, st.st_ino };
}

void hold(struct place *place, size_t type, const char *path)
{
	keep(place, type, open(path, O_RDONLY | O_CLOEXEC), path);
}

/* The pin of a vserver, or -1. */
static int open_pin(const char *name)
{
	int fd, holder = holder_open(HOLDER);
	char path[96];

	snprintf(path, sizeof(path), "%s/mnt", name);
	fd = openat(holder, path, O_RDONLY | O_CLOEXEC);
	if (holder >= 0)
		close(holder);
	return fd;
}

bool look_at_pin(const char *name, struct id *id)
{
	int fd = open_pin(name);
	struct stat st;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) < 0)
		err(1, "%s", name);
	close(fd);
	*id = (struct id){ st.st_dev, st.st_ino };
	return true;
}

void begin_place(struct place *place, const char *what, const char *name)
{
	char path[128];
	size_t i;

	forget(place);
	place->name = what;
	place->known = true;
	memcpy(place->ns, host_ns, sizeof(host_ns));
	for (i = 0; i < TYPES; i++)
		place->held[i] = -1;
	snprintf(path, sizeof(path), "/srv/vservers/%s", name);
	if (!look(path, &place->root))
		err(1, "%s", path);
	snprintf(path, sizeof(path), "/srv/vservers/%s/home/" USER, name);
	if (!look(path, &place->home))
		err(1, "%s", path);
}

pid_t read_init(const char *name)
{
	char path[128];
	FILE *file;
	pid_t pid = 0;

	snprintf(path, sizeof(path), "/run/vns/ns/%s/init", name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%d", &pid) != 1)
		errx(1, "%s", path);
	fclose(file);
	return pid;
}

/* The running vserver name, as it is now. */
void take_place(struct place *place, const char *what, const char *name)
{
	char path[128];
	size_t i;

	begin_place(place, what, name);
	place->init = read_init(name);
	if (!place->init) {
		keep(place, TYPE_MNT, open_pin(name), name);
		return;
	}
	for (i = 0; i < TYPES; i++) {
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", place->init,
			 types[i].theirs);
		hold(place, i, path);
	}
	place->base = read_base(place->init);
}

/* Lines of /proc/PID/status that say what a process may do. */
static void put_status(FILE *to, pid_t pid, const char *const *wanted)
{
	char path[64], line[512];
	FILE *file;
	size_t i;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		for (i = 0; wanted[i]; i++)
			if (strncmp(line, wanted[i], strlen(wanted[i])) == 0)
				fputs(line, to);
	if (file)
		fclose(file);
}

static const char *const powers[] = {
	"Groups:", "NoNewPrivs:", "Seccomp:", "Cap",	  "SigB",
	"SigI",	   "SigC",	  "Umask:",   "Threads:", NULL
};
static const char *const ids[] = { "Uid:", "Gid:", NULL };

static int count_descriptors(pid_t pid)
{
	struct dirent *entry;
	char path[64];
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return count;
}

void read_facts(pid_t pid, char *text, size_t size)
{
	FILE *to = fmemopen(text, size, "w");

	if (!to)
		err(1, "fmemopen");
	put_status(to, pid, powers);
	fprintf(to, "descriptors %d\n", count_descriptors(pid));
	fclose(to);
}

static void put_descriptors(FILE *to)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		int fd = atoi(entry->d_name);
		char target[PATH_MAX];
		ssize_t length = readlinkat(dirfd(dir), entry->d_name, target,
					    sizeof(target));

		if (length >= 0 && fd != dirfd(dir))
			fprintf(to, "fd %d is %.*s, flags %d\n", fd,
				(int)length, target, fcntl(fd, F_GETFD));
	}
	if (dir)
		closedir(dir);
}

/* All that a session which is refused must leave alone. */
char *describe(void)
{
	char *text = NULL;
	struct id id;
	size_t size, i;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		_exit(125);
	for (i = 0; i < TYPES; i++)
		if (look_at_ns(getpid(), types[i].file, &id))
			fprintf(to, "%s %lu\n", types[i].file, id.inode);
	if (look_at_ns(getpid(), "time_for_children", &id))
		fprintf(to, "time_for_children %lu\n", id.inode);
	if (look("/", &id))
		fprintf(to, "root %lu:%lu\n", id.device, id.inode);
	if (look(".", &id))
		fprintf(to, "cwd %lu:%lu\n", id.device, id.inode);
	put_status(to, getpid(), ids);
	put_status(to, getpid(), powers);
	put_descriptors(to);
	fprintf(to, "dumpable %d, locale %s\n", prctl(PR_GET_DUMPABLE),
		setlocale(LC_ALL, NULL));
	fprintf(to, "bob is %s\n", getpwnam("bob") ? "known" : "unknown");
	fclose(to);
	return text;
}

/* The first line that is not the same. */
void compare(const char *before, const char *after, char *text, size_t size)
{
	text[0] = '\0';
	if (strcmp(before, after) == 0)
		return;
	while (*before && *after && *before == *after) {
		before++;
		after++;
	}
	snprintf(text, size, "\"%.200s\" has become \"%.200s\"", before, after);
}

bool check_ids(pid_t pid, unsigned long base)
{
	char text[512] = "", wanted[512];
	FILE *to = fmemopen(text, sizeof(text), "w");

	if (!to)
		err(1, "fmemopen");
	put_status(to, pid, ids);
	fclose(to);
	snprintf(wanted, sizeof(wanted),
		 "Uid:\t%lu\t%lu\t%lu\t%lu\nGid:\t%lu\t%lu\t%lu\t%lu\n", base,
		 base, base, base, base, base, base, base);
	return strcmp(text, wanted) == 0;
}

/* Of a dead init process, the PID namespace is not shown any more. */
bool is_in(pid_t pid, const struct place *place, char *why, size_t size)
{
	struct id id;
	size_t i;

	for (i = 0; i < TYPES; i++) {
		if (!look_at_ns(pid, types[i].file, &id) ||
		    !same(id, place->ns[i])) {
			snprintf(why, size, "%s: not %s's", types[i].file,
				 place->name);
			return false;
		}
	}
	if (!look_at(pid, "root", &id) || !same(id, place->root) ||
	    !look_at(pid, "cwd", &id) ||
	    !(same(id, place->home) ||
	      (place->homeless && same(id, place->root)))) {
		snprintf(why, size, "not in %s's directories", place->name);
		return false;
	}
	if (!check_ids(pid, place->base)) {
		snprintf(why, size, "not %s's ids", place->name);
		return false;
	}
	return true;
}

bool is_outside(pid_t pid)
{
	struct id id;

	return look_at_ns(pid, "mnt", &id) && same(id, host_ns[TYPE_MNT]);
}

bool is_dead(int pidfd, int timeout_ms)
{
	struct pollfd fds = { .fd = pidfd, .events = POLLIN };

	return poll(&fds, 1, timeout_ms) == 1;
}
