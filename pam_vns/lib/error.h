/*
 * Makes error messages: what went wrong, in words an administrator can act on.
 *
 * A function that can fail returns 0 or a negative errno and fills its struct
 * vns_error if and only if it fails. Callers add context in front of the text;
 * the outermost layer logs it once. The buffer is fixed, so reporting an error
 * needs no memory.
 */
#ifndef VNS_ERROR_H
#define VNS_ERROR_H

#include <errno.h>
#include <stddef.h>

#define VNS_ERROR_MAX 768

struct vns_error {
	char text[VNS_ERROR_MAX];
};

/*
 * vns_error_set(err, code, format, ...) sets the text and returns -code, so
 * that callers can return the call (-EIO if code is not positive).
 *
 * vns_error_errno(...) does the same and puts ": " and the untranslated words
 * for errno code behind the text.
 */
#define vns_error_set(...) vns_error_negative(vns_error_text(__VA_ARGS__))
#define vns_error_errno(...) vns_error_negative(vns_error_words(__VA_ARGS__))

int vns_error_text(struct vns_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int vns_error_words(struct vns_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Makes sure that a failure never passes for a success. This is inline so that
 * static analyzers know it.
 */
static inline int vns_error_negative(int rc)
{
	return rc < 0 ? rc : -EIO;
}

static inline int vns_error_memory(struct vns_error *err)
{
	return vns_error_set(err, ENOMEM, "out of memory");
}

/* Puts "context: " before the text. */
void vns_error_context(struct vns_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
