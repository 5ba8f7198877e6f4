/* Small things with no system calls in them. */
#ifndef VNS_UTIL_H
#define VNS_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#define VNS_NAME_MAX 64
/* A vserver's name, with its terminator. */
typedef char vns_name[VNS_NAME_MAX + 1];

static inline void vns_util_free(void *pointer)
{
	free(*(void **)pointer);
}
#define VNS_AUTOFREE __attribute__((cleanup(vns_util_free)))

/* [A-Za-z0-9][A-Za-z0-9_.@-]{0,63}: nothing else may become part of a path. */
bool vns_util_name_valid(const char *name);

/* Whether a valid name is that of a template, which is no vserver: "NAME@". */
bool vns_util_template(const char *name);

/*
 * A user's name that can be a file's: as useradd(8) allows them and a little
 * more, [A-Za-z0-9_][A-Za-z0-9_.@+-]*[$]?, at most 64 characters.
 */
bool vns_util_user_valid(const char *name);

/* Absolute, without empty, "." or ".." components; "/" alone is valid. */
bool vns_util_path_valid(const char *path);

/* Decimal digits only, no sign, at most max; false leaves *value alone. */
bool vns_util_number(const char *text, unsigned long max, unsigned long *value);

/*
 * Formats into a buffer; false if it did not fit, and then the buffer holds
 * an empty string.
 */
bool vns_util_format(char *buffer, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A growing, NULL-terminated array of owned strings. */
struct vns_strings {
	char **items; /* NULL while empty */
	size_t count;
};

/* 0 or -ENOMEM; copies text. */
int vns_strings_add(struct vns_strings *list, const char *text);
/* "name=value", as in an environment. 0 or -ENOMEM. */
int vns_strings_add_variable(struct vns_strings *list, const char *name,
			     const char *value);
void vns_strings_free(struct vns_strings *list);

#endif
