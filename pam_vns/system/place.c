/* Opens descriptors of a process's namespaces, and compares them. */
#include "system/place.h"

#include "lib/util.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	int flag;
	const char *file; /* in /proc/PID/ns: the process's own */
	const char *next; /* and the one of its future children */
} kinds[VNS_NS_COUNT] = {
	[VNS_NS_UTS] = { CLONE_NEWUTS, "uts", "uts" },
	[VNS_NS_IPC] = { CLONE_NEWIPC, "ipc", "ipc" },
	[VNS_NS_NET] = { CLONE_NEWNET, "net", "net" },
	[VNS_NS_CGROUP] = { CLONE_NEWCGROUP, "cgroup", "cgroup" },
	[VNS_NS_TIME] = { CLONE_NEWTIME, "time", "time_for_children" },
	[VNS_NS_PID] = { CLONE_NEWPID, "pid", "pid_for_children" },
	[VNS_NS_MNT] = { CLONE_NEWNS, "mnt", "mnt" },
	[VNS_NS_USER] = { CLONE_NEWUSER, "user", "user" },
};

struct vns_place vns_place_like(const struct vns_place *asked)
{
	struct vns_place place = VNS_PLACE_NONE;

	place.owner = asked->owner;
	place.owners = asked->owners;
	place.owner_count = asked->owner_count;
	place.shared = asked->shared;
	return place;
}

void vns_place_close(struct vns_place *place)
{
	int i;

	for (i = 0; i < VNS_NS_COUNT; i++)
		vns_safefile_close(&place->ns[i]);
	vns_safefile_close(&place->root);
	vns_safefile_close(&place->guard);
	vns_safefile_close(&place->process);
	*place = VNS_PLACE_NONE;
}

bool vns_place_same(int a, int b)
{
	struct stat first, second;

	/*
	 * Both are open, so neither inode number can have been reused by now.
	 */
	return fstat(a, &first) == 0 && fstat(b, &second) == 0 &&
	       first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* Whether a, and what path leads to from b, are the same directory. */
static bool are_same(int a, int b, const char *path)
{
	struct statx first, second;
	const unsigned mask = STATX_INO | STATX_MNT_ID;
	/* A filesystem of the tenant's is not asked: it may never answer. */
	const int how = AT_EMPTY_PATH | AT_STATX_DONT_SYNC;

	return statx(a, "", how, mask, &first) == 0 &&
	       statx(b, path, how, mask, &second) == 0 &&
	       /* libc may emulate statx, and has no mount id then. */
	       first.stx_mask & second.stx_mask & STATX_MNT_ID &&
	       first.stx_mnt_id == second.stx_mnt_id &&
	       first.stx_ino == second.stx_ino &&
	       first.stx_dev_major == second.stx_dev_major &&
	       first.stx_dev_minor == second.stx_dev_minor;
}

bool vns_place_same_directory(int a, int b)
{
	return are_same(a, b, "");
}

bool vns_place_is_topmost(int directory)
{
	return are_same(directory, directory, "..");
}

static bool still_pinned(const struct vns_place *place)
{
	struct stat pin, mnt;

	if (place->guard < 0)
		return true;
	return fstatat(place->guard, "mnt", &pin, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstat(place->ns[VNS_NS_MNT], &mnt) == 0 &&
	       pin.st_dev == mnt.st_dev && pin.st_ino == mnt.st_ino;
}

static bool still_lives(const struct vns_place *place)
{
	struct pollfd fds = { .fd = place->process, .events = POLLIN };

	return place->process < 0 || poll(&fds, 1, 0) == 0;
}

bool vns_place_remains(const struct vns_place *place)
{
	return still_pinned(place) && still_lives(place);
}

int vns_place_open_own(int *directory, struct vns_error *err)
{
	/* The shorter way is the same for a process's first thread. */
	*directory =
		open(gettid() == getpid() ? "/proc/self/ns" : VNS_PLACE_SELF,
		     O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*directory < 0)
		return vns_error_errno(err, errno, VNS_PLACE_SELF);
	return 0;
}

/* Reads the number in "uts:[4026531838]", without opening the namespace. */
static unsigned long read_number(int directory, const char *file)
{
	char text[64];
	ssize_t length = readlinkat(directory, file, text, sizeof(text) - 1);
	unsigned long number = 0;
	char *start;

	if (length < 0)
		return 0;
	text[length] = '\0';
	start = strchr(text, '[');
	if (!start || text[length - 1] != ']')
		return 0;
	text[length - 1] = '\0';
	return vns_util_number(start + 1, UINT_MAX, &number) ? number : 0;
}

unsigned long vns_place_number(int directory, int type, bool next)
{
	return read_number(directory, vns_place_file(type, next));
}

int vns_place_self(int *fd, struct vns_error *err)
{
	*fd = open(VNS_PLACE_SELF "/mnt", O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return vns_error_errno(err, errno, VNS_PLACE_SELF "/mnt");
	return 0;
}

int vns_place_of_process(int proc, vns_nsset wanted, struct vns_place *place,
			 struct vns_error *err)
{
	char path[32];
	int type;

	for (type = 0; type < VNS_NS_COUNT; type++) {
		if (!(wanted & VNS_NSSET(type)))
			continue;
		snprintf(path, sizeof(path), "ns/%s", kinds[type].file);
		place->ns[type] = openat(proc, path, O_RDONLY | O_CLOEXEC);
		if (place->ns[type] < 0 && errno != ENOENT)
			return vns_error_errno(err, errno, "/proc/PID/%s",
					       path);
	}
	/*
	 * A process that has ended, but that nobody has waited for, has no
	 * mount namespace.
	 */
	if (place->ns[VNS_NS_MNT] < 0)
		return vns_error_errno(err, ENOENT, "/proc/PID/ns/mnt");
	return 0;
}

/*
 * The caller's own namespace cannot end meanwhile, so that nobody else's can
 * have its number.
 */
static bool is_own(int own, int proc, int type)
{
	const unsigned long number = vns_place_number(own, type, false);
	char path[32];

	snprintf(path, sizeof(path), "ns/%s", kinds[type].file);
	return number > 0 && read_number(proc, path) == number;
}

vns_nsset vns_place_differing(int proc, vns_nsset wanted)
{
	VNS_AUTOCLOSE int own = -1;
	vns_nsset differing = wanted;
	struct vns_error ignored;
	int type;

	if (vns_place_open_own(&own, &ignored) < 0)
		return wanted;
	for (type = 0; type < VNS_NS_COUNT; type++)
		if (type != VNS_NS_MNT && wanted & VNS_NSSET(type) &&
		    is_own(own, proc, type))
			differing &= ~VNS_NSSET(type);
	return differing;
}

int vns_place_flag(int type)
{
	return kinds[type].flag;
}

const char *vns_place_file(int type, bool next)
{
	return next ? kinds[type].next : kinds[type].file;
}
