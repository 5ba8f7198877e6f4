/*
 * Tests which calls the filter takes, and that it takes no others; see
 * pam_vns/system/seccomp.h. Only root can run it, as a filter without
 * no_new_privs needs privilege.
 */
#include "system/seccomp.h"

#include "tap.h"

#include <errno.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define X32 0x40000000L

/* What the filter answers; 0: it allows the call, which fails otherwise. */
static const struct call {
	const char *name;
	long number, args[2];
	int answer;
} calls[] = {
	{ "keyctl", SYS_keyctl, { 0, -3 }, ENOSYS },
	{ "add_key", SYS_add_key, { 0 }, ENOSYS },
	{ "request_key", SYS_request_key, { 0 }, ENOSYS },
	{ "io_uring_setup", SYS_io_uring_setup, { 0 }, ENOSYS },
	{ "io_uring_enter", SYS_io_uring_enter, { -1 }, ENOSYS },
	{ "io_uring_register", SYS_io_uring_register, { -1 }, ENOSYS },
	{ "clone3", SYS_clone3, { 0 }, ENOSYS },
	{ "bpf", SYS_bpf, { 0 }, EPERM },
	{ "userfaultfd", SYS_userfaultfd, { 0 }, EPERM },
	{ "perf_event_open", SYS_perf_event_open, { 0 }, EPERM },
	{ "init_module", SYS_init_module, { 0 }, EPERM },
	{ "finit_module", SYS_finit_module, { -1 }, EPERM },
	{ "delete_module", SYS_delete_module, { 0 }, EPERM },
	{ "kexec_load", SYS_kexec_load, { 0, 17 }, EPERM },
	{ "kexec_file_load", SYS_kexec_file_load, { -1, -1 }, EPERM },
	{ "unshare, a user namespace",
	  SYS_unshare,
	  { CLONE_NEWUSER | CLONE_NEWNS },
	  EPERM },
	{ "setns, a user namespace", SYS_setns, { -1, CLONE_NEWUSER }, EPERM },
	{ "setns, any namespace", SYS_setns, { -1, 0 }, EPERM },
	{ "setns, among others",
	  SYS_setns,
	  { -1, CLONE_NEWUSER | CLONE_NEWNS },
	  EPERM },
#ifdef __x86_64__
	{ "clone, a user namespace",
	  SYS_clone,
	  { CLONE_NEWUSER | SIGCHLD },
	  EPERM },
	{ "x32: getpid", X32 | SYS_getpid, { 0 }, ENOSYS },
	{ "x32: keyctl", X32 | SYS_keyctl, { 0 }, ENOSYS },
#endif
	{ "setns, a mount namespace", SYS_setns, { -1, CLONE_NEWNS }, 0 },
	{ "unshare, other resources", SYS_unshare, { CLONE_FS }, 0 },
	{ "ioctl", SYS_ioctl, { -1, CLONE_NEWUSER }, 0 },
	{ "dup", SYS_dup, { CLONE_NEWUSER }, 0 },
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

static bool allows(const struct call *call)
{
	errno = 0;
	if (syscall(call->number, call->args[0], call->args[1], 0, 0, 0) >= 0)
		return true;
	return errno != ENOSYS && errno != EPERM;
}

static bool is_answered(const struct call *call)
{
	errno = 0;
	if (call->answer == 0)
		return allows(call);
	return syscall(call->number, call->args[0], call->args[1], 0, 0, 0) <
		       0 &&
	       errno == call->answer;
}

static void *nothing(void *argument)
{
	return argument;
}

static bool lives(void)
{
	pthread_t thread;
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 &&
	       pthread_create(&thread, NULL, nothing, NULL) == 0 &&
	       pthread_join(thread, NULL) == 0;
}

/* Runs in a child: tells what is not as it should be, and returns its count. */
static int with_filter(bool no_new_privs)
{
	const struct vns_restriction all = {
		.no_new_privs = no_new_privs,
		.calls = true,
	};
	struct vns_error err = { "" };
	int failed = 0;
	size_t i;

	if (vns_seccomp_restrict(&all, &err) != 0) {
		printf("# %s\n", err.text);
		return 1;
	}
	for (i = 0; i < CALLS; i++)
		if (!is_answered(&calls[i])) {
			printf("# %s: %s\n", calls[i].name, strerror(errno));
			failed++;
		}
	failed += !lives();
	failed += prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != no_new_privs;
	fflush(stdout);
	return failed;
}

static int with_all(void)
{
	return with_filter(true);
}

static int with_calls(void)
{
	return with_filter(false);
}

/* With nothing to be lost, everything is as it was. */
static int without(void)
{
	static const struct call keyctl = { "", SYS_keyctl, { 0, -3 }, 0 };
	static const struct call user = {
		"", SYS_unshare, { CLONE_NEWUSER }, 0
	};
	const struct vns_restriction none = { false, false };
	struct vns_error err = { "" };

	return vns_seccomp_restrict(&none, &err) != 0 ||
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0 ||
	       !allows(&keyctl) || !allows(&user);
}

static int ask(int (*child)(void))
{
	pid_t pid;
	int status = -1;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(child());
	need(pid > 0 && waitpid(pid, &status, 0) == pid, "fork");
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
	if (geteuid() != 0) {
		skip("the filter of calls", "needs root");
		return finish();
	}
	about("a restriction");
	is_number(ask(without), 0, "without any, calls are as they were");
	is_number(ask(with_calls), 0, "with the filter, those calls fail");
	is_number(ask(with_all), 0, "with no_new_privs, too");
	return finish();
}
