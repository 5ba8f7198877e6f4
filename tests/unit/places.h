/*
 * Makes processes in namespaces, for tests that take and enter those
 * namespaces.
 */
#ifndef PLACES_H
#define PLACES_H

#include "system/place.h"

#include "tap.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

/*
 * Starts a process of this user in new namespaces, which runs until it is
 * killed.
 */
static inline pid_t start_of(uid_t uid, int flags)
{
	char byte = 'x';
	int ready[2];
	pid_t pid;

	need(pipe(ready) == 0, "pipe");
	pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		if (setresuid(uid, uid, uid) < 0 || unshare(flags) < 0 ||
		    write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	need(read(ready[0], &byte, 1) == 1, "unshare");
	close(ready[0]);
	return pid;
}

static inline pid_t start(int flags)
{
	return start_of(0, flags);
}

static inline void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static inline int open_ns(pid_t pid, const char *type)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, type);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	need(fd >= 0, path);
	return fd;
}

/* Takes the namespaces of a process, except those that are ours, too. */
static inline void look_at(pid_t pid, vns_nsset wanted, struct vns_place *place)
{
	struct vns_error err = { "" };
	char path[32];
	int proc;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	need(proc >= 0, path);
	need(vns_place_of_process(proc, wanted, place, &err) == 0, err.text);
	close(proc);
}

#endif
