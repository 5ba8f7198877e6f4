/*
 * Formats a message, escapes what is not printable ASCII, and hands the line to
 * the function that the entry point has set.
 */
#include "lib/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void vns_log_escape(char *dst, size_t size, const char *src)
{
	static const char hex[] = "0123456789abcdef";
	size_t out = 0;

	for (; *src; src++) {
		unsigned char byte = (unsigned char)*src;
		bool plain = byte >= 0x20 && byte < 0x7f && byte != '\\';

		if (out + (plain ? 1 : 4) >= size)
			break;
		if (plain) {
			dst[out++] = *src;
			continue;
		}
		dst[out++] = '\\';
		dst[out++] = 'x';
		dst[out++] = hex[byte >> 4];
		dst[out++] = hex[byte & 15];
	}
	dst[out] = '\0';
}

void vns_log_write(const struct vns_log *log, enum vns_log_level level,
		   const char *fmt, ...)
{
	char raw[1024], text[2048];
	va_list args;

	if (!log || !log->write || (level == VNS_LOG_DEBUG && !log->debug))
		return;
	va_start(args, fmt);
	vsnprintf(raw, sizeof(raw), fmt, args);
	va_end(args);
	vns_log_escape(text, sizeof(text), raw);
	log->write(log->context, level, text);
}
