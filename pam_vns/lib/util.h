/*
 * Checks of names, paths and numbers, and lists of strings. None of these
 * functions makes system calls.
 */
#ifndef VNS_UTIL_H
#define VNS_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#define VNS_NAME_MAX 64
/* A vserver's name with its terminating NUL. */
typedef char vns_name[VNS_NAME_MAX + 1];

static inline void vns_util_free(void *pointer)
{
	free(*(void **)pointer);
}
#define VNS_AUTOFREE __attribute__((cleanup(vns_util_free)))

/*
 * True if the name has 1 to 64 letters, digits and characters of "_.@-", and
 * begins with a letter or a digit: nothing else may become part of a path. A
 * "%" and two digits with capital letters can stand anywhere: they are how a
 * user's name is written that has other characters (lib/username.h).
 */
bool vns_util_name_valid(const char *name);

/*
 * True if a valid name is that of a template, "NAME@". A template is not a
 * vserver.
 */
bool vns_util_template(const char *name);

/* True if one of the path's components is "." or "..". */
bool vns_util_path_dotted(const char *path);

/*
 * True if the path is absolute and has no empty, "." or ".." components; "/"
 * alone is valid.
 */
bool vns_util_path_valid(const char *path);

/*
 * Writes the path as the kernel reads it, without empty and "." components and
 * without a "/" at the end. Returns false for a path that is not absolute, has
 * a ".." or does not fit.
 */
bool vns_util_path_normal(const char *path, char *dst, size_t size);

/*
 * Parses a number of decimal digits only, without a sign, that is at most max.
 * Anything else returns false and leaves *value alone.
 */
bool vns_util_number(const char *text, unsigned long max, unsigned long *value);

/*
 * Replaces \040 and similar escapes in place, as fstab(5) and mountinfo have
 * them. Returns false if there is another backslash, which stays.
 */
bool vns_util_unescape(char *text);

/*
 * Formats into a buffer. If the text does not fit, this returns false and
 * leaves an empty string in the buffer.
 */
bool vns_util_format(char *buffer, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A growing, NULL-terminated array of owned strings. */
struct vns_strings {
	char **items; /* NULL while empty */
	size_t count;
};

/* Appends a copy of text. Returns 0 or -ENOMEM. */
int vns_strings_add(struct vns_strings *list, const char *text);
/* Appends "name=value", as in an environment. Returns 0 or -ENOMEM. */
int vns_strings_add_variable(struct vns_strings *list, const char *name,
			     const char *value);
/* Sorts by strcmp(3). */
void vns_strings_sort(struct vns_strings *list);
/* Sorts, and drops strings that are there already. */
void vns_strings_unique(struct vns_strings *list);
void vns_strings_free(struct vns_strings *list);

#endif
