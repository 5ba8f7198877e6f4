/*
 * Makes calls that a filter may have taken. Their arguments are such that the
 * kernel, where it allows them, has another error than EPERM and ENOSYS.
 */
#include "tenant.h"

static const struct call {
	const char *name;
	long number, number32;
	long args[3];
} calls[] = {
	{ "keyctl", SYS_keyctl, 288, { 0, -3, 0 } },
	{ "add_key", SYS_add_key, 286, { 0 } },
	{ "request_key", SYS_request_key, 287, { 0 } },
	{ "bpf", SYS_bpf, 357, { 0 } },
	{ "io_uring_setup", SYS_io_uring_setup, 425, { 0 } },
	{ "io_uring_enter", SYS_io_uring_enter, 426, { -1 } },
	{ "io_uring_register", SYS_io_uring_register, 427, { -1 } },
	{ "userfaultfd", SYS_userfaultfd, 374, { 1 } },
	{ "perf_event_open", SYS_perf_event_open, 336, { 0 } },
	{ "init_module", SYS_init_module, 128, { 0 } },
	{ "finit_module", SYS_finit_module, 350, { -1 } },
	{ "delete_module", SYS_delete_module, 129, { 0 } },
	{ "kexec_load", SYS_kexec_load, 283, { 0, 17 } },
	{ "clone", SYS_clone, 120, { CLONE_NEWUSER | SIGCHLD } },
	{ "clone3", SYS_clone3, 435, { 0 } },
	{ "unshare", SYS_unshare, 310, { CLONE_NEWUSER } },
	{ "setns", SYS_setns, 346, { -1, CLONE_NEWUSER } },
	{ "setns-any", SYS_setns, 346, { -1, 0 } },
};

static const struct call *find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, name) == 0)
			return &calls[i];
	return NULL;
}

static int judge(long rc)
{
	return rc == -EPERM || rc == -ENOSYS ? (int)rc : 0;
}

int try_call(char **args)
{
	const struct call *call = find(args[0]);
	const pid_t self = getpid();
	long rc;

	if (!call)
		return BROKEN;
	rc = syscall(call->number, call->args[0], call->args[1], call->args[2],
		     0L, 0L);
	/* It may be the process that clone(2) has made. */
	if (syscall(SYS_getpid) != self)
		_exit(0);
	return judge(rc < 0 ? -errno : rc);
}

/* As a program of 32 bits makes the call. */
int try_call32(char **args)
{
#ifdef __x86_64__
	const struct call *call = find(args[0]);
	const pid_t self = getpid();
	long rc;

	if (!call)
		return BROKEN;
	__asm__ volatile("int $0x80"
			 : "=a"(rc)
			 : "a"(call->number32), "b"(call->args[0]),
			   "c"(call->args[1]), "d"(call->args[2]), "S"(0L),
			   "D"(0L)
			 : "memory", "r8", "r9", "r10", "r11");
	/* It may be the process that clone(2) has made. */
	if (syscall(SYS_getpid) != self)
		_exit(0);
	return judge((int)rc);
#else
	(void)args;
	return -ENOSYS;
#endif
}
