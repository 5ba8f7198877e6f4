/*
 * Writes to the host's log as syslog(3) does, but waits no longer than is said:
 * syslog(3) waits for ever while the daemon that reads /dev/log does not.
 */
#ifndef VNS_HOSTLOG_H
#define VNS_HOSTLOG_H

/*
 * Writes one line of vns's, of LOG_AUTHPRIV and this level. If it cannot be
 * handed over within so many milliseconds, which may be 0, the result is
 * -EAGAIN; where nobody reads /dev/log at all, it is another error.
 */
int vns_hostlog_write(int level, const char *text, long timeout_ms);

#endif
