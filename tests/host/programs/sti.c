/*
 * sti: types a command into the controlling terminal, for the one who reads
 * there next to run, by every way into the kernel that this machine has. It
 * prints for each "WAY ok" or why not. "sti ask" types nothing: it asks for the
 * window's size instead, which must work.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define X32 0x40000000L

typedef long way_fn(unsigned long request, void *argument);

static int tty;
/* Memory that an ABI with short pointers can point to. */
static char *low;

static long result(long value)
{
	if (value >= 0 || value < -4095)
		return value;
	errno = (int)-value;
	return -1;
}

static long native(unsigned long request, void *argument)
{
	return syscall(SYS_ioctl, tty, request, argument);
}

/* libc takes the request as unsigned long, the kernel as unsigned int. */
static long upper(unsigned long request, void *argument)
{
	if (sizeof(long) > 4)
		request |= 0xdeadbeefUL << (sizeof(long) * 4);
	return syscall(SYS_ioctl, tty, request, argument);
}

#ifdef __x86_64__
static sigjmp_buf no_code;

static void jump(int signal)
{
	(void)signal;
	siglongjmp(no_code, 1);
}

/* A kernel that runs no code of 32 bits takes this for a fault. */
static long int80(unsigned long request, void *argument)
{
	long value;

	(void)signal(SIGSEGV, jump);
	if (sigsetjmp(no_code, 1)) {
		errno = ENOEXEC;
		return -1;
	}
	memcpy(low, argument, 8);
	__asm__ volatile("int $0x80"
			 : "=a"(value)
			 : "a"(54L), "b"((long)tty), "c"(request), "d"(low)
			 : "memory", "r8", "r9", "r10", "r11");
	memcpy(argument, low, 8);
	return result((int)value);
}

static long x32(unsigned long request, void *argument)
{
	return syscall(X32 | 514, tty, request, argument);
}

static long x32_native(unsigned long request, void *argument)
{
	return syscall(X32 | 16, tty, request, argument);
}

static long x32_plain(unsigned long request, void *argument)
{
	return syscall(514, tty, request, argument);
}
#endif

static const struct {
	const char *name;
	way_fn *call;
} ways[] = {
	{ "native", native },	      { "upper", upper },
#ifdef __x86_64__
	{ "int80", int80 },	      { "x32", x32 },
	{ "x32-native", x32_native }, { "x32-plain", x32_plain },
#endif
};

static long type(way_fn *call, const char *text)
{
	long rc = 0;
	char buffer[8];

	for (; rc == 0 && *text; text++) {
		buffer[0] = *text;
		rc = call(TIOCSTI, buffer);
	}
	return rc;
}

static void report(const char *way, const char *what, long rc)
{
	/* There is no such way. */
	if (rc < 0 && errno == ENOEXEC)
		return;
	printf("%s %s %s\n", way, what,
	       rc >= 0 ? "ok" : strerrorname_np(errno));
}

int main(int argc, char **argv)
{
	char command[64];
	size_t i;

	(void)argv;
	tty = open("/dev/tty", O_RDWR);
	/* Where there is no such file, su has left us its own terminal. */
	if (tty < 0)
		tty = 0;
	low = mmap((void *)0x10000000, 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (low == MAP_FAILED)
		return 1;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (argc > 1) {
			/* This is bigger than a window's size. */
			char size[64];

			report(ways[i].name, "size",
			       ways[i].call(TIOCGWINSZ, size));
			continue;
		}
		snprintf(command, sizeof(command), "echo >/typed/%s\n",
			 ways[i].name);
		report(ways[i].name, "type", type(ways[i].call, command));
		/* TIOCL_GETFGCONSOLE is harmless, and needs as much power. */
		command[0] = 12;
		report(ways[i].name, "console",
		       ways[i].call(TIOCLINUX, command));
	}
	return 0;
}
