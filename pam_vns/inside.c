#include "inside.h"

#include "safefile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util.h"

static bool is_inside(int proc, unsigned long pid, const struct stat *mnt)
{
	struct stat st;
	char path[48];

	/* The namespace is held open, so its number is nobody else's. */
	snprintf(path, sizeof(path), "%lu/ns/mnt", pid);
	return fstatat(proc, path, &st, 0) == 0 && st.st_dev == mnt->st_dev &&
	       st.st_ino == mnt->st_ino;
}

static void send(int proc, unsigned long pid, const struct stat *mnt,
		 int signal)
{
	VNS_AUTOCLOSE int pidfd = (int)syscall(SYS_pidfd_open, (int)pid, 0);

	/* Again, now that the number cannot pass to another process. */
	if (pidfd >= 0 && is_inside(proc, pid, mnt))
		syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int vns_inside_signal(int mnt, int signal, unsigned *count, int *example,
		      struct vns_error *err)
{
	struct dirent *entry;
	struct stat st;
	DIR *proc = opendir("/proc");

	*count = 0;
	*example = 0;
	if (!proc)
		return vns_error_errno(err, errno, "/proc");
	if (fstat(mnt, &st) < 0) {
		closedir(proc);
		return vns_error_errno(err, errno, "fstat");
	}
	while ((entry = readdir(proc))) {
		unsigned long pid;

		if (!vns_util_number(entry->d_name, INT_MAX, &pid) ||
		    pid == (unsigned long)getpid() ||
		    !is_inside(dirfd(proc), pid, &st))
			continue;
		++*count;
		*example = (int)pid;
		if (signal)
			send(dirfd(proc), pid, &st, signal);
	}
	closedir(proc);
	return 0;
}
