/*
 * Processes and where they are, held against the reuse of their numbers; see
 * pam_vns/system/process.h. Root only.
 */
#include "system/process.h"

#include "tap.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

/* A process that has done prepare, until it is killed. */
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

/* Killed, and waited for by nobody yet. */
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

	is_number(vns_process_open(pid, &process, &err), 0, "a process");
	is_string(err.text, "untouched", "no error");
	is_number(process.pid, pid, "its number");
	is_number(fcntl(process.pidfd, F_GETFD), FD_CLOEXEC, "close-on-exec");
	is_number(fcntl(process.proc, F_GETFD), FD_CLOEXEC, "both");
	ok(!vns_process_has_ended(&process), "it lives");
	is_number(vns_process_start_time(&process, &ticks, &err), 0,
		  "when it started");
	ok(ticks > 0, "is known");
	need(vns_process_open(getpid(), &other, &err) == 0, err.text);
	is_number(vns_process_start_time(&other, &again, &err), 0,
		  "when we did");
	ok(again > 0 && again <= ticks, "was not later");
	vns_process_close(&other);
	ok(other.pidfd == -1 && other.proc == -1, "closed");

	kill_it(pid);
	ok(vns_process_has_ended(&process), "ended, before it is waited for");
	reap(pid);
	ok(vns_process_has_ended(&process), "and after");
	is_number(vns_process_start_time(&process, &ticks, &err), -ESRCH,
		  "nothing is known of it then");
	is_number(vns_process_open(pid, &other, &err), -ESRCH,
		  "nor is there one");
	vns_process_close(&other);
}

static void test_no_process(void)
{
	static const int numbers[] = { 0, -1, 0x7fffffff };
	struct vns_process process = VNS_PROCESS_NONE;
	struct vns_error err;
	size_t i;

	for (i = 0; i < LENGTH(numbers); i++) {
		ok(vns_process_open(numbers[i], &process, &err) < 0,
		   "there is no process %d", numbers[i]);
		vns_process_close(&process);
	}
}

static void is_none(const struct vns_place *place, const char *what)
{
	bool none = place->root == -1 && place->guard == -1 &&
		    place->process == -1;
	int type;

	for (type = 0; type < VNS_NS_COUNT; type++)
		none = none && place->ns[type] == -1;
	ok(none, "%s: nothing taken", what);
}

static void refused(int (*prepare)(void), vns_nsset wanted, const char *what,
		    int code, const char *message)
{
	VNS_AUTOPROCESS struct vns_process process = VNS_PROCESS_NONE;
	struct vns_place place = VNS_PLACE_NONE;
	struct vns_error err = { "" };
	pid_t pid = start(prepare);

	need(vns_process_open(pid, &process, &err) == 0, err.text);
	is_number(vns_process_place(&process, wanted, "it", &place, &err),
		  -code, "%s", what);
	is_string(err.text, message, "its message");
	is_none(&place, what);
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
	is_number(vns_process_place(&process, VNS_NSSET_ALL, "it", &place,
				    &err),
		  0, "where it is");
	is_string(err.text, "untouched", "no error");
	ok(place.ns[VNS_NS_MNT] >= 0 && place.ns[VNS_NS_UTS] >= 0,
	   "what is its own");
	ok(place.ns[VNS_NS_NET] == -1 && place.ns[VNS_NS_PID] == -1 &&
		   place.ns[VNS_NS_USER] == -1,
	   "not what is ours, too");
	ok(place.root >= 0 && place.guard == -1, "its root");
	ok(place.process >= 0 && place.process != process.pidfd,
	   "and itself, by another descriptor");
	vns_place_close(&place);
	is_number(vns_process_place(&process, VNS_NSSET(VNS_NS_MNT), "it",
				    &place, &err),
		  0, "the mount namespace alone");
	ok(place.ns[VNS_NS_MNT] >= 0 && place.ns[VNS_NS_UTS] == -1,
	   "is what is taken then");
	kill_it(pid);
	held = (struct vns_process){ .pidfd = place.process };
	ok(vns_process_has_ended(&held), "the place says when it has ended");
	vns_place_close(&place);
	is_number(vns_process_place(&process, VNS_NSSET_ALL, "it", &place,
				    &err),
		  -ESRCH, "one that has ended is nowhere");
	is_none(&place, "ended");
	reap(pid);
	is_number(vns_process_place(&process, VNS_NSSET_ALL, "it", &place,
				    &err),
		  -ESRCH, "nor when it was waited for");
	is_none(&place, "gone");
}

int main(void)
{
	unsigned before;

	if (geteuid() != 0) {
		skip("processes' namespaces", "needs root");
		return finish();
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	before = count_descriptors();
	test_life();
	test_no_process();
	test_place();
	refused(nothing, VNS_NSSET_ALL, "in our own mount namespace", EXDEV,
		"it: is the host's own mount namespace");
	refused(in_chroot, VNS_NSSET_ALL, "in a chroot", EXDEV,
		"it: its process is in a chroot, which cannot be entered");
	refused(in_user, VNS_NSSET(VNS_NS_MNT), "with a user namespace", EPERM,
		"it: belongs to a user namespace, which must be joined, too: "
		"add \"user\" to namespaces");
	is_number(count_descriptors(), before, "no descriptor is left");
	return finish();
}
