/*
 * Has a child process look for the shell and the directories, and take on the
 * user's ids, step by step, and waits for its answers for a limited time.
 */
#include "login/preflight.h"

#include "login/glance.h"
#include "login/shell.h"
#include "system/channel.h"
#include "system/deadline.h"
#include "system/descriptors.h"
#include "system/fstype.h"
#include "system/ids.h"
#include "system/inroot.h"
#include "system/namespace.h"
#include "system/safefile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *home_path(const char *home)
{
	return home && *home ? home : "/";
}

struct vns_preflight vns_preflight_check(int root, const char *shell,
					 const char *home)
{
	VNS_AUTOCLOSE int home_fd = vns_inroot_open(
		root, home_path(home), O_PATH | O_DIRECTORY, VNS_INROOT_CHROOT);

	return (struct vns_preflight){
		.shell = vns_shell_is_there(root, vns_shell_path(shell)),
		.home = home_fd >= 0,
	};
}

/* --- the child process ---------------------------------------------------- */

/* The order matters: it tells the waiting process what does not answer. */
enum step {
	STEP_JOIN,
	STEP_SHELL,
	STEP_PROGRAMS,
	STEP_HOME,
	STEP_CWD,
	STEP_IDS,
	STEP_COUNT,
};

struct look {
	const struct vns_place *place;
	const struct vns_account *account;
	const char *shell;
	const char *cwd;
	pid_t caller;
	bool joined;
	bool shell_missing;
};

/* The answer that the child sends for each step, some with a descriptor. */
struct answer {
	int rc; /* for a path: whether it was found */
	struct vns_error err;
};

static int step_join(struct look *look, int *fd, struct vns_error *err)
{
	int rc;

	(void)fd;
	if (look->place->ns[VNS_NS_USER] < 0)
		return 0;
	rc = vns_namespace_try_user(look->place, err);
	look->joined = rc == 0;
	/* The kernel forgets this signal when a process changes its ids. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return rc;
}

static int step_shell(struct look *look, int *fd, struct vns_error *err)
{
	(void)fd;
	(void)err;
	if (!look->shell)
		return 0;
	look->shell_missing =
		!vns_shell_is_there(look->place->root, look->shell);
	return !look->shell_missing;
}

static int step_programs(struct look *look, int *fd, struct vns_error *err)
{
	(void)fd;
	(void)err;
	return !look->shell_missing ||
	       vns_shell_has_programs(look->place->root);
}

/*
 * Finds the directory, and changes to it as the session's programs will: this
 * shows whether the filesystem answers.
 */
static bool find_directory(int root, const char *path, int *fd)
{
	VNS_AUTOCLOSE int found = vns_inroot_open(
		root, path, O_PATH | O_DIRECTORY, VNS_INROOT_CHROOT);

	if (found < 0)
		return false;
	if (fchdir(found) == 0 && vns_fstype_is_hosts(root, found)) {
		*fd = found;
		found = -1;
	}
	return true;
}

static int step_home(struct look *look, int *fd, struct vns_error *err)
{
	(void)err;
	return find_directory(look->place->root,
			      home_path(look->account->pw.pw_dir), fd);
}

static int step_cwd(struct look *look, int *fd, struct vns_error *err)
{
	(void)err;
	return look->cwd && *look->cwd &&
	       find_directory(look->place->root, look->cwd, fd);
}

static int not_mapped(int code, const char *what, unsigned id,
		      struct vns_error *err)
{
	if (code != -EINVAL)
		return vns_error_errno(err, -code,
				       "taking the user's %s in its user "
				       "namespace",
				       what);
	return vns_error_set(err, EINVAL,
			     "the user's %s %u is not mapped in its user "
			     "namespace",
			     what, id);
}

/* The groups have to be tried one by one to find the one that is not mapped. */
static int groups_not_mapped(int code, const struct vns_account *account,
			     struct vns_error *err)
{
	size_t i;

	for (i = 0; code == -EINVAL && i < account->group_count; i++)
		if (vns_ids_set_groups(&account->groups[i], 1) < 0)
			return not_mapped(code, "group", account->groups[i],
					  err);
	return not_mapped(code, "group", 0, err);
}

static int step_ids(struct look *look, int *fd, struct vns_error *err)
{
	const struct vns_account *account = look->account;
	uid_t uid = account->pw.pw_uid;
	gid_t gid = account->pw.pw_gid;
	int rc;

	(void)fd;
	if (!look->joined)
		return 0;
	rc = vns_ids_set_groups(account->groups, account->group_count);
	if (rc < 0)
		return groups_not_mapped(rc, account, err);
	rc = vns_ids_set_gid(gid);
	if (rc < 0)
		return not_mapped(rc, "gid", gid, err);
	rc = vns_ids_set_uid(uid);
	return rc < 0 ? not_mapped(rc, "uid", uid, err) : 0;
}

/*
 * A child that cannot be killed must not keep descriptors open whose end other
 * processes wait for, such as a connection, or the pipe on a standard output.
 */
static bool close_others(const struct vns_place *place, int socket)
{
	int kept[VNS_NS_COUNT + 4];

	memcpy(kept, place->ns, sizeof(place->ns));
	kept[VNS_NS_COUNT] = place->root;
	kept[VNS_NS_COUNT + 1] = place->guard;
	kept[VNS_NS_COUNT + 2] = place->process;
	kept[VNS_NS_COUNT + 3] = socket;
	return vns_descriptors_close(0, kept, sizeof(kept) / sizeof(kept[0]));
}

/* Only makes async-signal-safe calls, as the caller may have threads. */
static _Noreturn void run_child(struct look *look, int socket)
{
	static int (*const steps[STEP_COUNT])(struct look *, int *,
					      struct vns_error *) = {
		[STEP_JOIN] = step_join,	 [STEP_SHELL] = step_shell,
		[STEP_PROGRAMS] = step_programs, [STEP_HOME] = step_home,
		[STEP_CWD] = step_cwd,		 [STEP_IDS] = step_ids,
	};
	int step;

	/* Nobody may look into this copy of the caller's memory. */
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != look->caller || !close_others(look->place, socket))
		_exit(1);
	for (step = 0; step < STEP_COUNT; step++) {
		struct answer answer = { 0 };
		VNS_AUTOCLOSE int fd = -1;

		answer.rc = steps[step](look, &fd, &answer.err);
		if (vns_channel_send(socket, &answer, sizeof(answer), &fd,
				     fd >= 0, 0) < 0 ||
		    answer.rc < 0)
			_exit(1);
	}
	_exit(0);
}

/* --- the calling process -------------------------------------------------- */

/*
 * The child has no exit signal. As all other signals stay blocked in it, none
 * of the caller's handlers ever runs in the child.
 */
static pid_t start_child(struct look *look, int socket, int *pidfd)
{
	unsigned char all[(_NSIG - 1) / 8], old[sizeof(all)];
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.pidfd = (uintptr_t)pidfd,
	};
	pid_t pid;
	int code;

	memset(all, 0xff, sizeof(all));
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, all, old, sizeof(all));
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0)
		run_child(look, socket);
	code = errno;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, old, NULL, sizeof(old));
	errno = code;
	return pid;
}

static void take_answer(struct vns_preflight_view *view, int step,
			const struct answer *answer,
			struct vns_channel_extras *extras)
{
	if (step == STEP_SHELL)
		view->found.shell = answer->rc > 0;
	if (step == STEP_PROGRAMS)
		view->found.programs = answer->rc > 0;
	if (step == STEP_HOME)
		view->found.home = answer->rc > 0;
	if (extras->count == 1) {
		vns_safefile_close(&view->directory);
		view->directory = extras->fds[0];
		extras->fds[0] = -1;
	}
	/* By this step the child has taken on the user's ids. */
	if (step == STEP_IDS) {
		view->uid = extras->sender.uid;
		view->gid = extras->sender.gid;
	}
}

/* Collects the answers. *step is the first step that was not answered. */
static int collect(int socket, struct vns_preflight_view *view, int *step,
		   struct vns_error *err)
{
	for (*step = 0; *step < STEP_COUNT; ++*step) {
		VNS_AUTOEXTRAS struct vns_channel_extras extras = { 0 };
		struct answer answer = { 0 };
		ssize_t length = vns_channel_receive(
			socket, &answer, sizeof(answer), &extras, MSG_DONTWAIT);

		if (length == -EAGAIN)
			length = -ETIMEDOUT;
		if (length != sizeof(answer))
			return vns_error_errno(
				err, length < 0 ? (int)-length : EPIPE,
				"looking into the vserver");
		if (answer.rc < 0) {
			*err = answer.err;
			return answer.rc;
		}
		take_answer(view, *step, &answer, &extras);
	}
	return 0;
}

static int look_once(struct look *look, struct vns_preflight_view *view,
		     int *step, struct vns_error *err)
{
	int ends[2], pidfd = -1;
	int rc = vns_channel_open(ends, err);

	*step = 0;
	if (rc < 0)
		return rc;
	{
		VNS_AUTOCLOSE int reader = ends[0];
		VNS_AUTOCLOSE int writer = ends[1];
		VNS_AUTOCLOSE int child = -1;
		const int on = 1;
		int64_t deadline;

		look->caller = getpid();
		if (setsockopt(reader, SOL_SOCKET, SO_PASSCRED, &on,
			       sizeof(on)) < 0)
			return vns_error_errno(err, errno, "SO_PASSCRED");
		if (start_child(look, writer, &pidfd) < 0)
			return vns_error_errno(err, errno, "clone3");
		child = pidfd;
		vns_safefile_close(&writer);
		writer = -1;
		deadline = vns_deadline_now() + VNS_PREFLIGHT_TIMEOUT * 1000L;
		/* This wakes us once, and not for each answer. */
		(void)vns_deadline_wait(child, deadline);
		rc = collect(reader, view, step, err);
		vns_deadline_end_child(child);
	}
	if (rc < 0)
		vns_safefile_close(&view->directory);
	if (rc < 0)
		view->directory = -1;
	return rc;
}

static int silent(const struct look *look, int step, struct vns_error *err)
{
	const struct passwd *pw = &look->account->pw;
	const char *path = look->cwd;

	if (step == STEP_JOIN || step == STEP_IDS)
		return vns_error_set(err, ETIMEDOUT,
				     "its user namespace does not answer");
	if (step == STEP_SHELL)
		path = look->shell;
	if (step == STEP_PROGRAMS)
		path = "/bin";
	if (step == STEP_HOME)
		path = home_path(pw->pw_dir);
	return vns_error_set(err, ETIMEDOUT,
			     "a path inside does not answer: %s", path);
}

int vns_preflight_look(const struct vns_place *place,
		       const struct vns_account *account, const char *shell,
		       const char *cwd, struct vns_preflight_view *view,
		       struct vns_error *err)
{
	struct look look = {
		.place = place,
		.account = account,
		.shell = shell,
		.cwd = cwd,
	};
	int step, rc;

	*view = (struct vns_preflight_view){ .directory = -1 };
	if (vns_glance_find(place, shell, home_path(account->pw.pw_dir), cwd,
			    &view->directory)) {
		view->found = (struct vns_preflight){ shell, true, true };
		return 0;
	}
	rc = look_once(&look, view, &step, err);
	if (rc == -ETIMEDOUT && step == STEP_CWD) {
		view->cwd_silent = true;
		look.cwd = NULL;
		rc = look_once(&look, view, &step, err);
	}
	return rc == -ETIMEDOUT ? silent(&look, step, err) : rc;
}
