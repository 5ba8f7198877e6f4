/*
 * Writes log messages. The entry point decides where they go, to PAM's log or a
 * terminal; all other code writes through this file.
 */
#ifndef VNS_LOG_H
#define VNS_LOG_H

#include "lib/who.h"

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

/* The size of a line at most. */
#define VNS_LOG_LINE 4608

/* Writes a line of text, with vns_log_escape. */
void vns_log_write(const struct vns_log *log, enum vns_log_level level,
		   const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * Copies src to dst and turns the backslash, and every byte that is not
 * printable ASCII, into \xNN. So text that strangers chose can neither end a
 * log line nor drive a terminal. dst is always terminated, and the text is cut
 * off where dst is full. The other function takes back, in place, what this one
 * has done.
 */
void vns_log_escape(char *dst, size_t size, const char *src);
void vns_log_unescape(char *text);

/*
 * Copies a value that strangers may have chosen to dst, so that it is one word
 * of a line, and is read as what it is. It stays as it is if it has nothing but
 * printable ASCII without blanks, quotes, backslashes and "=", and does not end
 * in ":". Otherwise it is put in double quotes, in which \" and \\ stand for a
 * quote and a backslash, and \xNN stands for "=" and for each byte that is not
 * printable ASCII. dst, of 3 bytes at least, is always terminated, and so are
 * the quotes; the value is cut off where dst is full.
 */
void vns_log_value(char *dst, size_t size, const char *src);

struct vns_log_fact {
	const char *key;
	const char *value; /* NULL is as good as "" */
	size_t max;	   /* the value is cut off behind so many bytes */
	bool quoted;	   /* it is, even where it need not be */
};

/* A text of this size has room for what vns_log_login makes. */
#define VNS_LOG_FACTS 3584

/*
 * Makes "KEY=VALUE KEY=VALUE ...", with values as vns_log_value writes them. A
 * fact that does not fit is left out, and so are those behind it.
 */
void vns_log_facts(char *text, size_t size, const struct vns_log_fact *facts,
		   size_t count);

/* The facts of a login; those of a session, which has a process, end in pid. */
void vns_log_login(char text[VNS_LOG_FACTS], const struct vns_who *who,
		   const char *rule, const char *vserver, const char *pid);

/*
 * Writes a line: WORD FACTS, or WORD FACTS: REASON. facts are as vns_log_facts
 * has made them and are not escaped again; reason, which may be NULL, is.
 */
void vns_log_trace(const struct vns_log *log, enum vns_log_level level,
		   const char *word, const char *facts, const char *reason);

#endif
