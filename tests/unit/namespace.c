/*
 * Tests entering a vserver's namespaces; see pam_vns/system/namespace.h. Only
 * root can run it.
 */
#include "system/namespace.h"
#include "places.h"
#include "system/safefile.h"
#include "system/userns.h"
#include "system/vet.h"

#include <errno.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* This expects that entering fails, and the process is where it was. */
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
	about("entering %s", what);
	is_number(status, 0, "it fails, and the process is where it was");
}

/* A process of its own enters, as there is no way back. */
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
	about("vns_namespace_enter");
	is_number(status, 0,
		  "the process is in the mount namespace that it entered");

	/* The vserver was stopped meanwhile, or the root is another one. */
	place.guard = open("/etc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	comes_back(&place, "a place whose pin is gone");
	vns_safefile_close(&place.guard);
	place.guard = -1;
	close(place.root);
	place.root = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	comes_back(&place, "a place whose root is another directory");
	close(fd);
	vns_place_close(&place);
}

/* Returns 0 if the process is root of these ids, with so many groups. */
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
	/* The first group is one inside, the second one is not. */
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
	const struct vns_idrange ids = { 70000, 500 };
	/* 4294967295 is no id. */
	const struct vns_idrange none = { 4294967295UL, 1 };
	struct vns_error err = { "untouched" };
	int fd = -1;

	about("vns_userns_new");
	is_number(vns_userns_new(&ids, NULL, NULL, &fd, &err), 0,
		  "it makes a user namespace");
	is_string(err.text, "untouched", "no error message is set");
	is_number(fcntl(fd, F_GETFD), FD_CLOEXEC,
		  "the descriptor is close-on-exec");
	is_number(waitpid(-1, NULL, WNOHANG | __WALL), -1, "no child is left");
	is_number(
		in_child(try_user, &fd), 0,
		"a process that tries it is root of these ids, without groups");
	close(fd);
	fd = -1;
	ok(vns_userns_new(&none, NULL, NULL, &fd, &err) < 0 && fd == -1,
	   "ids beyond the last one are an error, and give no descriptor");
	is_number(waitpid(-1, NULL, WNOHANG | __WALL), -1,
		  "no child is left after an error");
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

/*
 * With the process all namespaces are entered at once; without it, they are
 * entered one by one.
 */
static void test_enter_all(void)
{
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "" };
	pid_t pid = start(SEVERAL);

	map(pid, "uid_map", "0 70000 500");
	map(pid, "gid_map", "0 70000 500");
	look_at(pid, VNS_NSSET_ALL, &place);
	about("a place of several namespaces");
	is_number(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err), 0,
		  "vetting it is no error");
	ok(place.ns[VNS_NS_USER] >= 0 && place.ns[VNS_NS_NET] >= 0 &&
		   place.ns[VNS_NS_PID] == -1 && place.ns[VNS_NS_TIME] == -1,
	   "namespaces that are ours, too, are not taken");
	is_number(in_child(enter, &place), 0,
		  "they are entered one by one without the process");
	place.process = (int)syscall(SYS_pidfd_open, pid, 0);
	need(place.process >= 0, "pidfd_open");
	is_number(in_child(enter, &place), 0,
		  "they are entered at once with the process");
	end(pid);
	comes_back(&place, "a place whose process has ended");
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
	need(vns_vet_place(&place, VNS_NSSET_ALL, "it", &err) == 0, err.text);
	about("vns_namespace_enter");
	is_number(in_child(enter_somehow, &place), 255,
		  "entering a user namespace without an id 0 ends the process");
	end(pid);
	vns_place_close(&place);
}

struct there {
	int wanted;
	int code;
};

/* Whether it is in the wanted mount namespace, and in its root directory. */
static int look_around(void *argument)
{
	struct there *there = argument;
	struct vns_error err;
	int self = -1, root, cwd;

	if (vns_place_self(&self, &err) < 0)
		return -ENOENT;
	root = open("/", O_PATH | O_CLOEXEC);
	cwd = open(".", O_PATH | O_CLOEXEC);
	there->code = vns_place_same(self, there->wanted) &&
		      vns_place_same_directory(root, cwd);
	close(self);
	close(root);
	close(cwd);
	return -EXFULL;
}

/* The process itself stays where it is. */
static void test_run_at(void)
{
	pid_t target = start(CLONE_NEWNS);
	struct there there = { .wanted = open_ns(target, "mnt") };
	int uts = open_ns(target, "uts"), before = -1, after = -1;
	struct vns_error err;

	end(target);
	need(chdir("/etc") == 0, "/etc");
	need(vns_place_self(&before, &err) == 0, err.text);
	about("vns_namespace_run_at");
	is_number(vns_namespace_run_at(there.wanted, look_around, &there),
		  -EXFULL, "it returns what the work returns");
	ok(there.code == 1, "the work is done there, in the root directory");
	there.code = 0;
	is_number(vns_namespace_run_at(uts, look_around, &there), -EINVAL,
		  "it is an error where that is no mount namespace");
	is_number(there.code, 0, "then the work is not done");
	need(vns_place_self(&after, &err) == 0, err.text);
	ok(vns_place_same(before, after), "the caller is where it was");
	close(uts);
	close(there.wanted);
	close(before);
	close(after);
}

int main(void)
{
	unsigned before;

	if (geteuid() != 0) {
		skip("entering namespaces", "needs root");
		return finish();
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	before = count_descriptors();
	test_enter();
	test_user();
	test_enter_all();
	test_no_ids();
	test_run_at();
	about("all places");
	is_number(count_descriptors(), before, "no descriptor is left");
	return finish();
}
