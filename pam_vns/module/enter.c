/*
 * Guards the terminal, freezes the identity, joins the namespaces and drops
 * capabilities, and starts over if the vserver was stopped in the meantime, or
 * the keeper has ended.
 */
#include "module/enter.h"

#include "system/capability.h"
#include "system/cgroup.h"
#include "system/renounce.h"
#include "system/safefile.h"
#include "system/seccomp.h"
#include "system/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* A vserver that is stopped again and again is not worth waiting for. */
#define TRIES_MAX 5

/* "su alice < /" would leave the host's root directory on descriptor 0. */
static void replace_directories(int null)
{
	struct stat st;
	int fd;

	for (fd = 0; fd <= 2; fd++)
		if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) &&
		    vns_safefile_put(null, fd) < 0)
			_exit(255);
}

/*
 * A session's uid 0 is the host's uid 0, unless the session has joined a user
 * namespace, where it has power over nothing outside. The bounding set is
 * dropped even for sessions that seem to have no capabilities: pam_setcred runs
 * inside, where pam_cap would give what the tenant's capability.conf says, but
 * cannot exceed the bounding set. The process itself may keep more, until it
 * becomes the user: a container need not have all that su and sshd do.
 */
static int drop_power(vns_capset keep, vns_capset pass, bool way_back)
{
	struct vns_error err;

	if (pass == VNS_CAPSET_ALL)
		return 0;
	if (way_back)
		keep |= 1ULL << CAP_SYS_ADMIN | 1ULL << CAP_SYS_CHROOT;
	return vns_capability_drop(keep, pass, &err);
}

/*
 * Gets rid of what must not be taken along. On failure the process exits, as it
 * can neither go on with it nor go back.
 */
static void seal(const struct vns_answer *answer, int null, bool way_back)
{
	const struct vns_restriction restriction = {
		.no_new_privs = answer->no_new_privs,
		.calls = answer->seccomp,
	};
	struct vns_error err;

	replace_directories(null);
	vns_renounce_core_dumps();
	/* su leaves the host's "/" open on a descriptor for its shell. */
	if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0 ||
	    vns_seccomp_restrict(&restriction, &err) < 0 ||
	    drop_power(answer->kept, answer->capabilities, way_back) < 0)
		_exit(255);
}

/* *back is for vns_cgroup_return; -1 if the session is not moved. */
static int move(int cgroup, int *back, struct vns_error *err)
{
	int rc;

	*back = -1;
	if (cgroup < 0)
		return 0;
	rc = vns_cgroup_open_own(back, err);
	if (rc == 0)
		rc = vns_cgroup_join(cgroup, err);
	if (rc == 0)
		return 0;
	vns_safefile_close(back);
	*back = -1;
	/* It has ended, or takes no processes any more: as if stopped. */
	return rc == -ENODEV || rc == -EBUSY ? -ESTALE : rc;
}

/* The keeper may refuse the login in place of telling the identity. */
static int wait_for_identity(struct vns_inquiry *inquiry,
			     const struct vns_log *log, struct vns_error *err)
{
	int rc = vns_inquire_identity(inquiry, err);

	if (rc == -EACCES)
		vns_inquire_log(inquiry, log);
	return rc;
}

static int join(struct vns_inquiry *inquiry, struct vns_host *host,
		const struct vns_log *log, struct vns_error *err)
{
	VNS_AUTOCLOSE int back = -1;
	struct vns_error ignored;
	int rc = vns_identity_begin(&host->identity, err);

	if (rc < 0)
		return rc;
	rc = wait_for_identity(inquiry, log, err);
	/* Not before: a keeper that is started meanwhile would have it, too. */
	if (rc == 0)
		rc = vns_tty_guard(err);
	if (rc == 0)
		rc = move(inquiry->cgroup, &back, err);
	if (rc < 0) {
		vns_identity_undo(&host->identity);
		return rc;
	}
	rc = vns_identity_freeze(&inquiry->identity, &host->identity, err);
	if (rc == 0) {
		rc = vns_namespace_enter(&inquiry->place, err);
		if (rc < 0)
			vns_identity_undo(&host->identity);
	}
	if (rc < 0)
		(void)vns_cgroup_return(back, &ignored);
	if (rc == 0) {
		host->cgroup = back;
		back = -1;
	}
	return rc;
}

/* With way_back the process keeps the capabilities that it needs to go back. */
static int enter(struct vns_inquiry *inquiry, bool way_back,
		 struct vns_host *host, const struct vns_log *log,
		 struct vns_error *err)
{
	VNS_AUTOCLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct vns_tty_owner terminal = { .fd = -1 };
	int rc;

	if (null < 0)
		return vns_error_errno(err, errno, "/dev/null");
	rc = vns_renounce_keyring(err);
	if (rc == 0 && inquiry->answer.has_ids)
		rc = vns_tty_give(inquiry->answer.outside_uid,
				  inquiry->answer.outside_gid, &terminal, err);
	if (rc == 0)
		rc = join(inquiry, host, log, err);
	if (rc < 0) {
		vns_tty_take_back(&terminal);
		return rc;
	}
	if (!way_back) {
		vns_safefile_close(&host->cgroup);
		host->cgroup = -1;
	}
	/*
	 * The join has left us in the new root directory. Stay there on
	 * failure.
	 */
	if (inquiry->cwd >= 0)
		(void)!fchdir(inquiry->cwd);
	seal(&inquiry->answer, null, way_back);
	return 0;
}

/* keeps says whether host is kept for going back with it. */
static int try_to_enter(struct vns_inquiry *inquiry, bool keeps,
			struct vns_host *host, const struct vns_log *log,
			struct vns_error *err)
{
	const bool way_back = keeps && inquiry->place.ns[VNS_NS_USER] < 0;
	int rc;

	/* A way back that cannot be used need not be kept. */
	if (keeps && !way_back)
		vns_namespace_forget(&host->way);
	rc = enter(inquiry, way_back, host, log, err);
	if (rc < 0)
		vns_identity_free(&host->identity);
	return rc;
}

/*
 * Asks for another place, where the vserver was stopped at this moment, or
 * where the keeper has ended. Returns rc if there is none to ask for.
 */
static int find_another(struct vns_inquiry *inquiry, int rc,
			const struct vns_log *log, struct vns_error *err)
{
	if (rc == -ESTALE && inquiry->answer.restarts)
		rc = vns_inquire_again(inquiry, err);
	else if (rc == -EPIPE)
		rc = vns_inquire_anew(inquiry, err);
	if (rc < 0)
		return rc;
	vns_inquire_log(inquiry, log);
	if (inquiry->answer.kind == VNS_ANSWER_PLACE)
		return 0;
	return vns_error_set(err, ECANCELED,
			     "it was stopped while it was entered, and cannot "
			     "be entered now");
}

int vns_enter(struct vns_inquiry *inquiry, struct vns_host *host,
	      const struct vns_log *log, struct vns_error *err)
{
	struct vns_host none = VNS_HOST_NONE;
	unsigned tries;
	int rc;

	for (tries = 1;; tries++) {
		rc = try_to_enter(inquiry, host != NULL, host ? host : &none,
				  log, err);
		if (rc == 0 || tries == TRIES_MAX)
			break;
		rc = find_another(inquiry, rc, log, err);
		if (rc < 0)
			break;
	}
	vns_host_free(&none);
	return rc;
}

int vns_leave(const struct vns_host *host, struct vns_error *err)
{
	int rc = vns_namespace_return(&host->way, err);

	if (rc == 0)
		rc = vns_cgroup_return(host->cgroup, err);
	if (rc == 0)
		vns_identity_thaw(&host->identity);
	return rc;
}

void vns_host_free(struct vns_host *host)
{
	vns_namespace_forget(&host->way);
	vns_identity_free(&host->identity);
	vns_safefile_close(&host->cgroup);
	*host = VNS_HOST_NONE;
}
