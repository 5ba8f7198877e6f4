/*
 * Has a child process find the terminals of those inside by the descriptors of
 * their processes, and write a line to each.
 */
#include "native/farewell.h"

#include "lib/procfs.h"
#include "native/processes.h"
#include "system/deadline.h"
#include "system/descriptors.h"
#include "system/safefile.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_MS 2000
/* What is written to a pseudo terminal has to be sent on by its program. */
#define MOMENT_MS 250
/* Nobody has so many terminals but to keep others from being told. */
#define TERMINALS_MAX 4096

/* A terminal that was told, by its device file. */
struct terminal {
	uint64_t device, inode;
};

struct farewell {
	const struct vns_place *place;
	const char *text;
	struct terminal told[TERMINALS_MAX];
	size_t count;
};

/* The controlling terminal's number, or 0 if there is none. */
static dev_t controlling(int process)
{
	VNS_AUTOCLOSE int fd = openat(process, "stat", O_RDONLY | O_CLOEXEC);
	char stat[1024];
	ssize_t length = fd < 0 ? -1 : read(fd, stat, sizeof(stat) - 1);
	unsigned major, minor;

	stat[length < 0 ? 0 : length] = '\0';
	return vns_procfs_parse_terminal(stat, &major, &minor) ?
		       makedev(major, minor) :
		       0;
}

/*
 * Opens the file behind a descriptor of another process's as a path alone,
 * which asks neither a device nor a filesystem.
 */
static int find_terminal(int process, int number, dev_t terminal,
			 struct terminal *found)
{
	const unsigned mask = STATX_TYPE | STATX_INO;
	struct statx st;
	char path[16];
	int fd;

	snprintf(path, sizeof(path), "fd/%d", number);
	fd = openat(process, path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, mask, &st) == 0 &&
	    S_ISCHR(st.stx_mode) &&
	    makedev(st.stx_rdev_major, st.stx_rdev_minor) == terminal) {
		found->device = makedev(st.stx_dev_major, st.stx_dev_minor);
		found->inode = st.stx_ino;
		return fd;
	}
	close(fd);
	return -1;
}

static bool was_told(const struct farewell *farewell,
		     const struct terminal *terminal)
{
	size_t i;

	for (i = 0; i < farewell->count; i++)
		if (farewell->told[i].device == terminal->device &&
		    farewell->told[i].inode == terminal->inode)
			return true;
	return false;
}

/*
 * The file is opened again, so that O_NONBLOCK is not set for those who have it
 * open. What does not fit in a terminal that somebody has stopped is lost.
 */
static void tell(struct farewell *farewell, int fd,
		 const struct terminal *terminal)
{
	VNS_AUTOCLOSE int out = -1;
	char link[64];

	if (farewell->count == TERMINALS_MAX || was_told(farewell, terminal))
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	out = open(link, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (out < 0 || !isatty(out))
		return;
	(void)!write(out, farewell->text, strlen(farewell->text));
	farewell->told[farewell->count++] = *terminal;
}

/*
 * The process is held before it is looked at once more: what is read of it
 * then is that of a process inside, whoever gets its number later.
 */
static void visit(int pid, void *context)
{
	struct farewell *farewell = context;
	VNS_AUTOCLOSE int process = -1;
	char path[32];
	dev_t terminal;
	int number;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	process = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	terminal = process < 0 ? 0 : controlling(process);
	if (!terminal || !vns_processes_has(farewell->place, pid))
		return;
	for (number = 0; number <= 2; number++) {
		struct terminal found;
		VNS_AUTOCLOSE int fd =
			find_terminal(process, number, terminal, &found);

		if (fd >= 0)
			tell(farewell, fd, &found);
	}
}

/* It must keep nothing open that others wait for, such as locks. */
static bool close_others(const struct vns_place *place)
{
	int kept[VNS_NS_COUNT + 2];

	memcpy(kept, place->ns, sizeof(place->ns));
	kept[VNS_NS_COUNT] = place->root;
	kept[VNS_NS_COUNT + 1] = place->process;
	return vns_descriptors_close(0, kept, sizeof(kept) / sizeof(kept[0]));
}

static _Noreturn void run_child(struct farewell *farewell, pid_t parent)
{
	const struct timespec moment = { 0, MOMENT_MS * 1000000L };
	struct vns_error ignored;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || !close_others(farewell->place) ||
	    setsid() < 0)
		_exit(1);
	(void)vns_processes_visit(farewell->place, visit, farewell, &ignored);
	if (farewell->count > 0)
		nanosleep(&moment, NULL);
	_exit(0);
}

void vns_farewell_tell(const struct vns_place *place, const char *text)
{
	struct farewell farewell = { .place = place, .text = text };
	const pid_t parent = getpid();
	int pidfd = -1;
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.pidfd = (uintptr_t)&pidfd,
	};
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		run_child(&farewell, parent);
	if (pid < 0)
		return;
	(void)vns_deadline_wait(pidfd, vns_deadline_now() + TIMEOUT_MS);
	vns_deadline_end_child(pidfd);
	vns_safefile_close(&pidfd);
}
