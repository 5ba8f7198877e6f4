/*
 * Goes through /proc, and compares the namespaces and the root directory of
 * each process with those of a vserver.
 */
#include "native/processes.h"

#include "lib/util.h"
#include "system/deadline.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/*
 * The namespaces by which a process is recognised. Those of other types may be
 * joined by processes from outside.
 */
static const struct {
	enum vns_ns type;
	const char *path;
} marks[] = {
	{ VNS_NS_MNT, "ns/mnt" },
	{ VNS_NS_PID, "ns/pid" },
	{ VNS_NS_USER, "ns/user" },
};
#define MARKS (sizeof(marks) / sizeof(marks[0]))

struct search {
	int proc;
	struct stat own;	 /* the caller's mount namespace */
	bool has[MARKS];	 /* whether the vserver has its own one */
	struct stat mark[MARKS]; /* the vserver's namespaces */
	struct stat root;	 /* its root directory */
	unsigned long spared;	 /* the vserver's own process, or 0 */
};

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/*
 * A process's root directory may be on a filesystem served by the tenant, which
 * must not be asked.
 */
static bool get_numbers(int directory, const char *path, struct stat *st)
{
	struct statx found;

	if (statx(directory, path,
		  (*path ? 0 : AT_EMPTY_PATH) | AT_NO_AUTOMOUNT |
			  AT_STATX_DONT_SYNC,
		  STATX_INO, &found) < 0)
		return false;
	st->st_dev = makedev(found.stx_dev_major, found.stx_dev_minor);
	st->st_ino = found.stx_ino;
	return true;
}

/*
 * Looks at one thread of the process after the other. The first thread may have
 * ended, and then has no namespaces, while others go on.
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
			get_numbers(dirfd(tasks), path, st);
	}
	closedir(tasks);
	return found;
}

static bool look(const struct search *search, unsigned long pid,
		 const char *what, struct stat *st)
{
	char path[48];

	snprintf(path, sizeof(path), "%lu/%s", pid, what);
	return get_numbers(search->proc, path, st) ||
	       look_at_tasks(search, pid, what, st);
}

/* Processes inside may make further user namespaces below the vserver's. */
static bool is_below(const struct search *search, unsigned long pid,
		     const struct stat *user)
{
	struct stat st;
	char path[48];
	int fd, parent;

	snprintf(path, sizeof(path), "%lu/ns/user", pid);
	fd = openat(search->proc, path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && !(fstat(fd, &st) == 0 && same(&st, user))) {
		parent = ioctl(fd, NS_GET_PARENT);
		vns_safefile_close(&fd);
		fd = parent;
	}
	if (fd < 0)
		return false;
	vns_safefile_close(&fd);
	return true;
}

/*
 * The namespaces that are compared with are held open, so that their numbers
 * are not reused.
 */
static bool is_inside(const struct search *search, unsigned long pid)
{
	struct stat st, mnt = { 0 };
	size_t i;

	for (i = 0; i < MARKS; i++) {
		if (!search->has[i] || !look(search, pid, marks[i].path, &st))
			continue;
		if (same(&st, &search->mark[i]) ||
		    (marks[i].type == VNS_NS_USER &&
		     is_below(search, pid, &search->mark[i])))
			return true;
		if (marks[i].type == VNS_NS_MNT)
			mnt = st;
	}
	/*
	 * A host's process that did a chroot(2) into the root directory is
	 * outside.
	 */
	return mnt.st_ino && !same(&mnt, &search->own) &&
	       look(search, pid, "root", &st) && same(&st, &search->root);
}

/*
 * Its state does not tell: the first thread may have ended while others go on.
 */
bool vns_processes_alive(unsigned long pid)
{
	VNS_AUTOCLOSE int pidfd = (int)syscall(SYS_pidfd_open, (int)pid, 0);
	struct pollfd fds = { .fd = pidfd, .events = POLLIN };

	return pidfd < 0 ? errno != ESRCH : poll(&fds, 1, 0) == 0;
}

static void send(const struct search *search, unsigned long pid, int signal)
{
	VNS_AUTOCLOSE int pidfd = (int)syscall(SYS_pidfd_open, (int)pid, 0);

	/* Look again: with the pidfd open, the pid cannot be reused. */
	if (pidfd >= 0 && is_inside(search, pid))
		syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

/* Returns the pid of the process behind a pidfd, or 0. */
static unsigned long pidfd_number(int pidfd)
{
	unsigned long pid = 0;
	char path[64], line[128];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, "Pid:", 4) == 0) {
			line[strcspn(line, "\n")] = '\0';
			vns_util_number(line + strspn(line, "Pid:\t "), INT_MAX,
					&pid);
		}
	(void)fclose(file);
	return pid;
}

static int begin(struct search *search, const struct vns_place *place,
		 struct vns_error *err)
{
	size_t i;

	for (i = 0; i < MARKS; i++) {
		int fd = place->ns[marks[i].type];

		search->has[i] = fd >= 0;
		if (fd >= 0 && !get_numbers(fd, "", &search->mark[i]))
			return vns_error_errno(err, errno, "%s", marks[i].path);
	}
	if (!get_numbers(AT_FDCWD, "/proc/thread-self/ns/mnt", &search->own) ||
	    !get_numbers(place->root, "", &search->root))
		return vns_error_errno(err, errno, "looking for processes");
	search->spared = place->process < 0 ? 0 : pidfd_number(place->process);
	return 0;
}

unsigned long vns_processes_next(DIR *proc)
{
	struct dirent *entry;
	unsigned long pid;

	while ((entry = readdir(proc)))
		if (vns_util_number(entry->d_name, INT_MAX, &pid))
			return pid;
	return 0;
}

static int walk(const struct vns_place *place,
		void (*found)(const struct search *search, unsigned long pid,
			      void *context),
		void *context, struct vns_error *err)
{
	struct search search;
	unsigned long pid;
	DIR *proc;
	int rc = begin(&search, place, err);

	if (rc < 0)
		return rc;
	proc = opendir("/proc");
	if (!proc)
		return vns_error_errno(err, errno, "/proc");
	search.proc = dirfd(proc);
	while ((pid = vns_processes_next(proc)))
		if (pid != (unsigned long)getpid() && pid != search.spared &&
		    is_inside(&search, pid) && vns_processes_alive(pid))
			found(&search, pid, context);
	closedir(proc);
	return 0;
}

struct signalling {
	int signal;
	unsigned count;
	int example;
};

static void signal_one(const struct search *search, unsigned long pid,
		       void *context)
{
	struct signalling *signalling = context;

	signalling->count++;
	signalling->example = (int)pid;
	if (signalling->signal)
		send(search, pid, signalling->signal);
}

int vns_processes_signal(const struct vns_place *place, int signal,
			 unsigned *count, int *example, struct vns_error *err)
{
	struct signalling signalling = { .signal = signal };
	int rc = walk(place, signal_one, &signalling, err);

	*count = signalling.count;
	*example = signalling.example;
	return rc;
}

struct visiting {
	void (*visit)(int pid, void *context);
	void *context;
};

static void visit_one(const struct search *search, unsigned long pid,
		      void *context)
{
	const struct visiting *visiting = context;

	(void)search;
	visiting->visit((int)pid, visiting->context);
}

int vns_processes_visit(const struct vns_place *place,
			void (*visit)(int pid, void *context), void *context,
			struct vns_error *err)
{
	struct visiting visiting = { visit, context };

	return walk(place, visit_one, &visiting, err);
}

bool vns_processes_has(const struct vns_place *place, int pid)
{
	VNS_AUTOCLOSE int proc =
		open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct search search = { .proc = proc };
	struct vns_error ignored;

	return begin(&search, place, &ignored) == 0 &&
	       ((unsigned long)pid == search.spared ||
		is_inside(&search, (unsigned long)pid));
}

bool vns_processes_lives(unsigned long device, unsigned long inode)
{
	struct search search;
	bool found = false;
	unsigned long pid;
	struct stat st;
	DIR *proc = opendir("/proc");

	if (!proc)
		return true;
	search.proc = dirfd(proc);
	while (!found && (pid = vns_processes_next(proc)))
		found = look(&search, pid, "ns/mnt", &st) &&
			st.st_dev == device && st.st_ino == inode;
	closedir(proc);
	return found;
}

int vns_processes_end_process(const struct vns_place *place, int timeout_ms,
			      struct vns_error *err)
{
	if (place->process < 0)
		return 0;
	syscall(SYS_pidfd_send_signal, place->process, SIGKILL, NULL, 0);
	if (vns_deadline_wait(place->process,
			      vns_deadline_now() + timeout_ms) == 0)
		return 0;
	return vns_error_set(err, EBUSY,
			     "its init process, or one inside, does not die");
}
