/*
 * Holds a process by a pidfd and its directory in /proc, from which its start
 * time and its namespaces are read.
 */
#include "system/process.h"

#include "lib/procfs.h"
#include "system/fstype.h"
#include "system/safefile.h"
#include "system/vet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

void vns_process_close(struct vns_process *process)
{
	vns_safefile_close(&process->pidfd);
	vns_safefile_close(&process->proc);
	*process = VNS_PROCESS_NONE;
}

static int is_gone(int pid, struct vns_error *err)
{
	return vns_error_set(err, ESRCH, "process %d has ended", pid);
}

static int open_proc(struct vns_process *process, struct vns_error *err)
{
	const int pid = process->pid;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	process->proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process->proc >= 0)
		return 0;
	if (vns_process_has_ended(process))
		return is_gone(pid, err);
	return vns_error_errno(err, errno, "%s", path);
}

int vns_process_open(int pid, struct vns_process *process,
		     struct vns_error *err)
{
	process->pid = pid;
	process->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process->pidfd < 0 && errno == ESRCH)
		return is_gone(pid, err);
	if (process->pidfd < 0)
		return vns_error_errno(err, errno, "process %d", pid);
	return open_proc(process, err);
}

int vns_process_take(int pidfd, struct vns_process *process,
		     struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	char path[48], text[512];
	ssize_t length;

	process->pidfd = pidfd;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (length < 0)
		return vns_error_errno(err, errno, "%s", path);
	text[length] = '\0';
	if (!vns_procfs_parse_pidfd(text, &process->pid))
		return vns_error_set(err, ESRCH, "it has ended");
	return open_proc(process, err);
}

bool vns_process_has_ended(const struct vns_process *process)
{
	struct pollfd fds = { .fd = process->pidfd, .events = POLLIN };

	return poll(&fds, 1, 0) != 0;
}

int vns_process_reopen(int pid, unsigned long long ticks,
		       struct vns_process *process, struct vns_error *err)
{
	unsigned long long started;
	int rc = vns_process_open(pid, process, err);

	if (rc == 0)
		rc = vns_process_start_time(process, &started, err);
	if (rc == 0 && (started != ticks || vns_process_has_ended(process)))
		rc = is_gone(pid, err);
	return rc;
}

int vns_process_start_time(const struct vns_process *process,
			   unsigned long long *ticks, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd =
		openat(process->proc, "stat", O_RDONLY | O_CLOEXEC);
	char text[1024];
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (length < 0)
		return is_gone(process->pid, err);
	text[length] = '\0';
	if (!vns_procfs_parse_start(text, ticks))
		return vns_error_set(err, EIO, "/proc/%d/stat is unreadable",
				     process->pid);
	return 0;
}

/*
 * Takes the process's root directory for its mount namespace's, if it looks
 * like that and cannot hang; no other process has to go there then. A tenant's
 * root who makes a process of a mount that is nowhere attached is told by
 * vns_namespace_enter.
 */
static void take_root(const struct vns_process *process,
		      struct vns_place *place)
{
	VNS_AUTOCLOSE int root =
		openat(process->proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root < 0 || !vns_fstype_is_plain(root, process->pid) ||
	    !vns_place_is_topmost(root))
		return;
	place->root = root;
	place->likely = true;
	root = -1;
}

/*
 * Refuses a process in a chroot: a join knows nothing of the chroot, and a
 * session would land outside of it.
 */
static int check_chroot(const struct vns_process *process, const char *what,
			const struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOCLOSE int root =
		openat(process->proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root >= 0 && vns_place_same_directory(root, place->root))
		return 0;
	return vns_error_set(err, EXDEV,
			     "%s: its process is in a chroot, which cannot be "
			     "entered",
			     what);
}

int vns_process_place(const struct vns_process *process, vns_nsset wanted,
		      const char *what, struct vns_place *place,
		      struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place found = vns_place_like(place);
	int rc = vns_place_of_process(
		process->proc, vns_place_differing(process->proc, wanted),
		&found, err);

	found.process = fcntl(process->pidfd, F_DUPFD_CLOEXEC, 3);
	if (rc == 0 && found.process < 0)
		rc = vns_error_errno(err, errno, "%s", what);
	if (rc == 0)
		take_root(process, &found);
	if (rc == 0)
		rc = vns_vet_place(&found, wanted, what, err);
	if (rc == 0 && !found.likely)
		rc = check_chroot(process, what, &found, err);
	/*
	 * A process that has ended, but that nobody has waited for, has no
	 * namespaces any more; nor has one whose first thread has ended.
	 */
	if (rc == -ENOENT || vns_process_has_ended(process))
		return is_gone(process->pid, err);
	if (rc < 0)
		return rc;
	found.pid = process->pid;
	*place = found;
	found = VNS_PLACE_NONE;
	return 0;
}

bool vns_process_name(int pid, char name[VNS_PROCESS_NAME])
{
	VNS_AUTOCLOSE int fd = -1;
	char path[32];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	length = fd < 0 ? -1 : read(fd, name, VNS_PROCESS_NAME - 1);
	name[length < 0 ? 0 : length] = '\0';
	name[strcspn(name, "\n")] = '\0';
	return length > 0;
}

bool vns_process_title(const struct vns_process *process, char *title,
		       size_t size)
{
	VNS_AUTOCLOSE int fd =
		openat(process->proc, "cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, title, size - 1);

	title[length < 0 ? 0 : length] = '\0';
	return length > 0;
}

int vns_process_boot(char **id, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd =
		open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (length < 0)
		return vns_error_errno(err, errno,
				       "/proc/sys/kernel/random/boot_id");
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	*id = strdup(text);
	return *id ? 0 : vns_error_memory(err);
}
