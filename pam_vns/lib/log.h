/*
 * Writes log messages. The entry point decides where they go, to PAM's log or a
 * terminal; all other code writes through this file.
 */
#ifndef VNS_LOG_H
#define VNS_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* The levels have the numbers of syslog(3). */
enum vns_log_level {
	VNS_LOG_ERR = 3,
	VNS_LOG_WARNING = 4,
	VNS_LOG_NOTICE = 5,
	VNS_LOG_INFO = 6,
	VNS_LOG_DEBUG = 7,
};

struct vns_log {
	void (*write)(void *context, enum vns_log_level level,
		      const char *text);
	void *context;
	bool debug; /* false: VNS_LOG_DEBUG messages are dropped */
};

/* Writes one line; bytes that are not printable ASCII are escaped. */
void vns_log_write(const struct vns_log *log, enum vns_log_level level,
		   const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * Copies src to dst and turns the backslash, and every byte that is not
 * printable ASCII, into \xNN. So text that strangers chose can neither end a
 * log line nor drive a terminal. dst is always terminated, and the text is cut
 * off where dst is full.
 */
void vns_log_escape(char *dst, size_t size, const char *src);

#endif
