/*
 * Formats error messages into their fixed buffer, and puts context in front of
 * the text that is there.
 */
#include "lib/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int vns_error_text(struct vns_error *err, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return -code;
}

int vns_error_words(struct vns_error *err, int code, const char *fmt, ...)
{
	/*
	 * strerror() may load a message catalogue; strerrordesc_np() never
	 * does.
	 */
	const char *words = strerrordesc_np(code);
	size_t length;
	va_list args;

	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	length = strlen(err->text);
	snprintf(err->text + length, sizeof(err->text) - length, ": %s",
		 words ? words : "unknown error");
	return -code;
}

void vns_error_context(struct vns_error *err, const char *fmt, ...)
{
	char context[VNS_ERROR_MAX / 2];
	size_t length, kept;
	va_list args;

	va_start(args, fmt);
	vsnprintf(context, sizeof(context) - 2, fmt, args);
	va_end(args);
	length = strlen(context);
	memcpy(context + length, ": ", 3);
	length += 2;
	kept = strnlen(err->text, sizeof(err->text) - 1 - length);
	memmove(err->text + length, err->text, kept);
	err->text[length + kept] = '\0';
	memcpy(err->text, context, length);
}
