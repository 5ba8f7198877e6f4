/*
 * vns-init is the init process of a vserver that has namespaces besides the
 * mount namespace: they are found through this process, and live as long as it
 * does. In a PID namespace it is process 1, and every process that loses its
 * parent becomes its child.
 *
 * It is linked statically, as it is executed among the tenant's files, and does
 * nothing. No child of a process that ignores SIGCHLD becomes a zombie
 * (sigaction(2), SA_NOCLDWAIT), and it passes no signal on to any process. A
 * SIGTERM from the host, which is sent at shutdown, ends it when no other
 * process is inside: whatever waits for all processes to end would otherwise
 * wait for it.
 *
 * There are as many vns-init processes as vservers. So that they stay small,
 * the program has no libc, and no data, on the architectures where it can call
 * the kernel by itself (VNS_INIT_BARE, which the Makefile decides).
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The size that rt_sigaction(2) expects; all architectures but MIPS have it. */
#define KERNEL_SIGSET_SIZE 8

#ifndef VNS_INIT_BARE
#define call syscall
#elif defined(__x86_64__)
static long call(long number, long a, long b, long c, long d)
{
	register long fourth __asm__("r10") = d;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
			 : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
static long call(long number, long a, long b, long c, long d)
{
	register long which __asm__("x8") = number;
	register long first __asm__("x0") = a;
	register long second __asm__("x1") = b;
	register long third __asm__("x2") = c;
	register long fourth __asm__("x3") = d;

	__asm__ volatile("svc #0"
			 : "+r"(first)
			 : "r"(which), "r"(second), "r"(third), "r"(fourth)
			 : "memory");
	return first;
}
#endif

/* The kernel's struct sigaction, whose first member is the handler. */
static const unsigned long ignore[8] = { (unsigned long)SIG_IGN };
static const unsigned long all = ~0UL;
static const unsigned long term = 1UL << (SIGTERM - 1);
static const struct timespec pace = { .tv_nsec = 100000000 };

/*
 * Inside, the pid of a sender from outside is 0, and no sender can choose it
 * (SI_USER).
 */
static int from_outside(const siginfo_t *info)
{
	return info->si_code == SI_USER &&
	       (info->si_pid == 0 || call(SYS_getpid, 0, 0, 0, 0) != 1);
}

static _Noreturn void leave(void)
{
	/* Outside of a PID namespace, these would be the host's processes. */
	while (call(SYS_getpid, 0, 0, 0, 0) == 1 &&
	       call(SYS_kill, -1, 0, 0, 0) == 0)
		call(SYS_nanosleep, (long)&pace, 0, 0, 0);
	for (;;)
		call(SYS_exit_group, 0, 0, 0, 0);
}

static _Noreturn void run(void)
{
	siginfo_t info;

	/*
	 * The kernel fills this in. The values here, those of a signal from the
	 * kernel, are for readers of this code.
	 */
	info.si_code = SI_KERNEL;
	info.si_pid = 1;
	call(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0);
	/* Kernels before 6.14 name it after the executed descriptor. */
	call(SYS_prctl, PR_SET_NAME, (long)"vns-init", 0, 0);
	call(SYS_rt_sigaction, SIGCHLD, (long)ignore, 0, KERNEL_SIGSET_SIZE);
	call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, 0,
	     KERNEL_SIGSET_SIZE);
	for (;;)
		if (call(SYS_rt_sigtimedwait, (long)&term, (long)&info, 0,
			 KERNEL_SIGSET_SIZE) == SIGTERM &&
		    from_outside(&info))
			leave();
}

#ifdef VNS_INIT_BARE
#ifdef __x86_64__
#define ALIGNED __attribute__((force_align_arg_pointer))
#else
#define ALIGNED
#endif
_Noreturn void _start(void);

/*
 * The entry point that the kernel jumps to. Nothing on the stack is needed. On
 * x86_64 the stack is not aligned as it is for a function that was called.
 */
ALIGNED _Noreturn void _start(void)
{
	run();
}
#else
int main(void)
{
	run();
}
#endif
