/*
 * Builds a seccomp filter against TIOCSTI and TIOCLINUX for every ABI, changes
 * a terminal's owner, and finds the terminal that a session was started on.
 */
#include "system/tty.h"

#include "system/bpf.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#define STAT "/proc/self/stat"

/*
 * The number of ioctl(2) in every ABI that a program may use on such a machine.
 */
struct abi {
	uint32_t arch;
	uint32_t ioctl;
};

#if defined(__x86_64__) || defined(__i386__)
#define X32 0x40000000
/*
 * x32 has a number of its own, but kernels have taken both numbers in both
 * ABIs.
 */
static const struct abi abis[] = {
	{ AUDIT_ARCH_X86_64, 16 },	 { AUDIT_ARCH_X86_64, 514 },
	{ AUDIT_ARCH_X86_64, X32 | 16 }, { AUDIT_ARCH_X86_64, X32 | 514 },
	{ AUDIT_ARCH_I386, 54 },
};
#elif defined(__aarch64__) || defined(__arm__)
static const struct abi abis[] = {
	{ AUDIT_ARCH_AARCH64, 29 },
	{ AUDIT_ARCH_ARM, 54 },
};
#elif defined(__riscv)
static const struct abi abis[] = {
	{ AUDIT_ARCH_RISCV64, 29 },
	{ AUDIT_ARCH_RISCV32, 29 },
};
#elif defined(__powerpc__)
static const struct abi abis[] = {
	{ AUDIT_ARCH_PPC64LE, 54 },
	{ AUDIT_ARCH_PPC64, 54 },
	{ AUDIT_ARCH_PPC, 54 },
};
#elif defined(__s390__)
static const struct abi abis[] = {
	{ AUDIT_ARCH_S390X, 54 },
	{ AUDIT_ARCH_S390, 54 },
};
#elif defined(__loongarch__)
static const struct abi abis[] = { { AUDIT_ARCH_LOONGARCH64, 29 } };
#else
#define ANY_ARCH 1
static const struct abi abis[] = { { 0, SYS_ioctl } };
#endif

#ifndef ANY_ARCH
#define ANY_ARCH 0
#endif

#define ABI_COUNT (sizeof(abis) / sizeof(abis[0]))

/*
 * There are four instructions for each ABI, one more to recognize it by, and
 * the common rest.
 */
_Static_assert(5 * ABI_COUNT + 8 <= VNS_BPF_MAX, "the filter has room");

static void equal(struct vns_bpf *filter, uint32_t value, size_t yes, size_t no)
{
	vns_bpf_add(filter, BPF_JMP | BPF_JEQ | BPF_K, yes, no, value);
}

static void answer(struct vns_bpf *filter, uint32_t value)
{
	vns_bpf_add(filter, BPF_RET | BPF_K, 0, 0, value);
}

/*
 * The filter looks at the number of the call first: the kernel then knows that
 * all other calls are allowed, and does not run the filter for them. Of the
 * ioctl request the kernel looks at the lower half only, and so must we.
 */
static void make_filter(struct vns_bpf *filter)
{
	/*
	 * How many instructions lie between those for call numbers and those
	 * for requests.
	 */
	const size_t known = 1 + ABI_COUNT + 1;
	size_t i;

	for (i = 0; i < ABI_COUNT; i++) {
		vns_bpf_load(filter, offsetof(struct seccomp_data, arch));
		equal(filter, abis[i].arch, 0, ANY_ARCH ? 0 : 2);
		vns_bpf_load(filter, offsetof(struct seccomp_data, nr));
		equal(filter, abis[i].ioctl, 4 * (ABI_COUNT - 1 - i) + known,
		      0);
	}
	vns_bpf_load(filter, offsetof(struct seccomp_data, arch));
	for (i = 0; i < ABI_COUNT; i++)
		equal(filter, abis[i].arch, ABI_COUNT - 1 - i,
		      i < ABI_COUNT - 1 || ANY_ARCH ? 0 : 1);
	answer(filter, SECCOMP_RET_ALLOW);
	vns_bpf_load_argument(filter, 1);
	equal(filter, TIOCSTI, 2, 0);
	equal(filter, TIOCLINUX, 1, 0);
	answer(filter, SECCOMP_RET_ALLOW);
	answer(filter, SECCOMP_RET_ERRNO | EPERM);
}

/*
 * Parses proc_pid_stat(5): tty_nr is the fifth field after the command's name,
 * which may contain anything.
 */
static bool parse_terminal(const char *stat, bool *has)
{
	const char *field = strrchr(stat, ')');
	int i;

	for (i = 0; field && i < 5; i++)
		field = strchr(field + 1, ' ');
	if (!field || !field[1])
		return false;
	*has = strncmp(field, " 0 ", 3) != 0;
	return true;
}

/*
 * Reads /proc: opening the terminal itself may wait for a modem, or find the
 * terminal hung up.
 */
static int has_terminal(bool *has, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = open(STAT, O_RDONLY | O_CLOEXEC);
	char text[1024];
	ssize_t count = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (count < 0)
		return vns_error_errno(err, errno, STAT);
	text[count] = '\0';
	if (!parse_terminal(text, has))
		return vns_error_set(err, EIO, STAT ": cannot be parsed");
	return 0;
}

int vns_tty_guard(struct vns_error *err)
{
	struct vns_bpf filter = { .length = 0 };
	bool has = true;
	int rc = has_terminal(&has, err);

	if (rc < 0 || !has)
		return rc;
	make_filter(&filter);
	return vns_bpf_install(&filter, "guarding the terminal", err);
}

int vns_tty_give(uid_t uid, gid_t gid, struct vns_tty_owner *before,
		 struct vns_error *err)
{
	struct stat st;

	*before = (struct vns_tty_owner){ .fd = -1 };
	if (fstat(STDIN_FILENO, &st) < 0 || !S_ISCHR(st.st_mode) ||
	    st.st_uid != 0 || getsid(0) != getpid() ||
	    tcgetsid(STDIN_FILENO) != getpid())
		return 0;
	if (fchown(STDIN_FILENO, uid, gid) < 0)
		return vns_error_errno(err, errno, "giving the terminal");
	*before = (struct vns_tty_owner){ STDIN_FILENO, st.st_uid, st.st_gid };
	return 0;
}

void vns_tty_take_back(const struct vns_tty_owner *before)
{
	if (before->fd >= 0)
		(void)!fchown(before->fd, before->uid, before->gid);
}

bool vns_tty_path_valid(const char *path)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char digits[] = "0123456789";
	const char *name = path + 5;
	char rest[80];

	if (strlen(path) >= VNS_TTY_PATH_MAX || strncmp(path, "/dev/", 5) != 0)
		return false;
	if (strncmp(name, "pts/", 4) == 0)
		return name[4] && !name[4 + strspn(name + 4, digits)];
	snprintf(rest, sizeof(rest), "%s%s._-", letters, digits);
	return *name && strspn(name, letters) > 0 && !name[strspn(name, rest)];
}

/*
 * Whether fd is the terminal by its own device. /dev/tty does not count: it is
 * the terminal of whoever opens it.
 */
static bool is_own(int fd)
{
	struct stat st;

	return (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR &&
	       fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	       st.st_rdev != makedev(5, 0) && st.st_rdev != makedev(5, 2) &&
	       tcgetsid(fd) == getsid(0);
}

static bool is_called(int fd, const char *path)
{
	struct stat st, named;

	return vns_tty_path_valid(path) && fstat(fd, &st) == 0 &&
	       lstat(path, &named) == 0 && st.st_dev == named.st_dev &&
	       st.st_ino == named.st_ino;
}

bool vns_tty_find(int *fd, char *path)
{
	char link[32];
	ssize_t length;

	for (*fd = 0; *fd <= 2; ++*fd) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", *fd);
		length = is_own(*fd) ? readlink(link, path, VNS_TTY_PATH_MAX) :
				       -1;
		if (length <= 0 || length >= VNS_TTY_PATH_MAX)
			continue;
		path[length] = '\0';
		if (is_called(*fd, path))
			return true;
	}
	return false;
}

/*
 * Such a program is known by its error message. A program that cannot be read
 * is taken for one.
 */
bool vns_tty_is_reopened(void)
{
	static const char words[] = "reopen tty";
	VNS_AUTOCLOSE int fd = -1;
	struct stat st;
	void *text;
	bool found;

	if (getsid(0) != getpid())
		return false;
	fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size <= 0)
		return true;
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		return true;
	found = memmem(text, (size_t)st.st_size, words, strlen(words));
	munmap(text, (size_t)st.st_size);
	return found;
}
