/*
 * Runs a program, and all that it starts, as if the kernel were older:
 *
 *	oldkernel DISK LACKS... -- CMD...
 *
 * What a kernel without LACKS does not do (the names are those of
 * tests/host/install/kernel) is refused as that kernel refuses it. The
 * filesystem that DISK lies on passes for one of a disk, even if it is a tmpfs.
 * The exit status is the program's. What the program leaves running goes on,
 * and should mount nothing.
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

/* The verdict that a call succeeds, and does nothing. */
#define FEIGN (-1)

enum {
	TMPFS_IDMAP,
	OVERLAY_IDMAP,
	OVERLAY_NAMES_LAYER,
	OVERLAY_DETACHED,
	DEVPTS_LARGE_GID,
	LEGACY_TIOCSTI,
	FEATURES
};
static const char *const names[FEATURES] = {
	[TMPFS_IDMAP] = "tmpfs-idmap",
	[OVERLAY_IDMAP] = "overlay-idmap",
	[OVERLAY_NAMES_LAYER] = "overlay-names-layer",
	[OVERLAY_DETACHED] = "overlay-detached",
	[DEVPTS_LARGE_GID] = "devpts-large-gid",
	[LEGACY_TIOCSTI] = "legacy_tiocsti",
};
static bool lacks[FEATURES];
static dev_t disk;

/*
 * What is known of the filesystem context that was opened last. The product
 * configures one after the other.
 */
static struct {
	char type[32];
	bool large;    /* it has a number of more than 31 bits */
	bool above;    /* the upper layer is an overlay itself */
	bool floating; /* it has a layer that is attached nowhere */
	int layers[8]; /* their descriptors */
	size_t count;
} context;
/* Whether ids are mapped on a mount. If on any, then on layers, too. */
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

	/* The string may end at the end of a page, so it is read by bytes. */
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

/* Whether mountinfo knows the mount. */
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
		if (context.count < 8)
			context.layers[context.count++] = fd;
		if (strcmp(key, "upperdir") == 0 &&
		    is_of_type(pid, fd, OVERLAYFS_SUPER_MAGIC))
			context.above = true;
	}
}

/* Returns FEIGN for an option that an old kernel looks at only later on. */
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
	return lacks[OVERLAY_NAMES_LAYER] && context.above ? FEIGN : 0;
}

/*
 * An old overlayfs opens its layers only when it is made; one may be gone by
 * then.
 */
static bool is_gone(pid_t pid)
{
	char path[48];
	size_t i;

	for (i = 0; i < context.count; i++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid,
			 context.layers[i]);
		if (access(path, F_OK) < 0)
			return true;
	}
	return false;
}

static int refuse_create(pid_t pid)
{
	bool refused = false;

	if (lacks[OVERLAY_NAMES_LAYER] && is_gone(pid))
		return ENOENT;
	if (strcmp(context.type, "devpts") == 0)
		refused = lacks[DEVPTS_LARGE_GID] && context.large;
	else if (strcmp(context.type, "overlay") == 0)
		refused = (lacks[OVERLAY_IDMAP] && mapped) ||
			  (lacks[OVERLAY_NAMES_LAYER] && context.above) ||
			  (lacks[OVERLAY_DETACHED] && context.floating);
	return refused ? EINVAL : 0;
}

static int refuse_attributes(pid_t pid, const struct seccomp_data *call)
{
	struct mount_attr attr;

	if (!take(pid, call->args[3], &attr, sizeof(attr)) ||
	    !(attr.attr_set & MOUNT_ATTR_IDMAP))
		return 0;
	mapped = true;
	return lacks[TMPFS_IDMAP] && is_of_type(pid, (int)call->args[0],
						TMPFS_MAGIC) ?
		       EINVAL :
		       0;
}

static int refuse_open(pid_t pid, const struct seccomp_data *call)
{
	char path[64];

	take_string(pid, call->args[1], path, sizeof(path));
	return lacks[LEGACY_TIOCSTI] && strstr(path, "/legacy_tiocsti") ?
		       ENOENT :
		       0;
}

static int judge(pid_t pid, const struct seccomp_data *call)
{
	if (call->nr == SYS_mount_setattr)
		return refuse_attributes(pid, call);
	if (call->nr == SYS_openat)
		return refuse_open(pid, call);
	if (call->nr == SYS_fsopen) {
		memset(&context, 0, sizeof(context));
		take_string(pid, call->args[0], context.type,
			    sizeof(context.type));
	} else if (call->args[1] == FSCONFIG_SET_STRING) {
		return note_option(pid, call);
	} else if (call->args[1] == FSCONFIG_CMD_CREATE) {
		return refuse_create(pid);
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
		ASK(openat),
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
	/* The parent says when it has taken the listener. */
	if (send(channel, &listener, sizeof(listener), 0) < 0 ||
	    recv(channel, &done, 1, 0) != 1)
		errx(125, "nobody listens");
	close(listener);
	execvp(argv[0], argv);
	err(125, "%s", argv[0]);
}

static void note_lack(const char *name)
{
	int i;

	for (i = 0; i < FEATURES; i++)
		if (strcmp(name, names[i]) == 0) {
			lacks[i] = true;
			return;
		}
	errx(125, "%s cannot be played", name);
}

int main(int argc, char **argv)
{
	struct pollfd fds[2] = { { .events = POLLIN }, { .events = POLLIN } };
	int ends[2], status, number, i;
	struct stat st;
	pid_t pid;

	for (i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
		note_lack(argv[i]);
	if (i + 1 >= argc)
		errx(125, "usage: oldkernel DISK LACKS... -- CMD...");
	if (stat(argv[1], &st) < 0)
		err(125, "%s", argv[1]);
	disk = st.st_dev;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		err(125, "socketpair");
	pid = fork();
	if (pid == 0)
		run(ends[1], argv + i + 1);
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
