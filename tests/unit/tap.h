/*
 * Prints what the unit tests find, in TAP. Each test file is one program; ./run
 * counts its lines, and takes a program that ends without a plan as a failure.
 */
#ifndef TAP_H
#define TAP_H

#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned tap_count, tap_failed;

/* Prints text with every line after the first as a TAP comment. */
static inline void tap_text(const char *text)
{
	for (; *text; text++) {
		putchar(*text);
		if (*text == '\n' && text[1])
			printf("#     ");
	}
}

static char tap_subject[192];

/*
 * Says what the tests that follow are about, until the next call: each of their
 * descriptions begins with it, so that each says a whole fact.
 */
__attribute__((format(printf, 1, 2))) static inline void about(const char *fmt,
							       ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(tap_subject, sizeof(tap_subject), fmt, args);
	va_end(args);
}

/*
 * Prints one test. Its description is printf's, so that tables can name their
 * row.
 */
__attribute__((format(printf, 2, 3))) static inline bool
ok(bool good, const char *fmt, ...)
{
	char name[512];
	va_list args;
	int length = snprintf(name, sizeof(name), "%s%s", tap_subject,
			      *tap_subject ? ": " : "");
	char *p;

	va_start(args, fmt);
	vsnprintf(name + length, sizeof(name) - (size_t)length, fmt, args);
	va_end(args);
	for (p = name; *p; p++)
		if (*p == '#' || (unsigned char)*p < 0x20)
			*p = '.';
	printf("%sok %u - %s\n", good ? "" : "not ", ++tap_count, name);
	tap_failed += !good;
	return good;
}

__attribute__((format(printf, 1, 2))) static inline void diag(const char *fmt,
							      ...)
{
	char text[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printf("# ");
	tap_text(text);
	putchar('\n');
}

#define is_number(got, expected, ...)                                    \
	do {                                                             \
		long long got_ = (long long)(got);                       \
		long long expected_ = (long long)(expected);             \
		if (!ok(got_ == expected_, __VA_ARGS__))                 \
			diag("%s:%d: got %lld, expected %lld", __FILE__, \
			     __LINE__, got_, expected_);                 \
	} while (0)

/* Either string may be NULL. */
#define is_string(got, expected, ...)                                          \
	do {                                                                   \
		const char *got_ = got, *expected_ = expected;                 \
		bool same_ = got_ && expected_ ?                               \
				     strcmp(got_, expected_) == 0 :            \
				     got_ == expected_;                        \
		if (!ok(same_, __VA_ARGS__))                                   \
			diag("%s:%d: got\n\"%s\", expected\n\"%s\"", __FILE__, \
			     __LINE__, got_ ? got_ : "(NULL)",                 \
			     expected_ ? expected_ : "(NULL)");                \
	} while (0)

/* Passes over a test that cannot be made here; in CI that is a failure. */
static inline void skip(const char *name, const char *reason)
{
	if (getenv("CI") && *getenv("CI")) {
		ok(false, "%s", name);
		diag("skipped: %s", reason);
		return;
	}
	printf("ok %u - %s # SKIP %s\n", ++tap_count, name, reason);
}

/* Ends the program if what a test needs in order to run is missing. */
static inline void need(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	printf("Bail out! %s\n", what);
	fflush(NULL);
	_exit(1);
}

/* Prints the plan, and returns the value for main to return. */
static inline int finish(void)
{
	printf("1..%u\n", tap_count);
	return tap_failed > 0 || tap_count == 0;
}

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Returns how many descriptors are open, to find what a call has left. */
static inline unsigned count_descriptors(void)
{
	unsigned count = 0;
	int fd;

	for (fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

#endif
