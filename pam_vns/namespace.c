#include "namespace.h"

#include "safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELF_NS "/proc/thread-self/ns"

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

	return statx(a, "", AT_EMPTY_PATH, mask, &first) == 0 &&
	       statx(b, "", AT_EMPTY_PATH, mask, &second) == 0 &&
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

/* The user namespace that owns a mount namespace must be the caller's. */
static int check_owner(int fd, const char *what, struct vns_error *err)
{
	VNS_AUTOCLOSE int owner = ioctl(fd, NS_GET_USERNS);
	VNS_AUTOCLOSE int own = open(SELF_NS "/user", O_RDONLY | O_CLOEXEC);

	if (own < 0)
		return vns_error_errno(err, errno, SELF_NS "/user");
	if (owner < 0 || !vns_namespace_same(owner, own))
		return vns_error_set(err, EPERM,
				     "%s: belongs to another user namespace, "
				     "which cannot be joined",
				     what);
	return 0;
}

static int check_type(int fd, const char *what, struct vns_error *err)
{
	VNS_AUTOCLOSE int own = -1;
	struct statfs fs;
	int rc;

	if (fstatfs(fd, &fs) < 0)
		return vns_error_errno(err, errno, "%s", what);
	if (fs.f_type != NSFS_MAGIC)
		return vns_error_set(err, EINVAL, "%s: not a namespace", what);
	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNS)
		return vns_error_set(err, EINVAL, "%s: not a mount namespace",
				     what);
	rc = vns_namespace_self(&own, err);
	if (rc < 0)
		return rc;
	if (vns_namespace_same(fd, own))
		return vns_error_set(err, EXDEV,
				     "%s: is the host's own mount namespace",
				     what);
	return check_owner(fd, what, err);
}

struct peek {
	int mnt;
	int root;
	int code;
};

static int peek_child(void *argument)
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

/*
 * Only a task inside can open a namespace's root. A child that shares our
 * memory and descriptors, but not our root and working directory, does it
 * while we wait: no fork of a large daemon, and we never leave the host. It
 * has no exit signal, so that the caller's SIGCHLD handling never sees it.
 */
static int open_root(int mnt, int *root, struct vns_error *err)
{
	_Alignas(16) char stack[32768];
	struct peek peek = { .mnt = mnt, .root = -1, .code = ECANCELED };
	sigset_t all, old;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	pid = clone(peek_child, stack + sizeof(stack),
		    CLONE_VM | CLONE_VFORK | CLONE_FILES, &peek);
	if (pid < 0)
		peek.code = errno;
	else
		while (waitpid(pid, NULL, (int)__WCLONE) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (peek.code != 0)
		return vns_error_errno(err, peek.code,
				       "looking into the mount namespace");
	*root = peek.root;
	return 0;
}

int vns_namespace_take(int fd, const char *what, struct vns_place *place,
		       struct vns_error *err)
{
	VNS_AUTOPLACE struct vns_place taken = VNS_PLACE_NONE;
	int rc = check_type(fd, what, err);

	if (rc < 0)
		return rc;
	taken.ns[VNS_NS_MNT] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (taken.ns[VNS_NS_MNT] < 0)
		return vns_error_errno(err, errno, "%s", what);
	rc = open_root(taken.ns[VNS_NS_MNT], &taken.root, err);
	if (rc < 0) {
		vns_error_context(err, "%s", what);
		return rc;
	}
	*place = taken;
	taken = VNS_PLACE_NONE;
	return 0;
}

/* What undoes a join, and shows by the host's /proc where we are. */
struct anchor {
	int ns; /* the host's /proc/thread-self/ns */
	int mnt;
	int root;
	int cwd; /* -1: the working directory is gone */
};

static void close_anchor(struct anchor *anchor)
{
	vns_safefile_close(&anchor->ns);
	vns_safefile_close(&anchor->mnt);
	vns_safefile_close(&anchor->root);
	vns_safefile_close(&anchor->cwd);
}

static int open_anchor(struct anchor *anchor, struct vns_error *err)
{
	anchor->ns = open(SELF_NS, O_PATH | O_DIRECTORY | O_CLOEXEC);
	anchor->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	anchor->cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (anchor->ns < 0 || anchor->root < 0)
		return vns_error_errno(err, errno, SELF_NS);
	/* A working directory that is gone is no reason to refuse. */
	return vns_namespace_self(&anchor->mnt, err);
}

static bool go_back(const struct anchor *anchor)
{
	return setns(anchor->mnt, CLONE_NEWNS) == 0 &&
	       fchdir(anchor->root) == 0 && chroot(".") == 0 &&
	       (anchor->cwd < 0 || fchdir(anchor->cwd) == 0);
}

/* setns refuses while root and cwd are shared with another thread. */
static int join(int mnt)
{
	if (setns(mnt, CLONE_NEWNS) == 0)
		return 0;
	if (errno != EINVAL || unshare(CLONE_FS) < 0)
		return -errno;
	return setns(mnt, CLONE_NEWNS) < 0 ? -errno : 0;
}

static bool arrived(const struct anchor *anchor, const struct vns_place *place)
{
	VNS_AUTOCLOSE int now = openat(anchor->ns, "mnt", O_RDONLY | O_CLOEXEC);
	VNS_AUTOCLOSE int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return now >= 0 && root >= 0 &&
	       vns_namespace_same(now, place->ns[VNS_NS_MNT]) &&
	       vns_namespace_same_directory(place->root, root);
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

int vns_namespace_enter(const struct vns_place *place, struct vns_error *err)
{
	__attribute__((cleanup(close_anchor))) struct anchor anchor = { -1, -1,
									-1,
									-1 };
	int rc = open_anchor(&anchor, err);

	if (rc < 0)
		return rc;
	rc = join(place->ns[VNS_NS_MNT]);
	if (rc < 0)
		return vns_error_errno(err, -rc, "joining the mount namespace");
	if (arrived(&anchor, place) && still_pinned(place))
		return 0;
	/* In between is nowhere to go on from. */
	if (!go_back(&anchor))
		_exit(255);
	return vns_error_set(err, ESTALE,
			     "it was stopped, or its root changed, while it "
			     "was entered");
}

void vns_namespace_forget(struct vns_way_back *way)
{
	vns_safefile_close(&way->mnt);
	free(way->cwd);
	*way = VNS_WAY_BACK_NONE;
}

int vns_namespace_remember(struct vns_way_back *way, struct vns_error *err)
{
	VNS_AUTOCLOSE int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	VNS_AUTOCLOSE int topmost = -1;
	int rc = vns_namespace_self(&way->mnt, err);

	if (rc == 0)
		rc = open_root(way->mnt, &topmost, err);
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
	if (setns(way->mnt, CLONE_NEWNS) < 0)
		return vns_error_errno(err, errno, "returning to the host");
	/* That was to "/", which will do where this fails. */
	if (way->cwd)
		(void)!chdir(way->cwd);
	return 0;
}

int vns_namespace_new(struct vns_error *err)
{
	if (unshare(CLONE_NEWNS) < 0)
		return vns_error_errno(err, errno, "unshare");
	return 0;
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
