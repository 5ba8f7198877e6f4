/* Makes or takes over a socket (SOCK_SEQPACKET) that only root can connect to. */
#include "keeper/listen.h"

#include "lib/paths.h"
#include "lib/util.h"
#include "system/safefile.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* The first descriptor that sd_listen_fds(3) passes. */
#define PASSED 3
#define LOCK VNS_KEEPER_RUN "/keeper.lock"

static const struct sockaddr_un address = { .sun_family = AF_UNIX,
					    .sun_path = VNS_KEEPER_SOCKET };

/* Nobody but root may be able to put something else in the keeper's place. */
static int check_directory(struct vns_error *err)
{
	VNS_AUTOCLOSE int run = -1;

	if (mkdir(VNS_KEEPER_RUN, 0755) < 0 && errno != EEXIST)
		return vns_error_errno(err, errno, "mkdir " VNS_KEEPER_RUN);
	return vns_safefile_open(VNS_KEEPER_RUN, VNS_SAFEFILE_DIRECTORY, &run,
				 err);
}

int vns_listen_lock(int *lock, struct vns_error *err)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc = check_directory(err);

	if (rc < 0)
		return rc;
	fd = open(LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return vns_error_errno(err, errno, LOCK);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ?
			       vns_error_set(err, EBUSY,
					     "a keeper runs already") :
			       vns_error_errno(err, errno, LOCK);
	*lock = fd;
	fd = -1;
	return 0;
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
	VNS_AUTOCLOSE int fd =
		socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	return fd >= 0 && connect(fd, (const struct sockaddr *)&address,
				  sizeof(address)) == 0;
}
