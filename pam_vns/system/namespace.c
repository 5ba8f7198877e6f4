#include "system/namespace.h"

#include "system/ids.h"
#include "system/safefile.h"
#include "lib/util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <linux/securebits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELF_NS "/proc/thread-self/ns"
/* Of a child that shares our memory. */
#define STACK_SIZE 65536
/* What the kernel shows for ids that have no number. */
#define NOGROUP 65534

static const struct {
	int flag;
	const char *file; /* in /proc/PID/ns: whose it is */
	const char *next; /* and whose its children will be */
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

/* Before it, one can go back; the user namespace comes last. */
#define REVERSIBLE VNS_NS_USER

void vns_namespace_close(struct vns_place *place)
{
	int i;

	for (i = 0; i < VNS_NS_COUNT; i++)
		vns_safefile_close(&place->ns[i]);
	vns_safefile_close(&place->root);
	vns_safefile_close(&place->guard);
	vns_safefile_close(&place->process);
	*place = VNS_PLACE_NONE;
}

bool vns_namespace_same(int a, int b)
{
	struct stat first, second;

	/* Both are open, so neither inode number can be another's by now. */
	return fstat(a, &first) == 0 && fstat(b, &second) == 0 &&
	       first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

bool vns_namespace_same_directory(int a, int b)
{
	struct statx first, second;
	const unsigned mask = STATX_INO | STATX_MNT_ID;
	/* A filesystem of the tenant's is not asked: it may never answer. */
	const int how = AT_EMPTY_PATH | AT_STATX_DONT_SYNC;

	return statx(a, "", how, mask, &first) == 0 &&
	       statx(b, "", how, mask, &second) == 0 &&
	       /* libc makes do without statx, and has no number then. */
	       first.stx_mask & second.stx_mask & STATX_MNT_ID &&
	       first.stx_mnt_id == second.stx_mnt_id &&
	       first.stx_ino == second.stx_ino &&
	       first.stx_dev_major == second.stx_dev_major &&
	       first.stx_dev_minor == second.stx_dev_minor;
}

int vns_namespace_self(int *fd, struct vns_error *err)
{
	*fd = open(SELF_NS "/mnt", O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return vns_error_errno(err, errno, SELF_NS "/mnt");
	return 0;
}

int vns_namespace_of_process(int proc, vns_nsset wanted,
			     struct vns_place *place, struct vns_error *err)
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
	/* That of a process which nobody has waited for is gone. */
	if (place->ns[VNS_NS_MNT] < 0)
		return vns_error_errno(err, ENOENT, "/proc/PID/ns/mnt");
	return 0;
}

static int check_type(int fd, int type, const char *what, struct vns_error *err)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return vns_error_errno(err, errno, "%s", what);
	if (fs.f_type != NSFS_MAGIC)
		return vns_error_set(err, EINVAL, "%s: not a namespace", what);
	if (ioctl(fd, NS_GET_NSTYPE) != kinds[type].flag)
		return vns_error_set(err, EINVAL, "%s: not a %s namespace",
				     what,
				     type == VNS_NS_MNT ?
					     "mount" :
					     vns_nsname((enum vns_ns)type));
	return 0;
}

/* One that is ours already need not be joined, but for what it is all about. */
static int check_one(struct vns_place *place, int type, const char *what,
		     struct vns_error *err)
{
	VNS_AUTOCLOSE int own = -1;
	int rc = check_type(place->ns[type], type, what, err);
	char path[64];

	if (rc < 0)
		return rc;
	snprintf(path, sizeof(path), SELF_NS "/%s", kinds[type].file);
	own = open(path, O_RDONLY | O_CLOEXEC);
	if (own < 0)
		return vns_error_errno(err, errno, "%s", path);
	if (!vns_namespace_same(place->ns[type], own))
		return 0;
	if (type == VNS_NS_MNT)
		return vns_error_set(err, EXDEV,
				     "%s: is the host's own mount namespace",
				     what);
	vns_safefile_close(&place->ns[type]);
	place->ns[type] = -1;
	return 0;
}

/*
 * Power over a mount namespace is its user namespace's: without that one a
 * session would keep the host's power among the tenant's mounts.
 */
static int check_owner(struct vns_place *place, vns_nsset wanted,
		       const char *what, struct vns_error *err)
{
	VNS_AUTOCLOSE int owner = ioctl(place->ns[VNS_NS_MNT], NS_GET_USERNS);
	VNS_AUTOCLOSE int own = open(SELF_NS "/user", O_RDONLY | O_CLOEXEC);
	const int user = place->ns[VNS_NS_USER];

	if (own < 0)
		return vns_error_errno(err, errno, SELF_NS "/user");
	if (owner < 0)
		return vns_error_set(err, EPERM,
				     "%s: belongs to a user namespace that is "
				     "not below this one",
				     what);
	if (vns_namespace_same(owner, own) ||
	    (user >= 0 && vns_namespace_same(owner, user)))
		return 0;
	if (user >= 0)
		return vns_error_set(err, EPERM,
				     "%s: belongs to another user namespace "
				     "than its process is in",
				     what);
	if (!(wanted & VNS_NSSET(VNS_NS_USER)))
		return vns_error_set(err, EPERM,
				     "%s: belongs to a user namespace, which "
				     "must be joined, too: add \"user\" to "
				     "namespaces",
				     what);
	place->ns[VNS_NS_USER] = owner;
	owner = -1;
	return 0;
}

/*
 * Runs work in a child that shares our memory and descriptors, but not our
 * root and working directory, while we wait: no fork of a large daemon. It has
 * no exit signal, so that the caller's SIGCHLD handling never sees it.
 */
static int run_child(int (*work)(void *argument), void *argument)
{
	void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	sigset_t all, old;
	int rc = 0;
	pid_t pid;

	/* The caller's may be that of a thread, and small. */
	if (stack == MAP_FAILED)
		return -errno;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	pid = clone(work, (char *)stack + STACK_SIZE,
		    CLONE_VM | CLONE_VFORK | CLONE_FILES, argument);
	if (pid < 0)
		rc = -errno;
	else
		while (waitpid(pid, NULL, (int)__WCLONE) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	munmap(stack, STACK_SIZE);
	return rc;
}

struct peek {
	int mnt;
	int root;
	int code;
};

static int peek(void *argument)
{
	struct peek *peek = argument;

	if (setns(peek->mnt, CLONE_NEWNS) < 0) {
		peek->code = errno;
		return 1;
	}
	peek->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	peek->code = peek->root < 0 ? errno : 0;
	return 0;
}

/* Only a task inside can open a namespace's root; we never leave the host. */
static int open_root(int mnt, int *root, struct vns_error *err)
{
	struct peek argument = { .mnt = mnt, .root = -1, .code = ECANCELED };
	int rc = run_child(peek, &argument);

	if (rc == 0)
		rc = -argument.code;
	if (rc < 0)
		return vns_error_errno(err, -rc,
				       "looking into the mount namespace");
	*root = argument.root;
	return 0;
}

static bool belongs(int fd, int own, int user)
{
	VNS_AUTOCLOSE int owner = ioctl(fd, NS_GET_USERNS);

	return owner >= 0 && (vns_namespace_same(owner, own) ||
			      (user >= 0 && vns_namespace_same(owner, user)));
}

/*
 * All are the host's, or the same user namespace's: pins that are exchanged
 * while they are opened would be some of one vserver and some of another.
 */
static int check_owners(const struct vns_place *place, const char *what,
			struct vns_error *err)
{
	VNS_AUTOCLOSE int own = open(SELF_NS "/user", O_RDONLY | O_CLOEXEC);
	const int user = place->ns[VNS_NS_USER];
	int type;

	if (own < 0)
		return vns_error_errno(err, errno, SELF_NS "/user");
	for (type = 0; type < VNS_NS_MNT; type++)
		if (place->ns[type] >= 0 &&
		    !belongs(place->ns[type], own, user))
			return vns_error_set(err, EPERM,
					     "%s: its %s namespace belongs to "
					     "another user namespace",
					     what,
					     vns_nsname((enum vns_ns)type));
	return 0;
}

int vns_namespace_check(struct vns_place *place, vns_nsset wanted,
			const char *what, struct vns_error *err)
{
	int rc = 0, type;

	for (type = 0; rc == 0 && type < VNS_NS_COUNT; type++)
		if (place->ns[type] >= 0)
			rc = check_one(place, type, what, err);
	if (rc == 0)
		rc = check_owner(place, wanted, what, err);
	if (rc == 0)
		rc = check_owners(place, what, err);
	if (rc < 0)
		return rc;
	rc = open_root(place->ns[VNS_NS_MNT], &place->root, err);
	if (rc < 0)
		vns_error_context(err, "%s", what);
	return rc;
}

int vns_namespace_take(int fd, vns_nsset wanted, const char *what,
		       struct vns_place *place, struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place taken = VNS_PLACE_NONE;
	int rc;

	taken.ns[VNS_NS_MNT] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (taken.ns[VNS_NS_MNT] < 0)
		return vns_error_errno(err, errno, "%s", what);
	rc = vns_namespace_check(&taken, wanted, what, err);
	if (rc < 0)
		return rc;
	*place = taken;
	taken = VNS_PLACE_NONE;
	return 0;
}

/* What undoes a join, and shows by the host's /proc where we are. */
struct anchor {
	int proc;	      /* the host's /proc/thread-self/ns */
	int ns[VNS_NS_COUNT]; /* our own, of the types to be joined */
	int root;
	int cwd; /* -1: the working directory is gone */
};
#define ANCHOR_NONE \
	((struct anchor){ -1, { -1, -1, -1, -1, -1, -1, -1, -1 }, -1, -1 })

static void close_anchor(struct anchor *anchor)
{
	int type;

	for (type = 0; type < VNS_NS_COUNT; type++)
		vns_safefile_close(&anchor->ns[type]);
	vns_safefile_close(&anchor->proc);
	vns_safefile_close(&anchor->root);
	vns_safefile_close(&anchor->cwd);
}
#define AUTOANCHOR __attribute__((cleanup(close_anchor)))

static int open_anchor(struct anchor *anchor, const struct vns_place *place,
		       struct vns_error *err)
{
	int type;

	anchor->proc = open(SELF_NS, O_PATH | O_DIRECTORY | O_CLOEXEC);
	anchor->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* A working directory that is gone is no reason to refuse. */
	anchor->cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (anchor->proc < 0 || anchor->root < 0)
		return vns_error_errno(err, errno, SELF_NS);
	for (type = 0; type < REVERSIBLE; type++) {
		if (place->ns[type] < 0)
			continue;
		anchor->ns[type] = openat(anchor->proc, kinds[type].next,
					  O_RDONLY | O_CLOEXEC);
		if (anchor->ns[type] < 0)
			return vns_error_errno(err, errno, SELF_NS "/%s",
					       kinds[type].next);
	}
	return 0;
}

/* A program with threads has never left its time namespace. */
static bool rejoin(int fd, int type)
{
	return setns(fd, kinds[type].flag) == 0 ||
	       (type == VNS_NS_TIME && errno == EUSERS);
}

/* Those that were not left are joined once more: it is all the same. */
static bool go_back(const struct anchor *anchor)
{
	int type;

	for (type = 0; type < REVERSIBLE; type++)
		if (anchor->ns[type] >= 0 && !rejoin(anchor->ns[type], type))
			return false;
	return fchdir(anchor->root) == 0 && chroot(".") == 0 &&
	       (anchor->cwd < 0 || fchdir(anchor->cwd) == 0);
}

/* In between is nowhere to go on from. */
static void go_back_or_end(const struct anchor *anchor)
{
	if (!go_back(anchor))
		_exit(255);
}

static int say_threads(const char *type, int code, struct vns_error *err)
{
	return vns_error_set(err, code,
			     "a program with threads cannot join a %s "
			     "namespace",
			     type);
}

/* setns refuses while root and cwd are shared with another thread. */
static int join_mount(int mnt)
{
	if (setns(mnt, CLONE_NEWNS) == 0)
		return 0;
	if (errno != EINVAL || unshare(CLONE_FS) < 0)
		return -errno;
	return setns(mnt, CLONE_NEWNS) < 0 ? -errno : 0;
}

static int join_each(const struct vns_place *place, struct vns_error *err)
{
	int type, rc = 0;

	for (type = 0; rc == 0 && type < REVERSIBLE; type++) {
		if (place->ns[type] < 0)
			continue;
		if (type == VNS_NS_MNT)
			rc = join_mount(place->ns[type]);
		else if (setns(place->ns[type], kinds[type].flag) < 0)
			rc = -errno;
		if (rc == -EUSERS)
			return say_threads("time", EUSERS, err);
		if (rc < 0)
			return vns_error_errno(err, -rc,
					       "joining the %s namespace",
					       vns_nsname((enum vns_ns)type));
	}
	return rc;
}

static vns_nsset reversible_flags(const struct vns_place *place)
{
	unsigned flags = 0;
	int type;

	for (type = 0; type < REVERSIBLE; type++)
		if (place->ns[type] >= 0)
			flags |= (unsigned)kinds[type].flag;
	return flags;
}

/*
 * All or nothing, since 5.8, where there is a process to follow; what it has
 * changed since it was looked at is found afterwards. With more than a mount
 * namespace setns does not refuse, but takes along the root directory of those
 * who share it.
 */
static int join(const struct vns_place *place, struct vns_error *err)
{
	if (place->process >= 0 && unshare(CLONE_FS) == 0 &&
	    setns(place->process, (int)reversible_flags(place)) == 0)
		return 0;
	return join_each(place, err);
}

static bool is_joined(const struct anchor *anchor, int type, int wanted)
{
	VNS_AUTOCLOSE int now =
		openat(anchor->proc, kinds[type].next, O_RDONLY | O_CLOEXEC);

	return now >= 0 && vns_namespace_same(now, wanted);
}

static bool arrived(const struct anchor *anchor, const struct vns_place *place)
{
	VNS_AUTOCLOSE int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int type;

	for (type = 0; type < REVERSIBLE; type++)
		if (place->ns[type] >= 0 &&
		    !is_joined(anchor, type, place->ns[type]))
			return false;
	return root >= 0 && vns_namespace_same_directory(place->root, root);
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

static int become_root_inside(struct vns_error *err)
{
	int rc = vns_ids_set_groups(NULL, 0);

	if (rc < 0)
		return vns_error_errno(err, -rc,
				       "setgroups in the user namespace");
	rc = vns_ids_set_gid(0);
	if (rc == 0)
		rc = vns_ids_set_uid(0);
	if (rc < 0)
		return vns_error_errno(err, -rc,
				       "becoming id 0 in the user namespace");
	/* A change of ids sets it to /proc/sys/fs/suid_dumpable. */
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return vns_error_errno(err, errno, "PR_SET_DUMPABLE");
	return 0;
}

struct groups {
	gid_t own;
	gid_t *list;
	int count;
};

static int save_groups(struct groups *groups, struct vns_error *err)
{
	groups->own = getegid();
	groups->count = getgroups(0, NULL);
	if (groups->count <= 0)
		return 0;
	groups->list = calloc((size_t)groups->count, sizeof(gid_t));
	if (!groups->list)
		return vns_error_memory(err);
	groups->count = getgroups(groups->count, groups->list);
	return groups->count < 0 ? vns_error_errno(err, errno, "getgroups") : 0;
}

/*
 * sudo has set the user's before, and would leave him that of root. Where it
 * has no number inside it is nobody's, or else, in a small range, root's.
 */
static int restore_group(gid_t own)
{
	if (own == 0)
		return 0;
	if (vns_ids_set_gid(own) < 0)
		(void)vns_ids_set_gid(NOGROUP);
	return prctl(PR_SET_DUMPABLE, 0) < 0 ? -errno : 0;
}

/*
 * The same numbers, as without a user namespace: su and login have set them
 * before and will not do so again. What has no number inside is left out.
 */
static int restore_groups(const struct groups *groups)
{
	size_t kept = 0;
	int i, rc;

	for (i = 0; i < groups->count; i++)
		if (vns_ids_set_groups(&groups->list[i], 1) == 0)
			groups->list[kept++] = groups->list[i];
	rc = vns_ids_set_groups(groups->list, kept);
	return rc < 0 ? rc : restore_group(groups->own);
}

static int join_user(const struct vns_place *place, struct vns_error *err)
{
	if (setns(place->ns[VNS_NS_USER], CLONE_NEWUSER) == 0)
		return 0;
	if (errno == EINVAL)
		return say_threads("user", EINVAL, err);
	return vns_error_errno(err, errno, "joining the user namespace");
}

/*
 * Before anything is joined: on the way to where the kernel says so, a thread
 * stops sharing its working directory, which cannot be undone.
 */
static int check_threads(const struct vns_place *place, struct vns_error *err)
{
	struct stat st;

	/* ".", ".." and one link for each (proc(5)). */
	if (stat("/proc/self/task", &st) < 0 || st.st_nlink <= 3)
		return 0;
	if (place->ns[VNS_NS_USER] >= 0)
		return say_threads("user", EINVAL, err);
	if (place->ns[VNS_NS_TIME] >= 0)
		return say_threads("time", EUSERS, err);
	return 0;
}

int vns_namespace_try_user(const struct vns_place *place, struct vns_error *err)
{
	int rc = join_user(place, err);

	return rc < 0 ? rc : become_root_inside(err);
}

int vns_namespace_enter(const struct vns_place *place, struct vns_error *err)
{
	AUTOANCHOR struct anchor anchor = ANCHOR_NONE;
	struct groups groups = { 0, NULL, 0 };
	VNS_AUTOFREE gid_t *list = NULL;
	struct vns_error ignored;
	int rc = check_threads(place, err);

	if (rc == 0)
		rc = open_anchor(&anchor, place, err);
	if (rc == 0)
		rc = save_groups(&groups, err);
	list = groups.list;
	if (rc < 0)
		return rc;
	rc = join(place, err);
	if (rc == 0 && !(arrived(&anchor, place) && still_pinned(place) &&
			 still_lives(place)))
		rc = vns_error_set(err, ESTALE,
				   "it was stopped, or changed, while it was "
				   "entered");
	if (rc == 0 && place->ns[VNS_NS_USER] >= 0)
		rc = join_user(place, err);
	if (rc < 0) {
		go_back_or_end(&anchor);
		return rc;
	}
	/* Of a user namespace there is no way back. */
	if (place->ns[VNS_NS_USER] >= 0 &&
	    (become_root_inside(&ignored) < 0 || restore_groups(&groups) < 0))
		_exit(255);
	return 0;
}

void vns_namespace_forget(struct vns_way_back *way)
{
	int type;

	for (type = 0; type < VNS_NS_COUNT; type++)
		vns_safefile_close(&way->ns[type]);
	free(way->cwd);
	*way = VNS_WAY_BACK_NONE;
}

int vns_namespace_remember(struct vns_way_back *way, struct vns_error *err)
{
	VNS_AUTOCLOSE int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	VNS_AUTOCLOSE int topmost = -1;
	int type, rc;

	for (type = 0; type < REVERSIBLE; type++) {
		char path[64];

		snprintf(path, sizeof(path), SELF_NS "/%s", kinds[type].next);
		way->ns[type] = open(path, O_RDONLY | O_CLOEXEC);
		if (way->ns[type] < 0 && errno != ENOENT)
			return vns_error_errno(err, errno, "%s", path);
	}
	rc = open_root(way->ns[VNS_NS_MNT], &topmost, err);
	if (rc < 0)
		return rc;
	if (root < 0 || !vns_namespace_same_directory(root, topmost))
		return vns_error_set(err, EXDEV,
				     "the way back to a chroot cannot be kept");
	way->cwd = getcwd(NULL, 0);
	return 0;
}

int vns_namespace_return(const struct vns_way_back *way, struct vns_error *err)
{
	int type;

	if (way->ns[VNS_NS_MNT] < 0)
		return vns_error_set(err, EOPNOTSUPP,
				     "from a user namespace there is no way "
				     "back to the host");
	for (type = 0; type < REVERSIBLE; type++)
		if (way->ns[type] >= 0 && !rejoin(way->ns[type], type))
			return vns_error_errno(err, errno,
					       "returning to the host");
	/* That was to "/", which will do where this fails. */
	if (way->cwd)
		(void)!chdir(way->cwd);
	return 0;
}

int vns_namespace_new(vns_nsset types, struct vns_error *err)
{
	int type, flags = 0;

	for (type = 0; type < VNS_NS_COUNT; type++)
		if (types & VNS_NSSET(type))
			flags |= kinds[type].flag;
	if (unshare(flags) < 0)
		return vns_error_errno(err, errno, "unshare");
	return 0;
}

static int write_map(pid_t pid, const char *file, unsigned long base,
		     unsigned long count, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	char path[64], text[64];
	int length;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	length = snprintf(text, sizeof(text), "0 %lu %lu\n", base, count);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, (size_t)length) != length)
		return vns_error_errno(err, errno, "%s", path);
	return 0;
}

/*
 * What is counted per user (inotify(7), namespaces) counts for the owner of the
 * user namespace as well: that is id 0 inside, not the host's root. Power
 * stays, as kernels may ask for it.
 */
static int own_user(unsigned long base)
{
	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) < 0)
		return -errno;
	if (setegid((gid_t)base) < 0 || seteuid((uid_t)base) < 0)
		return -errno;
	return unshare(CLONE_NEWUSER) < 0 ? -errno : 0;
}

/* Until the other end is closed: whoever had it may have been killed. */
static _Noreturn void hold_user(int channel, unsigned long base)
{
	struct pollfd fds = { .fd = channel };
	char code = (char)-own_user(base);

	if (write(channel, &code, 1) == 1)
		while (poll(&fds, 1, -1) < 0 && errno == EINTR)
			;
	_exit(1);
}

/* By a process whose namespace it is, and which is then ended. */
static int map_user(pid_t pid, int channel, unsigned long base,
		    unsigned long count, int *fd, struct vns_error *err)
{
	char path[64], code;
	int rc;

	if (read(channel, &code, 1) != 1)
		return vns_error_set(err, EIO, "making a user namespace");
	if (code)
		return vns_error_errno(err, code,
				       "making a user namespace (see "
				       "/proc/sys/user/max_user_namespaces)");
	rc = write_map(pid, "uid_map", base, count, err);
	if (rc == 0)
		rc = write_map(pid, "gid_map", base, count, err);
	if (rc < 0)
		return rc;
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? vns_error_errno(err, errno, "%s", path) : 0;
}

int vns_namespace_new_user(unsigned long base, unsigned long count, int *fd,
			   struct vns_error *err)
{
	int ends[2], rc;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return vns_error_errno(err, errno, "pipe");
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		hold_user(ends[1], base);
	}
	close(ends[1]);
	rc = pid < 0 ? vns_error_errno(err, errno, "fork") :
		       map_user(pid, ends[0], base, count, fd, err);
	close(ends[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return rc;
}

int vns_namespace_run_among(int pidfd, int (*work)(void *argument),
			    void *argument, struct vns_error *err)
{
	int rc;

	if (setns(pidfd, CLONE_NEWPID) < 0)
		return vns_error_errno(err, errno,
				       "joining the new PID namespace");
	rc = run_child(work, argument);
	return rc < 0 ? vns_error_errno(err, -rc, "clone") : 0;
}

struct inside {
	int user;
	int (*work)(void *argument);
	void *argument;
	int code;
	struct vns_error *err;
};

/* Whoever mounts must have power over the mount namespace that he is in. */
static int run_inside(void *argument)
{
	struct inside *inside = argument;
	struct vns_place user = VNS_PLACE_NONE;

	user.ns[VNS_NS_USER] = inside->user;
	inside->code = inside->user < 0 ?
			       0 :
			       vns_namespace_try_user(&user, inside->err);
	if (inside->code == 0)
		inside->code =
			vns_namespace_new(VNS_NSSET(VNS_NS_MNT), inside->err);
	return inside->code < 0 ? 1 : inside->work(inside->argument);
}

int vns_namespace_run_inside(int user, int (*work)(void *argument),
			     void *argument, struct vns_error *err)
{
	struct inside inside = { user, work, argument, -ECANCELED, err };
	int rc = run_child(run_inside, &inside);

	return rc < 0 ? vns_error_errno(err, -rc, "clone") : inside.code;
}

int vns_namespace_topmost(struct vns_error *err)
{
	VNS_AUTOCLOSE int self = -1;
	int rc = vns_namespace_self(&self, err);

	if (rc < 0)
		return rc;
	if (setns(self, CLONE_NEWNS) < 0)
		return vns_error_errno(err, errno, "setns");
	return 0;
}

bool vns_namespace_is_mount(int fd)
{
	return ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNS;
}

bool vns_namespace_join_mount(int mnt)
{
	return setns(mnt, CLONE_NEWNS) == 0;
}
