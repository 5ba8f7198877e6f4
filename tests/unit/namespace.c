/*
 * Which descriptors are taken for a vserver's namespaces, and going there; see
 * pam_vns/system/namespace.h. Root only.
 */
#include "system/namespace.h"

#include "system/safefile.h"
#include "system/userns.h"
#include "system/vet.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char fifo[] = "/run/unit-namespace.fifo";

/* A process in new namespaces, until it is killed. */
static pid_t start(int flags)
{
	char byte = 'x';
	int ready[2];
	pid_t pid;

	need(pipe(ready) == 0, "pipe");
	pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		if (unshare(flags) < 0 || write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	need(read(ready[0], &byte, 1) == 1, "unshare");
	close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int open_ns(pid_t pid, const char *type)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, type);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	need(fd >= 0, path);
	return fd;
}

static void refused_of(int fd, vns_nsset wanted, const char *what, int code,
		       const char *message)
{
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "" };

	need(fd >= 0, what);
	is_number(vns_vet_mount(fd, wanted, "it", &place, &err), -code,
		  "%s", what);
	is_string(err.text, message, "its message");
	ok(place.ns[VNS_NS_MNT] == -1 && place.root == -1, "nothing taken");
	ok(fcntl(fd, F_GETFD) >= 0, "the descriptor stays the caller's");
	close(fd);
}

static void refused(int fd, const char *what, int code, const char *message)
{
	refused_of(fd, VNS_NSSET_ALL, what, code, message);
}

static void test_refusals(void)
{
	static const char *const types[] = { "uts",  "ipc",    "net", "pid",
					     "user", "cgroup", "time" };
	char name[32];
	size_t i;
	pid_t pid;

	refused(open("/etc/passwd", O_RDONLY), "a regular file", EINVAL,
		"it: not a namespace");
	refused(open(fifo, O_RDONLY | O_NONBLOCK), "a FIFO", EINVAL,
		"it: not a namespace");
	refused(open("/", O_RDONLY | O_DIRECTORY), "a directory", EINVAL,
		"it: not a namespace");
	refused(open("/proc/self/ns", O_RDONLY | O_DIRECTORY),
		"a directory of /proc", EINVAL, "it: not a namespace");
	refused(open("/dev/null", O_RDWR), "a device", EINVAL,
		"it: not a namespace");
	for (i = 0; i < LENGTH(types); i++) {
		snprintf(name, sizeof(name), "a %s namespace", types[i]);
		refused(open_ns(getpid(), types[i]), name, EINVAL,
			"it: not a mount namespace");
	}
	refused(open_ns(getpid(), "mnt"), "our own", EXDEV,
		"it: is the host's own mount namespace");
	refused(open("/proc/thread-self/ns/mnt", O_RDONLY), "the thread's",
		EXDEV, "it: is the host's own mount namespace");
	pid = start(CLONE_NEWUSER | CLONE_NEWNS);
	refused_of(
		open_ns(pid, "mnt"), VNS_NSSET(VNS_NS_MNT),
		"another user namespace's", EPERM,
		"it: belongs to a user namespace, which must be joined, too: "
		"add \"user\" to namespaces");
	end(pid);
}

static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
	(void)number;
	signalled++;
}

static void test_take(void)
{
	pid_t pid = start(CLONE_NEWNS);
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "untouched" };
	int fd = open_ns(pid, "mnt"), self = -1;
	struct stat here, there;

	end(pid);
	signal(SIGCHLD, on_signal);
	is_number(vns_vet_mount(fd, VNS_NSSET_ALL, "it", &place, &err), 0,
		  "a mount namespace, whose process is gone");
	is_string(err.text, "untouched", "no error");
	is_number(signalled, 0, "no SIGCHLD");
	signal(SIGCHLD, SIG_DFL);
	is_number(waitpid(-1, NULL, WNOHANG | __WALL), -1, "no child");
	is_number(vns_place_same(fd, place.ns[VNS_NS_MNT]), true,
		  "the same");
	ok(place.ns[VNS_NS_MNT] != fd, "by another descriptor");
	is_number(fcntl(place.ns[VNS_NS_MNT], F_GETFD), FD_CLOEXEC,
		  "close-on-exec");
	is_number(fcntl(place.root, F_GETFD), FD_CLOEXEC, "its root too");
	ok(fstat(place.root, &there) == 0 && stat("/", &here) == 0 &&
		   there.st_ino == here.st_ino && there.st_dev == here.st_dev,
	   "its root is a copy of ours");
	need(vns_place_self(&self, &err) == 0, err.text);
	is_number(vns_place_same(self, place.ns[VNS_NS_MNT]), false,
		  "we are not in it");
	close(self);
	close(fd);
	vns_place_close(&place);
	ok(place.ns[VNS_NS_MNT] == -1 && place.root == -1, "closed");
}

/* Entering fails, and the process is where it was. */
static void comes_back(const struct vns_place *place, const char *what)
{
	int status = -1;
	pid_t pid;

	need(chdir("/etc") == 0, "/etc");
	pid = fork();
	if (pid == 0) {
		struct vns_error err;
		int before = -1, after = -1;
		char cwd[64];

		if (vns_place_self(&before, &err) < 0 ||
		    vns_namespace_enter(place, &err) != -ESTALE ||
		    vns_place_self(&after, &err) < 0)
			_exit(1);
		_exit(!vns_place_same(before, after) ||
		      !getcwd(cwd, sizeof(cwd)) || strcmp(cwd, "/etc") != 0);
	}
	waitpid(pid, &status, 0);
	is_number(status, 0, "%s: back on the host, cwd and all", what);
}

/* In a process of its own: there is no way back. */
static void test_enter(void)
{
	pid_t target = start(CLONE_NEWNS), pid;
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "" };
	int fd = open_ns(target, "mnt"), status = 0;

	need(vns_vet_mount(fd, VNS_NSSET_ALL, "it", &place, &err) == 0,
	     err.text);
	end(target);
	pid = fork();
	if (pid == 0) {
		int self = -1;

		if (vns_namespace_enter(&place, &err) < 0 ||
		    vns_place_self(&self, &err) < 0)
			_exit(1);
		_exit(vns_place_same(self, place.ns[VNS_NS_MNT]) ? 0 : 2);
	}
	waitpid(pid, &status, 0);
	is_number(status, 0, "entered, and there");

	/* Stopped meanwhile, or a root that is not the namespace's. */
	place.guard = open("/etc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	comes_back(&place, "its pin is gone");
	vns_safefile_close(&place.guard);
	place.guard = -1;
	close(place.root);
	place.root = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	comes_back(&place, "its root is another");
	close(fd);
	vns_place_close(&place);
}

/* What a process finds where it has gone. */
static int is_root_of(unsigned base, unsigned count, int groups)
{
	gid_t group = 1;

	char text[64] = "";
	FILE *file = fopen("/proc/self/uid_map", "re");
	unsigned id, outside, length;

	if (!file || !fgets(text, sizeof(text), file))
		return 1;
	(void)fclose(file);
	if (sscanf(text, "%u %u %u", &id, &outside, &length) != 3 || id != 0 ||
	    outside != base || length != count)
		return 2;
	if (getuid() != 0 || geteuid() != 0 || getgid() != 0 ||
	    getgroups(0, NULL) != groups || getgroups(groups, &group) < 0 ||
	    group != 1)
		return 3;
	return prctl(PR_GET_DUMPABLE) == 0 ? 0 : 4;
}

static int in_child(int (*work)(void *argument), void *argument)
{
	int status = -1;
	/* One there is inside, and one there is not. */
	const gid_t groups[] = { 1, 60000 };
	pid_t pid = fork();

	if (pid == 0)
		_exit(setgroups(2, groups) < 0 ? 99 : work(argument));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int try_user(void *argument)
{
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err;

	place.ns[VNS_NS_USER] = *(int *)argument;
	return vns_namespace_try_user(&place, &err) < 0 ?
		       9 :
		       is_root_of(70000, 500, 0);
}

static void test_user(void)
{
	struct vns_error err = { "untouched" };
	int fd = -1;

	is_number(vns_userns_new(70000, 500, &fd, &err), 0,
		  "a user namespace");
	is_string(err.text, "untouched", "no error");
	is_number(fcntl(fd, F_GETFD), FD_CLOEXEC, "close-on-exec");
	is_number(waitpid(-1, NULL, WNOHANG | __WALL), -1, "no child");
	is_number(in_child(try_user, &fd), 0,
		  "its root in it, and nobody else");
	close(fd);
	/* An id beyond the last is none. */
	fd = -1;
	ok(vns_userns_new(4294967295UL, 1, &fd, &err) < 0 && fd == -1,
	   "one with no such ids");
	is_number(waitpid(-1, NULL, WNOHANG | __WALL), -1, "no child either");
}

static void map(pid_t pid, const char *file, const char *text)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	need(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text),
	     path);
	close(fd);
}

#define SEVERAL                                                      \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | \
	 CLONE_NEWNET | CLONE_NEWCGROUP)

/* All that the process has, but what is ours too. */
static void look_at(pid_t pid, vns_nsset wanted, struct vns_place *place)
{
	struct vns_error err = { "" };
	char path[32];
	int proc;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	need(proc >= 0, path);
	need(vns_place_of_process(proc, wanted, place, &err) == 0,
	     err.text);
	close(proc);
}

static int enter(void *argument)
{
	const struct vns_place *place = argument;
	static const char *const names[VNS_NS_COUNT] = {
		"uts", "ipc", "net", "cgroup", "time", "pid", "mnt", "user"
	};
	struct vns_error err;
	char path[64];
	int type, own;

	if (vns_namespace_enter(place, &err) < 0)
		return 9;
	for (type = 0; type < VNS_NS_COUNT; type++) {
		if (place->ns[type] < 0)
			continue;
		snprintf(path, sizeof(path), "/proc/thread-self/ns/%s",
			 names[type]);
		own = open(path, O_RDONLY | O_CLOEXEC);
		if (own < 0 || !vns_place_same(own, place->ns[type]))
			return 10 + type;
	}
	return is_root_of(70000, 500, 1);
}

/* With the process and without: at once, and one by one. */
static void test_enter_all(void)
{
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "" };
	pid_t pid = start(SEVERAL);

	map(pid, "uid_map", "0 70000 500");
	map(pid, "gid_map", "0 70000 500");
	look_at(pid, VNS_NSSET_ALL, &place);
	is_number(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err), 0,
		  "several namespaces");
	ok(place.ns[VNS_NS_USER] >= 0 && place.ns[VNS_NS_NET] >= 0 &&
		   place.ns[VNS_NS_PID] == -1 && place.ns[VNS_NS_TIME] == -1,
	   "those that are ours are passed over");
	is_number(in_child(enter, &place), 0, "entered one by one");
	place.process = (int)syscall(SYS_pidfd_open, pid, 0);
	need(place.process >= 0, "pidfd_open");
	is_number(in_child(enter, &place), 0, "entered at once");
	end(pid);
	comes_back(&place, "its process has ended");
	vns_place_close(&place);
}

static int enter_somehow(void *argument)
{
	struct vns_error err;

	return vns_namespace_enter(argument, &err) < 0 ? 1 : 0;
}

/* There is no way back from a user namespace, and no way on without ids. */
static void test_no_ids(void)
{
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "" };
	pid_t pid = start(CLONE_NEWUSER | CLONE_NEWNS);

	look_at(pid, VNS_NSSET_ALL, &place);
	need(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err) == 0,
	     err.text);
	is_number(in_child(enter_somehow, &place), 255,
		  "without an id 0 it ends");
	end(pid);
	vns_place_close(&place);
}

/* A mount namespace, and the user namespace of somebody else. */
static void test_owners(void)
{
	struct vns_place place = VNS_PLACE_NONE;
	pid_t one = start(CLONE_NEWUSER | CLONE_NEWNS);
	pid_t two = start(CLONE_NEWUSER | CLONE_NEWNS);
	int owner = open_ns(one, "user");
	struct vns_error err = { "" };

	look_at(one, VNS_NSSET(VNS_NS_MNT), &place);
	is_number(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err), 0,
		  "a mount namespace by itself");
	ok(vns_place_same(place.ns[VNS_NS_USER], owner),
	   "its user namespace is found");
	vns_safefile_close(&place.ns[VNS_NS_USER]);
	vns_safefile_close(&place.root);
	place.root = -1;
	place.ns[VNS_NS_USER] = open_ns(two, "user");
	is_number(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err),
		  -EPERM, "with another's");
	is_string(err.text,
		  "it: belongs to another user namespace than its process is "
		  "in",
		  "its message");
	vns_place_close(&place);
	look_at(one, VNS_NSSET_ALL, &place);
	vns_safefile_close(&place.ns[VNS_NS_NET]);
	place.ns[VNS_NS_NET] = open_ns(one, "uts");
	is_number(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err),
		  -EINVAL, "one in another's place");
	is_string(err.text, "it: not a net namespace", "its message");
	vns_place_close(&place);
	close(owner);
	end(one);
	end(two);
}

int main(void)
{
	unsigned before;

	if (geteuid() != 0) {
		skip("mount namespaces", "needs root");
		return finish();
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	unlink(fifo);
	need(mkfifo(fifo, 0600) == 0, fifo);
	before = count_descriptors();
	test_refusals();
	test_take();
	test_enter();
	test_user();
	test_enter_all();
	test_no_ids();
	test_owners();
	is_number(count_descriptors(), before, "no descriptor is left");
	unlink(fifo);
	return finish();
}
