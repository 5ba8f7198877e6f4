/*
 * Runs a program, and all that it starts, as if the kernel were older:
 *
 *	oldkernel 6.1 DISK CMD...
 *
 * What newer ones do is refused as an old one refuses it. The filesystem that
 * DISK lies on passes for one of a disk, even if it is a tmpfs. The status is
 * the program's; what it leaves running goes on, and should mount nothing.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

/* Success, of nothing. */
#define FEIGN (-1)

static unsigned version; /* 6.1 is 601 */
static dev_t disk;

/* Of the context that was opened last; ours are configured one by one. */
static struct {
	char type[32];
	bool large;    /* a number of more than 31 bits */
	bool above;    /* the upper layer is an overlay itself */
	bool floating; /* a layer that is attached nowhere */
} context;
/* Layers are, if anything is. */
static bool mapped;

/* --- what the caller has given ------------------------------------------- */

static bool take(pid_t pid, unsigned long from, void *to, size_t size)
{
	char path[32];
	ssize_t length = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		length = pread(fd, to, size, (off_t)from);
	close(fd);
	return length > 0;
}

static void take_string(pid_t pid, unsigned long from, char *to, size_t size)
{
	size_t length = 0;

	/* It may end at the end of a page. */
	while (length < size - 1 && take(pid, from + length, to + length, 1) &&
	       to[length])
		length++;
	to[length] = '\0';
}

static bool is_of_type(pid_t pid, int fd, long type)
{
	char path[48];
	struct statfs fs;
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	return statfs(path, &fs) == 0 && stat(path, &st) == 0 &&
	       fs.f_type == type && st.st_dev != disk;
}

/* A mount that mountinfo knows. */
static bool is_attached(pid_t pid, int fd)
{
	char path[48], line[4096];
	int wanted = -1, id;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "mnt_id: %d", &id) == 1)
			wanted = id;
	if (file)
		fclose(file);
	snprintf(path, sizeof(path), "/proc/%d/mountinfo", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%d", &id) == 1 && id == wanted)
			found = true;
	if (file)
		fclose(file);
	return found;
}

/* --- what old kernels refuse ---------------------------------------------- */

static void note_layers(pid_t pid, const char *key, const char *value)
{
	const char *next = value;

	while ((next = strstr(next, "/fd/"))) {
		int fd = atoi(next += 4);

		if (!is_attached(pid, fd))
			context.floating = true;
		if (strcmp(key, "upperdir") == 0 &&
		    is_of_type(pid, fd, OVERLAYFS_SUPER_MAGIC))
			context.above = true;
	}
}

/* Returns FEIGN for what an old one has looked at later on only. */
static int note_option(pid_t pid, const struct seccomp_data *call)
{
	char key[64], value[128];

	take_string(pid, call->args[2], key, sizeof(key));
	take_string(pid, call->args[3], value, sizeof(value));
	if ((strcmp(key, "gid") == 0 || strcmp(key, "uid") == 0) &&
	    strtoul(value, NULL, 10) > INT_MAX)
		context.large = true;
	if (strstr(key, "dir"))
		note_layers(pid, key, value);
	return version < 605 && context.above ? FEIGN : 0;
}

static int refuse_create(void)
{
	if (strcmp(context.type, "devpts") == 0)
		return version < 615 && context.large ? EINVAL : 0;
	if (strcmp(context.type, "overlay") != 0)
		return 0;
	if ((version < 519 && mapped) || (version < 605 && context.above))
		return EINVAL;
	return version < 615 && context.floating ? EINVAL : 0;
}

static int refuse_attributes(pid_t pid, const struct seccomp_data *call)
{
	struct mount_attr attr;

	if (!take(pid, call->args[3], &attr, sizeof(attr)) ||
	    !(attr.attr_set & MOUNT_ATTR_IDMAP))
		return 0;
	mapped = true;
	return version < 603 && is_of_type(pid, (int)call->args[0],
					   TMPFS_MAGIC) ?
		       EINVAL :
		       0;
}

static int judge(pid_t pid, const struct seccomp_data *call)
{
	if (call->nr == SYS_mount_setattr)
		return refuse_attributes(pid, call);
	if (call->nr == SYS_fsopen) {
		memset(&context, 0, sizeof(context));
		take_string(pid, call->args[0], context.type,
			    sizeof(context.type));
	} else if (call->args[1] == FSCONFIG_SET_STRING) {
		return note_option(pid, call);
	} else if (call->args[1] == FSCONFIG_CMD_CREATE) {
		return refuse_create();
	}
	return 0;
}

static void serve(int listener)
{
	struct seccomp_notif call = { 0 };
	struct seccomp_notif_resp answer = { 0 };
	int verdict;

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
		return;
	answer.id = call.id;
	verdict = judge((pid_t)call.pid, &call.data);
	if (verdict == 0)
		answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else if (verdict != FEIGN)
		answer.error = -verdict;
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

/* --- the program --------------------------------------------------------- */

#define ASK(call)                                                        \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)SYS_##call, 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)

static int filter_calls(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		ASK(mount_setattr),
		ASK(fsopen),
		ASK(fsconfig),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = filter,
	};

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			    SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static _Noreturn void run(int channel, char **argv)
{
	int listener = filter_calls();
	char done;

	if (listener < 0)
		err(125, "seccomp");
	/* Who has taken it says so. */
	if (send(channel, &listener, sizeof(listener), 0) < 0 ||
	    recv(channel, &done, 1, 0) != 1)
		errx(125, "nobody listens");
	close(listener);
	execvp(argv[0], argv);
	err(125, "%s", argv[0]);
}

int main(int argc, char **argv)
{
	unsigned major, minor;
	struct pollfd fds[2] = { { .events = POLLIN }, { .events = POLLIN } };
	int ends[2], status, number;
	struct stat st;
	pid_t pid;

	if (argc < 4 || sscanf(argv[1], "%u.%u", &major, &minor) != 2)
		errx(125, "usage: oldkernel VERSION DISK CMD...");
	version = major * 100 + minor;
	if (stat(argv[2], &st) < 0)
		err(125, "%s", argv[2]);
	disk = st.st_dev;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		err(125, "socketpair");
	pid = fork();
	if (pid == 0)
		run(ends[1], argv + 3);
	close(ends[1]);
	if (recv(ends[0], &number, sizeof(number), 0) != sizeof(number))
		errx(125, "no filter");
	fds[0].fd = (int)syscall(SYS_pidfd_open, pid, 0);
	fds[1].fd = (int)syscall(SYS_pidfd_getfd, fds[0].fd, number, 0);
	if (fds[1].fd < 0 || send(ends[0], "", 1, 0) != 1)
		err(125, "the filter");
	while (poll(fds, 2, -1) > 0 && !fds[0].revents)
		serve(fds[1].fd);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
