/*
 * Makes or takes over a socket (SOCK_SEQPACKET) that only root can connect to.
 */
#include "keeper/listen.h"

#include "lib/paths.h"
#include "lib/util.h"
#include "system/lock.h"
#include "system/runtime.h"
#include "system/safefile.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* The first descriptor that sd_listen_fds(3) passes. */
#define PASSED 3
#define LOCK_NAME "keeper.lock"
#define LOCK VNS_KEEPER_RUN "/" LOCK_NAME

static const struct sockaddr_un address = { .sun_family = AF_UNIX,
					    .sun_path = VNS_KEEPER_SOCKET };

/* The keeper may have the lock from a process that has ended. */
static void say_who_runs(struct vns_error *err)
{
	VNS_AUTOPROCESS struct vns_process keeper = VNS_PROCESS_NONE;
	struct vns_error ignored;

	if (vns_listen_keeper(&keeper, &ignored) == 0)
		(void)vns_error_set(err, EBUSY,
				    "a keeper runs already: process %d",
				    keeper.pid);
	else
		vns_error_context(err, "a keeper runs already");
}

int vns_listen_lock(int *lock, struct vns_error *err)
{
	VNS_AUTOCLOSE int directory = -1;
	/* Nobody but root can put something else in the keeper's place. */
	int rc = vns_runtime_top(&directory, err);

	if (rc == 0)
		rc = vns_lock_take(directory, LOCK_NAME, LOCK, 0, lock, err);
	if (rc == -EBUSY)
		say_who_runs(err);
	return rc;
}

int vns_listen_sign(int lock, struct vns_error *err)
{
	VNS_AUTOPROCESS struct vns_process self = VNS_PROCESS_NONE;
	unsigned long long ticks = 0;
	char text[64];
	int rc = vns_process_open(getpid(), &self, err);

	if (rc == 0)
		rc = vns_process_start_time(&self, &ticks, err);
	if (rc < 0)
		return rc;
	snprintf(text, sizeof(text), "%d %llu\n", self.pid, ticks);
	rc = ftruncate(lock, 0) < 0 ?
		     -errno :
		     vns_safefile_write_all(lock, text, strlen(text));
	return rc < 0 ? vns_error_errno(err, -rc, LOCK) : 0;
}

/* An earlier keeper may have signed, and its number may be another's now. */
static bool has_signed(const struct vns_process *process, const char *ticks)
{
	unsigned long long started;
	struct vns_error ignored;
	char text[32];

	if (vns_process_start_time(process, &started, &ignored) < 0)
		return false;
	snprintf(text, sizeof(text), "%llu\n", started);
	return strcmp(text, ticks) == 0 && !vns_process_has_ended(process);
}

int vns_listen_keeper(struct vns_process *keeper, struct vns_error *err)
{
	VNS_AUTOFREE char *text = NULL;
	size_t length;
	unsigned long pid;
	char *blank;
	int rc = vns_safefile_read(LOCK, 64, &text, &length, err);

	if (rc < 0)
		return rc;
	blank = strchr(text, ' ');
	if (blank)
		*blank++ = '\0';
	if (!blank || !vns_util_number(text, INT32_MAX, &pid) || pid == 0)
		return vns_error_set(err, ESRCH, LOCK ": not signed yet");
	rc = vns_process_open((int)pid, keeper, err);
	if (rc < 0 || has_signed(keeper, blank))
		return rc;
	vns_process_close(keeper);
	*keeper = VNS_PROCESS_NONE;
	return vns_error_set(err, ESRCH, "keeper %lu has ended", pid);
}

static bool is_listener(int fd)
{
	int type = 0, listens = 0;
	socklen_t size = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_SEQPACKET &&
	       getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) ==
		       0 &&
	       listens;
}

bool vns_listen_passed(int *listener, struct vns_error *err, int *rc)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	unsigned long number, count;

	*rc = 0;
	if (!pid || !fds || !vns_util_number(pid, INT32_MAX, &number) ||
	    (pid_t)number != getpid() ||
	    !vns_util_number(fds, INT16_MAX, &count) || count == 0)
		return false;
	if (count == 1 && is_listener(PASSED) &&
	    fcntl(PASSED, F_SETFD, FD_CLOEXEC) == 0)
		*listener = PASSED;
	else
		*rc = vns_error_set(err, EINVAL,
				    "what the service manager has passed is "
				    "not one listening socket of type "
				    "SOCK_SEQPACKET: see vns.socket");
	return true;
}

int vns_listen_make(int *listener, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd =
		socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return vns_error_errno(err, errno, "socket");
	if (unlink(VNS_KEEPER_SOCKET) < 0 && errno != ENOENT)
		return vns_error_errno(err, errno, VNS_KEEPER_SOCKET);
	/* The file is never open to others, not even for a moment. */
	if (fchmod(fd, 0600) < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    chmod(VNS_KEEPER_SOCKET, 0600) < 0 || listen(fd, SOMAXCONN) < 0)
		return vns_error_errno(err, errno, VNS_KEEPER_SOCKET);
	*listener = fd;
	fd = -1;
	return 0;
}

bool vns_listen_answers(void)
{
	VNS_AUTOCLOSE int fd = socket(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	/* EAGAIN: as many wait as may. */
	return fd >= 0 && (connect(fd, (const struct sockaddr *)&address,
				   sizeof(address)) == 0 ||
			   errno == EAGAIN);
}
