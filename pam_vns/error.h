/*
 * What went wrong, in words an administrator can act on.
 *
 * A fallible call returns 0 or a negative errno and fills its struct vns_error
 * if and only if it fails. Callers add context in front; the outermost layer
 * logs once. The buffer is fixed, so reporting needs no memory.
 */
#ifndef VNS_ERROR_H
#define VNS_ERROR_H

#include <stddef.h>

#define VNS_ERROR_MAX 768

struct vns_error {
	char text[VNS_ERROR_MAX];
};

/*
 * Sets the text; returns -code, so that callers can return the call (-EIO if
 * code is not positive).
 */
int vns_error_set(struct vns_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As vns_error_set, with ": " and the (untranslated) words of errno code. */
int vns_error_errno(struct vns_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "context: " before the text. */
void vns_error_context(struct vns_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

int vns_error_memory(struct vns_error *err);

#endif
