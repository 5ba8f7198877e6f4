/*
 * Tests how processes and their namespaces are held, and that a reuse of their
 * numbers deceives nobody; see pam_vns/system/process.h. Only root can run it.
 */
#include "system/process.h"

#include "tap.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Starts a process that has done prepare and runs until it is killed. */
static pid_t start(int (*prepare)(void))
{
	char byte = 'x';
	int ready[2];
	pid_t pid;

	need(pipe(ready) == 0, "pipe");
	pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		if (prepare() < 0 || write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	need(read(ready[0], &byte, 1) == 1, "prepare");
	close(ready[0]);
	return pid;
}

static int nothing(void)
{
	return 0;
}

static int apart(void)
{
	return unshare(CLONE_NEWNS | CLONE_NEWUTS);
}

static int in_chroot(void)
{
	return unshare(CLONE_NEWNS) == 0 && chroot("/etc") == 0 ? 0 : -1;
}

static int in_user(void)
{
	return unshare(CLONE_NEWUSER | CLONE_NEWNS);
}

/* Kills a process that nobody has waited for yet. */
static void kill_it(pid_t pid)
{
	siginfo_t info;

	kill(pid, SIGKILL);
	need(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0, "waitid");
}

static void reap(pid_t pid)
{
	need(waitpid(pid, NULL, 0) == pid, "waitpid");
}

static void test_life(void)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	struct vns_process other = VNS_PROCESS_NONE;
	unsigned long long ticks = 0, again = 0;
	struct vns_error err = { "untouched" };
	pid_t pid = start(nothing);

	about("a process that lives");
	is_number(vns_process_open(pid, &process, &err), 0, "it is opened");
	is_string(err.text, "untouched", "opening it sets no error message");
	is_number(process.pid, pid, "its number is kept");
	is_number(fcntl(process.pidfd, F_GETFD), FD_CLOEXEC,
		  "its pidfd is close-on-exec");
	is_number(fcntl(process.proc, F_GETFD), FD_CLOEXEC,
		  "its directory in /proc is close-on-exec");
	ok(!vns_process_has_ended(&process), "it has not ended");
	is_number(vns_process_start_time(&process, &ticks, &err), 0,
		  "its start time is read");
	ok(ticks > 0, "its start time is not 0");
	need(vns_process_open(getpid(), &other, &err) == 0, err.text);
	is_number(vns_process_start_time(&other, &again, &err), 0,
		  "the start time of this process is read");
	ok(again > 0 && again <= ticks,
	   "this process did not start later than its child");
	vns_process_close(&other);
	ok(other.pidfd == -1 && other.proc == -1,
	   "vns_process_close leaves no descriptor");

	kill_it(pid);
	about("a process that was killed");
	ok(vns_process_has_ended(&process),
	   "it has ended before it is waited for");
	reap(pid);
	ok(vns_process_has_ended(&process),
	   "it has ended after it was waited for");
	is_number(vns_process_start_time(&process, &ticks, &err), -ESRCH,
		  "its start time cannot be read");
	is_number(vns_process_open(pid, &other, &err), -ESRCH,
		  "it cannot be opened any more");
	vns_process_close(&other);
}

static void test_no_process(void)
{
	static const int numbers[] = { 0, -1, 0x7fffffff };
	struct vns_process process = VNS_PROCESS_NONE;
	struct vns_error err;
	size_t i;

	about("a number of no process");
	for (i = 0; i < LENGTH(numbers); i++) {
		ok(vns_process_open(numbers[i], &process, &err) < 0,
		   "process %d cannot be opened", numbers[i]);
		vns_process_close(&process);
	}
}

static void is_none(const struct vns_place *place)
{
	bool none = place->root == -1 && place->guard == -1 &&
		    place->process == -1;
	int type;

	for (type = 0; type < VNS_NS_COUNT; type++)
		none = none && place->ns[type] == -1;
	ok(none, "no descriptor is taken");
}

static void refused(int (*prepare)(void), vns_nsset wanted, const char *what,
		    int code, const char *message)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "" };
	pid_t pid = start(prepare);

	need(vns_process_open(pid, &process, &err) == 0, err.text);
	about("the place of a process %s", what);
	is_number(vns_process_place(&process, wanted, "it", &place, &err),
		  -code, "it is refused");
	is_string(err.text, message, "error message");
	is_none(&place);
	kill_it(pid);
	reap(pid);
}

static void test_place(void)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	VNS_AUTOPLACE struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "untouched" };
	pid_t pid = start(apart);
	struct vns_process held;

	need(vns_process_open(pid, &process, &err) == 0, err.text);
	about("the place of a process in namespaces of its own");
	is_number(vns_process_place(&process, VNS_NSSET_ALL, "it", &place,
				    &err),
		  0, "it is taken");
	is_string(err.text, "untouched", "taking it sets no error message");
	ok(place.ns[VNS_NS_MNT] >= 0 && place.ns[VNS_NS_UTS] >= 0,
	   "mount and UTS namespaces, its own, are taken");
	ok(place.ns[VNS_NS_NET] == -1 && place.ns[VNS_NS_PID] == -1 &&
		   place.ns[VNS_NS_USER] == -1,
	   "net, PID and user namespaces, which are ours, too, are not taken");
	ok(place.root >= 0 && place.guard == -1,
	   "its root is taken, and no guard");
	ok(place.process >= 0 && place.process != process.pidfd,
	   "the process is taken by another descriptor");
	vns_place_close(&place);
	about("the place of a process, with nothing but its mount namespace "
	      "wanted");
	is_number(vns_process_place(&process, VNS_NSSET(VNS_NS_MNT), "it",
				    &place, &err),
		  0, "it is taken");
	ok(place.ns[VNS_NS_MNT] >= 0 && place.ns[VNS_NS_UTS] == -1,
	   "the mount namespace is taken, and the UTS namespace is not");
	kill_it(pid);
	held = (struct vns_process){ .pidfd = place.process };
	ok(vns_process_has_ended(&held),
	   "the place tells that the process has ended");
	vns_place_close(&place);
	about("the place of a process that has ended");
	is_number(vns_process_place(&process, VNS_NSSET_ALL, "it", &place,
				    &err),
		  -ESRCH, "it is refused");
	is_none(&place);
	reap(pid);
	about("the place of a process that has ended and was waited for");
	is_number(vns_process_place(&process, VNS_NSSET_ALL, "it", &place,
				    &err),
		  -ESRCH, "it is refused");
	is_none(&place);
}

/* Puts another string in the place of the arguments, as sshd does. */
static int has_title(void)
{
	static const char title[] = "sshd: x";

	if (strlen(program_invocation_name) < sizeof(title))
		return -1;
	strcpy(program_invocation_name, title);
	return 0;
}

static void test_title(void)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	struct vns_error err;
	char title[64] = "?";
	pid_t pid = start(has_title);

	need(vns_process_open(pid, &process, &err) == 0, err.text);
	about("the title of a process");
	ok(vns_process_title(&process, title, sizeof(title)), "it is read");
	is_string(title, "sshd: x", "it is what the process has put there");
	ok(vns_process_title(&process, title, 5), "it is read in part");
	is_string(title, "sshd", "it is cut off where there is no more room");
	kill_it(pid);
	reap(pid);
	ok(!vns_process_title(&process, title, sizeof(title)),
	   "it cannot be read once the process has ended");
	is_string(title, "", "it is empty then");
}

static void *go_on(void *argument)
{
	(void)argument;
	for (;;)
		pause();
	return NULL;
}

/* Its first thread ends: /proc has no namespaces of it any more. */
static void *leave_first(void *argument)
{
	char path[32], line[256];
	int pid = getpid(), ready = (int)(intptr_t)argument;
	bool ended = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (!ended) {
		usleep(1000);
		file = fopen(path, "r");
		ended = file && fgets(line, sizeof(line), file) &&
			strstr(line, ") Z ");
		if (file)
			fclose(file);
	}
	if (write(ready, "x", 1) != 1)
		_exit(1);
	return go_on(NULL);
}

static void test_first_thread(void)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "" };
	int ready[2];
	char byte;
	pid_t pid;

	need(pipe(ready) == 0, "pipe");
	pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		pthread_t thread;

		if (unshare(CLONE_NEWNS) < 0 ||
		    pthread_create(&thread, NULL, leave_first,
				   (void *)(intptr_t)ready[1]) != 0)
			_exit(1);
		syscall(SYS_exit, 0);
	}
	close(ready[1]);
	need(read(ready[0], &byte, 1) == 1, "a thread");
	need(vns_process_open(pid, &process, &err) == 0, err.text);
	about("the place of a process whose first thread has ended");
	is_number(vns_process_place(&process, VNS_NSSET_ALL, "it", &place,
				    &err),
		  -ESRCH, "it is refused");
	ok(strstr(err.text, "has ended") != NULL,
	   "the error says that it has ended");
	is_none(&place);
	kill_it(pid);
	reap(pid);
	close(ready[0]);
}

/* By a pidfd alone. */
static void test_take(void)
{
	struct vns_process process = VNS_PROCESS_NONE;
	struct vns_error err = { "untouched" };
	pid_t pid = start(apart);
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	need(pidfd >= 0, "pidfd_open");
	about("a process by its pidfd");
	is_number(vns_process_take(pidfd, &process, &err), 0, "it is held");
	is_number(process.pid, pid, "its number is found");
	is_string(err.text, "untouched", "no error message is set");
	kill_it(pid);
	ok(vns_process_has_ended(&process), "its end is seen");
	reap(pid);
	vns_process_close(&process);
	pid = start(apart);
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	kill_it(pid);
	reap(pid);
	about("a process by its pidfd that was waited for");
	is_number(vns_process_take(pidfd, &process, &err), -ESRCH,
		  "it has ended");
	vns_process_close(&process);
	about("a descriptor that is no pidfd");
	ok(vns_process_take(open("/dev/null", O_RDONLY), &process, &err) < 0,
	   "it is refused");
	vns_process_close(&process);
}

int main(void)
{
	unsigned before;

	if (geteuid() != 0) {
		skip("processes and their namespaces", "needs root");
		return finish();
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	before = count_descriptors();
	test_life();
	test_no_process();
	test_place();
	test_title();
	test_first_thread();
	test_take();
	refused(nothing, VNS_NSSET_ALL, "in our own mount namespace", EXDEV,
		"it: is the host's own mount namespace");
	refused(in_chroot, VNS_NSSET_ALL, "in a chroot", EXDEV,
		"it: its process is in a chroot, which cannot be entered");
	refused(in_user, VNS_NSSET(VNS_NS_MNT),
		"in a user namespace of its own", EPERM,
		"it: belongs to a user namespace, which must be joined, too: "
		"add \"user\" to namespaces");
	about("all processes that were opened");
	is_number(count_descriptors(), before, "no descriptor is left");
	return finish();
}
