/*
 * Joins namespaces with setns(2), checks that the process has arrived in the
 * right ones, goes back if it has not, and makes new ones with unshare(2).
 */
#include "system/namespace.h"

#include "system/ids.h"
#include "system/safefile.h"
#include "lib/util.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE 65536 /* of a child that shares our memory */

/*
 * A thread can go back from the types before this one; the user namespace comes
 * last.
 */
#define REVERSIBLE VNS_NS_USER

/*
 * Runs work in a child that shares our memory and descriptors, but not our root
 * and working directory, while we wait. This spares us the fork of a large
 * daemon. The child has no exit signal, so that the caller's SIGCHLD handling
 * never sees it.
 */
static int run_child(int (*work)(void *argument), void *argument)
{
	void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	sigset_t all, old;
	int rc = 0;
	pid_t pid;

	/*
	 * The child gets a stack of its own: the caller's may be a thread's,
	 * and small.
	 */
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

struct visit {
	int mnt;
	int (*work)(void *argument);
	void *argument;
	int code;
};

static int visit(void *argument)
{
	struct visit *visit = argument;

	visit->code = setns(visit->mnt, CLONE_NEWNS) < 0 ?
			      -errno :
			      visit->work(visit->argument);
	return 0;
}

int vns_namespace_run_at(int mnt, int (*work)(void *argument), void *argument)
{
	struct visit there = { mnt, work, argument, -ECANCELED };
	int rc = run_child(visit, &there);

	return rc < 0 ? rc : there.code;
}

static int open_top(void *argument)
{
	int *root = argument;

	*root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return *root < 0 ? -errno : 0;
}

/*
 * Only a task inside a mount namespace can open its root. A child goes there;
 * we never leave the host.
 */
int vns_namespace_open_root(int mnt, int *root, struct vns_error *err)
{
	int top = -1;
	int rc = vns_namespace_run_at(mnt, open_top, &top);

	if (rc < 0)
		return vns_error_errno(err, -rc,
				       "looking into the mount namespace");
	*root = top;
	return 0;
}

/* Descriptors that undo a join, and show by the host's /proc where we are. */
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
	int type, rc = vns_place_open_own(&anchor->proc, err);

	if (rc < 0)
		return rc;
	anchor->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* A working directory that is gone is no reason to refuse. */
	anchor->cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (anchor->root < 0)
		return vns_error_errno(err, errno, "/");
	for (type = 0; type < REVERSIBLE; type++) {
		if (place->ns[type] < 0)
			continue;
		anchor->ns[type] = openat(anchor->proc,
					  vns_place_file(type, true),
					  O_RDONLY | O_CLOEXEC);
		if (anchor->ns[type] < 0)
			return vns_error_errno(err, errno, VNS_PLACE_SELF "/%s",
					       vns_place_file(type, true));
	}
	return 0;
}

/*
 * Joins a namespace again. A program with threads gets EUSERS for a time
 * namespace, and has never left its own.
 */
static bool rejoin(int fd, int type)
{
	return setns(fd, vns_place_flag(type)) == 0 ||
	       (type == VNS_NS_TIME && errno == EUSERS);
}

/*
 * Goes back. Namespaces that were not left are joined once more, which changes
 * nothing.
 */
static bool go_back(const struct anchor *anchor)
{
	int type;

	for (type = 0; type < REVERSIBLE; type++)
		if (anchor->ns[type] >= 0 && !rejoin(anchor->ns[type], type))
			return false;
	return fchdir(anchor->root) == 0 && chroot(".") == 0 &&
	       (anchor->cwd < 0 || fchdir(anchor->cwd) == 0);
}

/* Ends the process if it cannot go back: it must not go on from in between. */
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

/*
 * setns(2) refuses while root and working directory are shared with another
 * thread; then they are unshared.
 */
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
		else if (setns(place->ns[type], vns_place_flag(type)) < 0)
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
			flags |= (unsigned)vns_place_flag(type);
	return flags;
}

/*
 * Joins all namespaces or none (since Linux 5.8), where there is a process to
 * follow. What that process has changed since it was checked is found
 * afterwards. When setns(2) joins more than a mount namespace, it does not
 * refuse if the root directory is shared, but takes along the root directory of
 * those who share it; so it is unshared first.
 */
static int join(const struct vns_place *place, struct vns_error *err)
{
	if (place->process >= 0 && unshare(CLONE_FS) == 0 &&
	    setns(place->process, (int)reversible_flags(place)) == 0)
		return 0;
	return join_each(place, err);
}

/* wanted is open, and we do not leave ours: neither number is reused. */
static bool is_joined(const struct anchor *anchor, int type, int wanted)
{
	struct stat st;

	return fstat(wanted, &st) == 0 &&
	       st.st_ino == vns_place_number(anchor->proc, type, true);
}

static bool arrived(const struct anchor *anchor, const struct vns_place *place)
{
	VNS_AUTOCLOSE int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int type;

	for (type = 0; type < REVERSIBLE; type++)
		if (place->ns[type] >= 0 &&
		    !is_joined(anchor, type, place->ns[type]))
			return false;
	return root >= 0 && vns_place_same_directory(place->root, root);
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
 * Refuses threads before anything is joined: on the way to the call that the
 * kernel would refuse, a thread stops sharing its working directory, which
 * cannot be undone.
 */
static int check_threads(const struct vns_place *place, struct vns_error *err)
{
	struct stat st;

	/*
	 * The directory's links are ".", ".." and one for each thread
	 * (proc(5)).
	 */
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

	return rc < 0 ? rc : vns_ids_become_root(err);
}

int vns_namespace_enter(const struct vns_place *place, struct vns_error *err)
{
	AUTOANCHOR struct anchor anchor = ANCHOR_NONE;
	struct vns_ids_groups groups = { 0, NULL, 0 };
	VNS_AUTOFREE gid_t *list = NULL;
	struct vns_error ignored;
	int rc = check_threads(place, err);

	if (rc == 0)
		rc = open_anchor(&anchor, place, err);
	if (rc == 0)
		rc = vns_ids_save_groups(&groups, err);
	list = groups.list;
	if (rc < 0)
		return rc;
	rc = join(place, err);
	if (rc == 0 && !(arrived(&anchor, place) && vns_place_remains(place)))
		rc = vns_error_set(err, ESTALE,
				   "it was stopped, or changed, while it was "
				   "entered");
	if (rc == 0 && place->ns[VNS_NS_USER] >= 0)
		rc = join_user(place, err);
	if (rc < 0) {
		go_back_or_end(&anchor);
		return rc;
	}
	/* There is no way back from a user namespace. */
	if (place->ns[VNS_NS_USER] >= 0 &&
	    (vns_ids_become_root(&ignored) < 0 ||
	     vns_ids_restore_groups(&groups) < 0))
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

		snprintf(path, sizeof(path), VNS_PLACE_SELF "/%s",
			 vns_place_file(type, true));
		way->ns[type] = open(path, O_RDONLY | O_CLOEXEC);
		if (way->ns[type] < 0 && errno != ENOENT)
			return vns_error_errno(err, errno, "%s", path);
	}
	rc = vns_namespace_open_root(way->ns[VNS_NS_MNT], &topmost, err);
	if (rc < 0)
		return rc;
	if (root < 0 || !vns_place_same_directory(root, topmost))
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
	/* setns(2) has gone to "/", which will do where this fails. */
	if (way->cwd)
		(void)!chdir(way->cwd);
	return 0;
}

int vns_namespace_new(vns_nsset types, struct vns_error *err)
{
	int type, flags = 0;

	for (type = 0; type < VNS_NS_COUNT; type++)
		if (types & VNS_NSSET(type))
			flags |= vns_place_flag(type);
	if (unshare(flags) < 0)
		return vns_error_errno(err, errno, "unshare");
	return 0;
}

int vns_namespace_run_among(int fd, int (*work)(void *argument), void *argument,
			    struct vns_error *err)
{
	int rc;

	if (setns(fd, CLONE_NEWPID) < 0)
		return vns_error_errno(err, errno, "joining the PID namespace");
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

/*
 * A process that mounts must have power over the mount namespace that it is in.
 */
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
	int rc = vns_place_self(&self, err);

	if (rc < 0)
		return rc;
	if (setns(self, CLONE_NEWNS) < 0)
		return vns_error_errno(err, errno, "setns");
	return 0;
}

bool vns_namespace_join_mount(int mnt)
{
	return setns(mnt, CLONE_NEWNS) == 0;
}
