/*
 * Tests locks with a time limit, the message that names who has one, and files
 * that are removed with their lock; see pam_vns/system/lock.h.
 */
#include "system/lock.h"

#include "system/deadline.h"
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char base[] = "/dev/shm/lock.XXXXXX";
static struct vns_error err;
static int directory;

/* Has a child hold the lock, by the name in /proc that a child has. */
static pid_t hold(const char *name)
{
	int ends[2];
	char byte;
	pid_t pid;

	need(pipe(ends) == 0, "pipe");
	pid = fork();
	if (pid == 0) {
		int fd = -1;

		if (vns_lock_take(directory, name, name, 1000, &fd, &err) == 0)
			(void)!write(ends[1], "x", 1);
		pause();
		_exit(0);
	}
	close(ends[1]);
	need(read(ends[0], &byte, 1) == 1, "the child has the lock");
	close(ends[0]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static void test_holder(void)
{
	pid_t pid = hold("held");
	int64_t began = vns_deadline_now();
	char who[64];
	int fd = 7, rc;

	about("a lock that another process has");
	rc = vns_lock_take(directory, "held", "the door", 200, &fd, &err);
	is_number(rc, -EBUSY, "it cannot be had");
	is_number(fd, -1, "there is no descriptor of it");
	ok(vns_deadline_now() >= began + 200 &&
		   vns_deadline_now() < began + 20000,
	   "it is waited for as long as is said");
	snprintf(who, sizeof(who),
		 "the door: process %d (lock) holds this lock; ", pid);
	ok(strncmp(err.text, who, strlen(who)) == 0,
	   "the message says who has it: %s", err.text);
	end(pid);
	is_number(vns_lock_take(directory, "held", "the door", 200, &fd, &err),
		  0, "it is free once that process has ended");
	close(fd);
}

static void test_removed(void)
{
	int first = -1, second = -1, old;
	struct stat st;

	about("a lock whose file is removed with it");
	need(vns_lock_take(directory, "gone", "gone", 0, &first, &err) == 0,
	     err.text);
	old = dup(first);
	vns_lock_remove(directory, "gone", &first);
	is_number(first, -1, "its descriptor is closed");
	is_number(fstatat(directory, "gone", &st, 0), -1, "the file is gone");
	is_number(vns_lock_take(directory, "gone", "gone", 0, &second, &err), 0,
		  "whoever comes then makes a new one, and has the lock");
	ok(fstat(second, &st) == 0 && st.st_nlink == 1,
	   "the lock is that of the new file");
	close(old);
	vns_lock_remove(directory, "gone", &second);
	vns_lock_remove(directory, "gone", &second);
}

static bool has_open(pid_t pid, const char *name)
{
	char path[64], target[96], wanted[96];
	int fd;

	snprintf(wanted, sizeof(wanted), "%s/%s", base, name);
	for (fd = 3; fd < 32; fd++) {
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		length = readlink(path, target, sizeof(target) - 1);
		target[length < 0 ? 0 : length] = '\0';
		if (strcmp(target, wanted) == 0)
			return true;
	}
	return false;
}

/* Whoever waits has opened the file that is then removed. */
static void test_waiting(void)
{
	int fd = -1, other = -1, status = -1, ends[2];
	struct stat st;
	char byte;
	pid_t pid;

	about("a lock that is waited for, and removed");
	need(vns_lock_take(directory, "wait", "wait", 0, &fd, &err) == 0 &&
		     pipe(ends) == 0,
	     err.text);
	pid = fork();
	if (pid == 0) {
		close(fd);
		(void)!write(ends[1], "x", 1);
		_exit(vns_lock_take(directory, "wait", "wait", 10000, &other,
				    &err) != 0 ||
		      fstatat(directory, "wait", &st, 0) < 0);
	}
	need(read(ends[0], &byte, 1) == 1, "read");
	while (!has_open(pid, "wait"))
		usleep(1000);
	vns_lock_remove(directory, "wait", &fd);
	(void)waitpid(pid, &status, 0);
	is_number(status, 0,
		  "who has waited has the lock of a file that is there");
}

static void test_mode(void)
{
	int fd = -1;
	struct stat st;

	about("a lock's file");
	need(vns_lock_take(directory, "mode", "mode", 0, &fd, &err) == 0,
	     err.text);
	ok(fstat(fd, &st) == 0 && (st.st_mode & 07777) == 0600,
	   "nobody else can open it");
	close(fd);
}

int main(void)
{
	char command[64];

	need(mkdtemp(base) && (directory = open(base, O_RDONLY)) >= 0, base);
	test_holder();
	test_removed();
	test_waiting();
	test_mode();
	snprintf(command, sizeof(command), "rm -rf %s", base);
	need(system(command) == 0, command);
	return finish();
}
