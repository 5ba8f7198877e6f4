/*
 * The program's own definitions of what the module calls: the dynamic linker
 * finds them before libc's.
 */
#include "points.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

/* The headers make macros, or checks, of some. */
#undef open
#undef openat
#undef read
#undef poll
#undef getcwd

char points_reason[512];

static struct {
	bool armed;
	int channel;
	long at, count;
} state;

void points_arm(int channel, long at)
{
	points_reason[0] = '\0';
	state.channel = channel;
	state.at = at;
	state.count = 0;
	state.armed = true;
}

long points_disarm(void)
{
	state.armed = false;
	return state.count;
}

static void point(void)
{
	int saved = errno;
	char byte = 'P';

	if (!state.armed || state.count++ != state.at)
		return;
	/* A child that has closed it is of no interest. */
	if (send(state.channel, &byte, 1, MSG_NOSIGNAL) == 1)
		while (recv(state.channel, &byte, 1, 0) < 0 && errno == EINTR)
			;
	errno = saved;
}

static void *find(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (!function)
		_exit(125);
	return function;
}

/* Libraries call some before our constructors have run. */
#define DEFINE(type, name, parameters, arguments)                  \
	type name parameters;                                      \
	static type(*real_##name) parameters;                      \
	__attribute__((constructor)) static void find_##name(void) \
	{                                                          \
		real_##name = find(#name);                         \
	}                                                          \
	type name parameters                                       \
	{                                                          \
		point();                                           \
		if (!real_##name)                                  \
			find_##name();                             \
		return real_##name arguments;                      \
	}

DEFINE(int, __openat_2, (int fd, const char *path, int flags),
       (fd, path, flags))
DEFINE(ssize_t, read, (int fd, void *buffer, size_t size), (fd, buffer, size))
DEFINE(int, close, (int fd), (fd))
DEFINE(int, fstat, (int fd, struct stat *st), (fd, st))
DEFINE(int, fstatat,
       (int fd, const char *restrict path, struct stat *restrict st, int flags),
       (fd, path, st, flags))
DEFINE(int, fstatfs, (int fd, struct statfs *fs), (fd, fs))
DEFINE(int, statx,
       (int fd, const char *restrict path, int flags, unsigned mask,
	struct statx *restrict st),
       (fd, path, flags, mask, st))
DEFINE(int, poll, (struct pollfd * fds, nfds_t count, int timeout),
       (fds, count, timeout))
DEFINE(int, setns, (int fd, int type), (fd, type))
DEFINE(pid_t, waitpid, (pid_t pid, int *status, int flags),
       (pid, status, flags))
DEFINE(int, chdir, (const char *path), (path))
DEFINE(int, fchdir, (int fd), (fd))
DEFINE(int, chroot, (const char *path), (path))
DEFINE(int, pipe2, (int fds[2], int flags), (fds, flags))
DEFINE(int, dup2, (int from, int to), (from, to))
DEFINE(char *, getcwd, (char *buffer, size_t size), (buffer, size))
DEFINE(char *, setlocale, (int category, const char *locale),
       (category, locale))
DEFINE(int, getpwnam_r,
       (const char *restrict name, struct passwd *restrict pw,
	char *restrict buffer, size_t size, struct passwd **restrict result),
       (name, pw, buffer, size, result))
DEFINE(int, getgrouplist,
       (const char *user, gid_t group, gid_t *groups, int *count),
       (user, group, groups, count))

/* Those with a variable number of arguments: all in registers. */
#define DEFINE_MORE(type, name, first, last, arguments)            \
	type name first;                                           \
	static type(*real_##name) first;                           \
	__attribute__((constructor)) static void find_##name(void) \
	{                                                          \
		real_##name = find(#name);                         \
	}                                                          \
	type name first                                            \
	{                                                          \
		unsigned long more[6];                             \
		va_list list;                                      \
		int i;                                             \
                                                                   \
		va_start(list, last);                              \
		for (i = 0; i < 6; i++)                            \
			more[i] = va_arg(list, unsigned long);     \
		va_end(list);                                      \
		point();                                           \
		if (!real_##name)                                  \
			find_##name();                             \
		return real_##name arguments;                      \
	}

DEFINE_MORE(int, open, (const char *path, int flags, ...), flags,
	    (path, flags, more[0]))
DEFINE_MORE(int, openat, (int fd, const char *path, int flags, ...), flags,
	    (fd, path, flags, more[0]))
DEFINE_MORE(int, fcntl, (int fd, int command, ...), command,
	    (fd, command, more[0]))
DEFINE_MORE(int, ioctl, (int fd, unsigned long request, ...), request,
	    (fd, request, more[0]))
DEFINE_MORE(int, prctl, (int option, ...), option,
	    (option, more[0], more[1], more[2], more[3]))

/*
 * A child that sets its signals is about to execute a program: what comes
 * between its calls comes between its parent's as well, at other points.
 */
static long before_syscall(long number)
{
	if (number == SYS_rt_sigaction)
		state.armed = false;
	return number;
}

DEFINE_MORE(long, syscall, (long number, ...), number,
	    (before_syscall(number), more[0], more[1], more[2], more[3],
	     more[4], more[5]))

/* pam_syslog's: 10,000 lines would be of no use to a log daemon. */
void syslog(int priority, const char *format, ...)
{
	va_list list;

	(void)priority;
	va_start(list, format);
	vsnprintf(points_reason, sizeof(points_reason), format, list);
	va_end(list);
}

void __syslog_chk(int priority, int flag, const char *format, ...);
void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list list;

	(void)priority;
	(void)flag;
	va_start(list, format);
	vsnprintf(points_reason, sizeof(points_reason), format, list);
	va_end(list);
}
