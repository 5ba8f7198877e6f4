/*
 * Sends lines to /dev/log, in the form that syslog(3) gives them, over a socket
 * with a time limit.
 */
#include "system/hostlog.h"

#include "lib/log.h"
#include "system/safefile.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>

/* As daemons have it: most a socket of the first type, some the other. */
static const int types[] = { SOCK_DGRAM, SOCK_STREAM };

static int open_log(int type, long timeout_ms, int *fd)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX,
					     .sun_path = _PATH_LOG };
	const struct timeval limit = { timeout_ms / 1000,
				       timeout_ms % 1000 * 1000 };

	if (timeout_ms <= 0)
		type |= SOCK_NONBLOCK;
	*fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (*fd < 0 ||
	    (timeout_ms > 0 && setsockopt(*fd, SOL_SOCKET, SO_SNDTIMEO, &limit,
					  sizeof(limit)) < 0) ||
	    connect(*fd, (const struct sockaddr *)&address, sizeof(address)) <
		    0)
		return -errno;
	return 0;
}

static int send_line(int type, const char *line, long timeout_ms)
{
	VNS_AUTOCLOSE int fd = -1;
	int rc = open_log(type, timeout_ms, &fd);

	/* A NUL ends a line where nothing else does. */
	if (rc == 0 && send(fd, line, strlen(line) + (type == SOCK_STREAM),
			    MSG_NOSIGNAL) < 0)
		rc = -errno;
	return rc;
}

int vns_hostlog_write(int level, const char *text, long timeout_ms)
{
	const time_t now = time(NULL);
	char line[VNS_LOG_LINE + 64], when[32] = "";
	int rc = -EPROTOTYPE;
	struct tm broken;
	size_t i;

	if (localtime_r(&now, &broken))
		(void)strftime(when, sizeof(when), "%b %e %T ", &broken);
	snprintf(line, sizeof(line), "<%d>%svns[%d]: %s", LOG_AUTHPRIV | level,
		 when, (int)getpid(), text);
	for (i = 0; rc == -EPROTOTYPE && i < sizeof(types) / sizeof(types[0]);
	     i++)
		rc = send_line(types[i], line, timeout_ms);
	return rc;
}
