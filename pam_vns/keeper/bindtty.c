/*
 * Has a child process that joins the vserver's mount namespace bind the
 * terminal on a file in /dev, or on a pseudo terminal with the same number.
 */
#include "keeper/bindtty.h"

#include "system/channel.h"
#include "system/deadline.h"
#include "system/descriptors.h"
#include "system/inroot.h"
#include "system/mount.h"
#include "system/namespace.h"
#include "system/safefile.h"
#include "lib/util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

/* A filesystem of the tenant's may never answer. */
#define TIMEOUT_MS 5000
/* Numbers are given out from 0 up. So many of them are taken for a moment. */
#define NUMBER_MAX 1024

/* A job for the child, and its answer, in memory shared by both processes. */
struct job {
	int (*work)(struct job *job, int proc, struct vns_error *err);
	struct vns_bindtty terminal;
	const struct vns_place *place;
	pid_t caller;
	int mount; /* a bind of the terminal, not attached yet */
	int rc;
	struct vns_error error;
};

/* --- what is done in the vserver ------------------------------------------ */

/* Follows no symbolic links, as they may be the tenant's. */
static int open_inside(int directory, const char *path, int flags)
{
	return vns_inroot_open(directory, path,
			       (unsigned)flags | O_PATH | O_NOFOLLOW,
			       VNS_INROOT_NO_LINKS);
}

static bool is_pseudo(const struct vns_bindtty *terminal)
{
	return strncmp(terminal->path, "/dev/pts/", 9) == 0;
}

static const char *name_of(const struct vns_bindtty *terminal)
{
	return strrchr(terminal->path, '/') + 1;
}

/*
 * Opens the directory that the terminal belongs into: /dev on a tmpfs, or a
 * devpts. A shared mount is refused: what is mounted there would be mounted
 * elsewhere, too.
 */
static int open_directory(const struct job *job, int proc, int *fd,
			  struct vns_error *err)
{
	const bool pseudo = is_pseudo(&job->terminal);
	const char *path = pseudo ? "/dev/pts" : "/dev";
	struct statfs fs;
	bool shared;
	int rc;

	*fd = open_inside(job->place->root, path, O_DIRECTORY);
	if (*fd < 0 || fstatfs(*fd, &fs) < 0)
		return vns_error_errno(err, errno, "%s inside", path);
	if (fs.f_type != (pseudo ? DEVPTS_SUPER_MAGIC : TMPFS_MAGIC))
		return vns_error_set(err, EXDEV, "%s inside is not a %s", path,
				     pseudo ? "devpts" : "tmpfs");
	rc = vns_mount_is_shared(proc, *fd, &shared, err);
	if (rc < 0 || !shared)
		return rc;
	return vns_error_set(err, EXDEV, "%s inside is a shared mount", path);
}

/*
 * Whether fd is the terminal. *stale is set if it was hung up for good: it then
 * is not the terminal any more, although it has the same number.
 */
static bool is_terminal(int fd, const struct vns_bindtty *terminal, bool *stale)
{
	struct stat st;

	*stale = false;
	if (fstat(fd, &st) < 0 || st.st_dev != terminal->device ||
	    st.st_ino != terminal->inode || st.st_rdev != terminal->number)
		return false;
	*stale = st.st_nlink == 0;
	return !*stale;
}

/* Whether this is an empty file that a session made to bind a terminal on. */
static bool is_place(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 &&
	       st.st_uid == geteuid() && (st.st_mode & 07777) == 0;
}

/* Whether fd is a mount. A mere file belongs to whoever has made that /dev. */
static bool is_mounted(int fd)
{
	struct statx st;

	return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &st) == 0 &&
	       (st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* Unmounts terminals that were hung up for good and, with all, this one. */
static int take_down(int directory, int proc,
		     const struct vns_bindtty *terminal, bool all,
		     struct vns_error *err)
{
	int rc = 0;

	while (rc == 0) {
		VNS_AUTOCLOSE int fd =
			open_inside(directory, name_of(terminal), 0);
		bool stale, found;

		if (fd < 0)
			break;
		found = is_terminal(fd, terminal, &stale);
		if (!is_mounted(fd) || (!stale && !(all && found)))
			break;
		rc = vns_mount_detach(proc, fd, terminal->path, err);
	}
	return rc;
}

static int open_multiplexer(int directory, int proc)
{
	VNS_AUTOCLOSE int fd = open_inside(directory, "ptmx", 0);
	struct statfs fs;
	struct stat st;
	char path[32];

	if (fd < 0 || fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0)
		return -1;
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(5, 2) ||
	    fs.f_type != DEVPTS_SUPER_MAGIC) {
		errno = ENODEV;
		return -1;
	}
	snprintf(path, sizeof(path), "self/fd/%d", fd);
	return openat(proc, path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

static int say_taken(const char *path, struct vns_error *err)
{
	return vns_error_set(err, EEXIST,
			     "something else has the path %s inside", path);
}

/*
 * In a devpts one cannot make files, only pseudo terminals. So this opens a
 * pseudo terminal with the number, if the number is free; to get there, the
 * lower numbers are taken for a moment.
 */
static int take_number(struct job *job, int directory, int proc,
		       struct vns_error *err)
{
	int held[NUMBER_MAX], rc = 0;
	unsigned long wanted = 0;
	unsigned count = 0, got;

	if (!vns_util_number(name_of(&job->terminal), NUMBER_MAX - 1, &wanted))
		return vns_error_set(err, ENOSPC, "%s: not a number below %d",
				     job->terminal.path, NUMBER_MAX);
	while (rc == 0 && job->terminal.master < 0) {
		int fd = open_multiplexer(directory, proc);

		if (fd < 0 || ioctl(fd, TIOCGPTN, &got) < 0)
			rc = vns_error_errno(err, errno, "/dev/pts/ptmx");
		else if (got == wanted)
			job->terminal.master = fd;
		else if (got > wanted || count == NUMBER_MAX)
			rc = say_taken(job->terminal.path, err);
		if (fd >= 0 && count < NUMBER_MAX && fd != job->terminal.master)
			held[count++] = fd;
	}
	while (count > 0)
		close(held[--count]);
	return rc;
}

static int make_file(const struct job *job, int directory,
		     struct vns_error *err)
{
	VNS_AUTOCLOSE int fd =
		openat(directory, name_of(&job->terminal),
		       O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0);

	return fd < 0 ? vns_error_errno(err, errno, "making %s inside",
					job->terminal.path) :
			0;
}

/* Opens the file to bind the terminal on. *fd is -1 if it is there already. */
static int open_place(struct job *job, int directory, int proc, int *fd,
		      struct vns_error *err)
{
	const struct vns_bindtty *terminal = &job->terminal;
	const bool pseudo = is_pseudo(terminal);
	bool stale;
	int rc = take_down(directory, proc, terminal, false, err);

	if (rc < 0)
		return rc;
	*fd = open_inside(directory, name_of(terminal), 0);
	if (*fd >= 0 && is_terminal(*fd, terminal, &stale)) {
		close(*fd);
		*fd = -1;
		return 0;
	}
	if (*fd >= 0)
		return !pseudo && is_place(*fd) ?
			       0 :
			       say_taken(terminal->path, err);
	if (errno != ENOENT)
		return vns_error_errno(err, errno, "%s inside", terminal->path);
	rc = pseudo ? take_number(job, directory, proc, err) :
		      make_file(job, directory, err);
	if (rc < 0)
		return rc;
	*fd = open_inside(directory, name_of(terminal), 0);
	return *fd < 0 ? vns_error_errno(err, errno, "%s inside",
					 terminal->path) :
			 0;
}

/*
 * Attaches the mount, and checks that it is found by its name: the file may
 * have been replaced in the meantime.
 */
static int attach(struct job *job, int directory, int place,
		  struct vns_error *err)
{
	int rc =
		vns_mount_attach_to(job->mount, place, job->terminal.path, err);
	VNS_AUTOCLOSE int fd = -1;
	bool stale;

	if (rc < 0)
		return rc;
	job->terminal.placed = true;
	fd = open_inside(directory, name_of(&job->terminal), 0);
	return fd >= 0 && is_terminal(fd, &job->terminal, &stale) ?
		       0 :
		       say_taken(job->terminal.path, err);
}

static void remove_file(const struct job *job, int directory)
{
	VNS_AUTOCLOSE int fd =
		open_inside(directory, name_of(&job->terminal), 0);

	if (fd >= 0 && is_place(fd) && !is_mounted(fd))
		(void)!unlinkat(directory, name_of(&job->terminal), 0);
}

static int place_inside(struct job *job, int proc, struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	VNS_AUTOCLOSE int fd = -1;
	int rc = open_directory(job, proc, &directory, err);

	if (rc == 0)
		rc = open_place(job, directory, proc, &fd, err);
	if (rc == 0 && fd >= 0)
		rc = attach(job, directory, fd, err);
	if (rc < 0 && directory >= 0)
		remove_file(job, directory);
	return rc;
}

static int remove_inside(struct job *job, int proc, struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	int rc = open_directory(job, proc, &directory, err);

	if (rc == 0)
		rc = take_down(directory, proc, &job->terminal, true, err);
	if (rc == 0)
		remove_file(job, directory);
	return rc;
}

/* --- the child process ---------------------------------------------------- */

/*
 * A child that cannot be killed must have nothing open whose end others wait
 * for, above all not the socket that a worker will listen on: logins could
 * connect to a keeper that has ended. So it shares no descriptors, and sends
 * what it has opened.
 */
static bool close_others(const struct job *job, int socket)
{
	const int kept[] = { job->place->ns[VNS_NS_MNT], job->place->root,
			     job->mount, socket };

	return vns_descriptors_close(0, kept, sizeof(kept) / sizeof(kept[0]));
}

static _Noreturn void run_child(struct job *job, int socket)
{
	int proc;

	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != job->caller || !close_others(job, socket))
		_exit(1);
	proc = open("/proc", O_PATH | O_CLOEXEC);
	if (proc < 0 || !vns_namespace_join_mount(job->place->ns[VNS_NS_MNT]))
		job->rc = vns_error_errno(&job->error, errno,
					  "joining its mount namespace");
	else
		job->rc = job->work(job, proc, &job->error);
	if (job->rc == 0 && job->terminal.master >= 0)
		(void)vns_channel_send(socket, "", 1, &job->terminal.master, 1,
				       0);
	_exit(0);
}

/* Waits for the child. If it cannot be killed, it is left behind. */
static int wait_for(int pidfd, struct vns_error *err)
{
	int rc = vns_deadline_wait(pidfd, vns_deadline_now() + TIMEOUT_MS);

	vns_deadline_end_child(pidfd);
	return rc < 0 ? vns_error_set(err, -rc, "/dev inside does not answer") :
			0;
}

/* Takes the master that the child has opened, if it has. */
static int take_master(struct job *job, int socket, struct vns_error *err)
{
	VNS_AUTOEXTRAS struct vns_channel_extras extras = { 0 };
	const bool opened = job->terminal.master >= 0;
	char byte;

	job->terminal.master = -1;
	if (!opened)
		return 0;
	if (vns_channel_receive(socket, &byte, 1, &extras, MSG_DONTWAIT) != 1 ||
	    extras.count != 1)
		return vns_error_set(err, EMFILE,
				     "the number of %s inside cannot be held",
				     job->terminal.path);
	job->terminal.master = extras.fds[0];
	extras.fds[0] = -1;
	return 0;
}

static int run_job(struct job *job, struct vns_error *err)
{
	int ends[2] = { -1, -1 }, fd = -1, rc = vns_channel_open(ends, err);
	VNS_AUTOCLOSE int reader = ends[0];
	VNS_AUTOCLOSE int writer = ends[1];
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.pidfd = (uintptr_t)&fd,
	};
	pid_t pid = rc < 0 ? -1 :
			     (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	VNS_AUTOCLOSE int pidfd = fd;

	if (pid == 0)
		run_child(job, writer);
	if (pid < 0)
		return rc < 0 ? rc : vns_error_errno(err, errno, "clone3");
	rc = wait_for(pidfd, err);
	if (rc == 0 && job->rc < 0)
		*err = job->error;
	rc = rc < 0 ? rc : job->rc;
	if (rc == 0)
		return take_master(job, reader, err);
	job->terminal.master = -1;
	return rc;
}

/* Runs the job in memory that both processes can see. */
static int run(const struct job *wanted, struct vns_bindtty *terminal,
	       struct vns_error *err)
{
	struct job *job = mmap(NULL, sizeof(*job), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const int master = terminal->master;
	int rc;

	if (job == MAP_FAILED)
		return vns_error_memory(err);
	*job = *wanted;
	job->caller = getpid();
	job->terminal = *terminal;
	job->terminal.master = -1;
	job->rc = vns_error_set(&job->error, ECHILD,
				"its child process was killed");
	rc = run_job(job, err);
	*terminal = job->terminal;
	if (terminal->master < 0)
		terminal->master = master;
	munmap(job, sizeof(*job));
	return rc;
}

/* --- the calling process -------------------------------------------------- */

static int bind_tty(int tty, int *mount, struct vns_error *err)
{
	static const char *const options[] = { "nosuid", "noexec", NULL };
	VNS_AUTOCLOSE int made = -1;
	int rc = vns_mount_clone(tty, false, &made, err);

	if (rc == 0)
		rc = vns_mount_restrict(made, false, options, err);
	if (rc < 0)
		return rc;
	*mount = made;
	made = -1;
	return 0;
}

int vns_bindtty_place(struct vns_bindtty *terminal, const char *path, int tty,
		      const struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOCLOSE int mount = -1;
	struct job job = { .work = place_inside, .place = place };
	struct stat st;
	int rc;

	vns_bindtty_close(terminal);
	if (!vns_tty_path_valid(path) || fstat(tty, &st) < 0 ||
	    !S_ISCHR(st.st_mode))
		return vns_error_set(err, EINVAL, "not a terminal");
	rc = bind_tty(tty, &mount, err);
	if (rc < 0)
		return rc;
	snprintf(terminal->path, sizeof(terminal->path), "%s", path);
	terminal->device = st.st_dev;
	terminal->inode = st.st_ino;
	terminal->number = st.st_rdev;
	job.mount = mount;
	rc = run(&job, terminal, err);
	if (rc < 0) {
		struct vns_error ignored;

		(void)vns_bindtty_remove(terminal, place, &ignored);
		vns_bindtty_close(terminal);
	}
	return rc;
}

int vns_bindtty_remove(struct vns_bindtty *terminal,
		       const struct vns_place *place, struct vns_error *err)
{
	const struct job job = {
		.work = remove_inside,
		.place = place,
		.mount = -1,
	};
	int rc = terminal->placed ? run(&job, terminal, err) : 0;

	if (rc == 0)
		terminal->placed = false;
	return rc;
}

void vns_bindtty_close(struct vns_bindtty *terminal)
{
	vns_safefile_close(&terminal->master);
	*terminal = VNS_BINDTTY_NONE;
}
