/*
 * Has a seccomp filter report every system call, and answers the chosen one
 * with an error, or kills the process that makes it.
 */
#include "fault.h"

#include "place.h"

#include <err.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_USER_NOTIF_FLAG_CONTINUE
#define SECCOMP_USER_NOTIF_FLAG_CONTINUE 1
#endif

static const struct {
	const char *name;
	int error;
} errors[] = {
	{ "EPERM", EPERM }, { "ENOMEM", ENOMEM }, { "EMFILE", EMFILE },
	{ "EINTR", EINTR }, { "SIGKILL", 0 },
};

int fault_error(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(name, errors[i].name) == 0)
			return errors[i].error;
	errx(2, "%s", name);
}

/*
 * What never fails (brk(2) returns the old end instead), or has been done when
 * it does: a descriptor is closed, a process has ended. And what this is talked
 * over with.
 */
#define GO_ON(call)                                                      \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)SYS_##call, 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

int fault_begin(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		GO_ON(brk),
		GO_ON(kill),
		GO_ON(exit),
		GO_ON(exit_group),
		GO_ON(close),
		GO_ON(munmap),
		GO_ON(futex),
		GO_ON(getpid),
		GO_ON(getegid),
		GO_ON(rt_sigreturn),
		GO_ON(rt_sigprocmask),
		GO_ON(sendto),
		GO_ON(recvfrom),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	};
	const struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = filter,
	};
	long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			  SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);

	if (fd < 0)
		err(1, "seccomp");
	return (int)fd;
}

int fault_take(int pidfd, int descriptor)
{
	long fd = syscall(SYS_pidfd_getfd, pidfd, descriptor, 0);

	if (fd < 0)
		err(1, "pidfd_getfd");
	return (int)fd;
}

static bool fails(struct fault *fault, const struct seccomp_data *call)
{
	const int number = call->nr;
	long n;

	/* This asks for nothing that there could be too little of. */
	if (number == SYS_prctl && call->args[0] == PR_SET_PDEATHSIG &&
	    fault->error)
		return false;
	n = fault->count++;
	if (n == fault->at)
		fault->number = number;
	return fault->at >= 0 &&
	       (n == fault->at ||
		(fault->on && n > fault->at && number == fault->number));
}

/* What is asked about it afterwards, is asked of one that has ended. */
static void end(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (pidfd < 0)
		err(1, "pidfd_open");
	kill(pid, SIGKILL);
	is_dead(pidfd, 5000);
	close(pidfd);
}

void fault_serve(int listener, struct fault *fault, bool counts)
{
	struct seccomp_notif call = { 0 };
	struct seccomp_notif_resp answer = { 0 };

	/* Who has been killed meanwhile needs no answer. */
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
		return;
	answer.id = call.id;
	if (counts && fails(fault, &call.data)) {
		if (!fault->error)
			end((pid_t)call.pid);
		answer.error = fault->error ? -fault->error : -EINTR;
	} else {
		answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	}
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}
