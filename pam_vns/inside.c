#include "inside.h"

#include "safefile.h"
#include "util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct search {
	int proc;
	struct stat own;  /* our own mount namespace */
	struct stat mnt;  /* the vserver's */
	struct stat root; /* its root directory */
};

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/*
 * One thread of the process. The first one may have ended, and has no
 * namespaces then, while others go on.
 */
static bool look_at_tasks(const struct search *search, unsigned long pid,
			  const char *what, struct stat *st)
{
	struct dirent *entry;
	bool found = false;
	char path[96];
	DIR *tasks;
	int fd;

	snprintf(path, sizeof(path), "%lu/task", pid);
	fd = openat(search->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tasks = fd < 0 ? NULL : fdopendir(fd);
	if (!tasks) {
		vns_safefile_close(&fd);
		return false;
	}
	while (!found && (entry = readdir(tasks))) {
		snprintf(path, sizeof(path), "%.20s/%s", entry->d_name, what);
		found = entry->d_name[0] != '.' &&
			fstatat(dirfd(tasks), path, st, 0) == 0;
	}
	closedir(tasks);
	return found;
}

static bool look(const struct search *search, unsigned long pid,
		 const char *what, struct stat *st)
{
	char path[48];

	snprintf(path, sizeof(path), "%lu/%s", pid, what);
	return fstatat(search->proc, path, st, 0) == 0 ||
	       look_at_tasks(search, pid, what, st);
}

/* What we compare with is held open: its numbers are nobody else's. */
static bool is_inside(const struct search *search, unsigned long pid)
{
	struct stat st;

	if (!look(search, pid, "ns/mnt", &st))
		return false;
	if (same(&st, &search->mnt))
		return true;
	/* A chroot of the host's into the root directory is not inside. */
	return !same(&st, &search->own) && look(search, pid, "root", &st) &&
	       same(&st, &search->root);
}

static void send(const struct search *search, unsigned long pid, int signal)
{
	VNS_AUTOCLOSE int pidfd = (int)syscall(SYS_pidfd_open, (int)pid, 0);

	/* Again, now that the number cannot pass to another process. */
	if (pidfd >= 0 && is_inside(search, pid))
		syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

static int begin(struct search *search, const struct vns_place *place,
		 struct vns_error *err)
{
	if (stat("/proc/thread-self/ns/mnt", &search->own) < 0 ||
	    fstat(place->ns[VNS_NS_MNT], &search->mnt) < 0 ||
	    fstat(place->root, &search->root) < 0)
		return vns_error_errno(err, errno, "looking for processes");
	return 0;
}

/* The next process; 0 at the end. */
static unsigned long next_process(DIR *proc)
{
	struct dirent *entry;
	unsigned long pid;

	while ((entry = readdir(proc)))
		if (vns_util_number(entry->d_name, INT_MAX, &pid))
			return pid;
	return 0;
}

int vns_inside_signal(const struct vns_place *place, int signal,
		      unsigned *count, int *example, struct vns_error *err)
{
	struct search search;
	unsigned long pid;
	DIR *proc;
	int rc = begin(&search, place, err);

	*count = 0;
	*example = 0;
	if (rc < 0)
		return rc;
	proc = opendir("/proc");
	if (!proc)
		return vns_error_errno(err, errno, "/proc");
	search.proc = dirfd(proc);
	while ((pid = next_process(proc))) {
		if (pid == (unsigned long)getpid() || !is_inside(&search, pid))
			continue;
		++*count;
		*example = (int)pid;
		if (signal)
			send(&search, pid, signal);
	}
	closedir(proc);
	return 0;
}

bool vns_inside_lives(unsigned long device, unsigned long inode)
{
	struct search search;
	bool found = false;
	unsigned long pid;
	struct stat st;
	DIR *proc = opendir("/proc");

	if (!proc)
		return true;
	search.proc = dirfd(proc);
	while (!found && (pid = next_process(proc)))
		found = look(&search, pid, "ns/mnt", &st) &&
			st.st_dev == device && st.st_ino == inode;
	closedir(proc);
	return found;
}
