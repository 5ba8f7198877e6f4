/*
 * Formats lines, escapes what is not printable ASCII, quotes values, and hands
 * each line to the function that the entry point has set.
 */
#include "lib/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char hex[] = "0123456789abcdef";

/* --- text ----------------------------------------------------------------- */

/* Writes \xNN, and returns how many bytes that are. */
static size_t put_hex(char *text, unsigned char byte)
{
	text[0] = '\\';
	text[1] = 'x';
	text[2] = hex[byte >> 4];
	text[3] = hex[byte & 15];
	return 4;
}

static bool is_printable(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f;
}

void vns_log_escape(char *dst, size_t size, const char *src)
{
	size_t out = 0;

	for (; *src; src++) {
		unsigned char byte = (unsigned char)*src;
		bool plain = is_printable(byte) && byte != '\\';

		if (out + (plain ? 1 : 4) >= size)
			break;
		if (plain)
			dst[out++] = *src;
		else
			out += put_hex(dst + out, byte);
	}
	dst[out] = '\0';
}

static int digit(char c)
{
	const char *at = c ? strchr(hex, c) : NULL;

	return at ? (int)(at - hex) : -1;
}

/* Returns the byte that \xNN at text stands for, or 0 if it is none. */
static char byte_at(const char *text)
{
	int high, low;

	if (text[0] != '\\' || text[1] != 'x')
		return 0;
	high = digit(text[2]);
	low = high < 0 ? -1 : digit(text[3]);
	return (char)(low < 0 ? 0 : high * 16 + low);
}

void vns_log_unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		const char byte = byte_at(text);

		*to++ = byte ? byte : *text;
		text += byte ? 3 : 0;
	}
	*to = '\0';
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

/* --- values --------------------------------------------------------------- */

static bool is_word(const char *src, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (!is_printable((unsigned char)src[i]) ||
		    strchr(" \"\\=", src[i]))
			return false;
	/* ":" at the end is where the reason begins. */
	return length == 0 || src[length - 1] != ':';
}

/* Writes a byte as it is in quotes, and returns how many bytes that are. */
static size_t put_quoted(char text[4], char c)
{
	if (!is_printable((unsigned char)c) || c == '=')
		return put_hex(text, (unsigned char)c);
	text[0] = '\\';
	if (c == '"' || c == '\\') {
		text[1] = c;
		return 2;
	}
	text[0] = c;
	return 1;
}

static void put_value(char *dst, size_t size, const char *src, size_t max,
		      bool quoted)
{
	const size_t length = strnlen(src, max < size ? max : size - 1);
	size_t out = 0, i, used;
	char text[4];

	if (!quoted && is_word(src, length)) {
		memcpy(dst, src, length);
		dst[length] = '\0';
		return;
	}
	dst[out++] = '"';
	for (i = 0; i < length; i++, out += used) {
		used = put_quoted(text, src[i]);
		if (out + used + 2 > size)
			break;
		memcpy(dst + out, text, used);
	}
	dst[out++] = '"';
	dst[out] = '\0';
}

void vns_log_value(char *dst, size_t size, const char *src)
{
	put_value(dst, size, src, size, false);
}

/* --- lines with facts ----------------------------------------------------- */

/* Each byte of a value may become four; the rest is a NUL and quotes. */
#define VALUE_MAX 255
#define VALUE_SIZE (4 * VALUE_MAX + 3)

void vns_log_facts(char *text, size_t size, const struct vns_log_fact *facts,
		   size_t count)
{
	char value[VALUE_SIZE];
	size_t used = 0, i;
	int length;

	text[0] = '\0';
	for (i = 0; i < count; i++) {
		put_value(value, sizeof(value),
			  facts[i].value ? facts[i].value : "", facts[i].max,
			  facts[i].quoted);
		length = snprintf(text + used, size - used, "%s%s=%s",
				  i ? " " : "", facts[i].key, value);
		if (length < 0 || (size_t)length >= size - used) {
			text[used] = '\0';
			return;
		}
		used += (size_t)length;
	}
}

void vns_log_login(char text[VNS_LOG_FACTS], const struct vns_who *who,
		   const char *rule, const char *vserver, const char *pid)
{
	/* What strangers send is cut off, to leave room for the reason. */
	const struct vns_log_fact facts[] = {
		{ "user", who->user, 128, false },
		{ "service", who->service, 64, false },
		{ "tty", who->tty, 64, false },
		{ "rhost", who->rhost, VALUE_MAX, false },
		{ "rule", rule, VALUE_MAX, true },
		{ "vserver", vserver, 64, false },
		{ "pid", pid, 16, false },
	};
	const size_t count = sizeof(facts) / sizeof(facts[0]);

	vns_log_facts(text, VNS_LOG_FACTS, facts, pid ? count : count - 1);
}

void vns_log_trace(const struct vns_log *log, enum vns_log_level level,
		   const char *word, const char *facts, const char *reason)
{
	char line[VNS_LOG_LINE];
	size_t length;

	if (!log || !log->write || (level == VNS_LOG_DEBUG && !log->debug))
		return;
	snprintf(line, sizeof(line), "%s %s%s", word, facts,
		 reason ? ": " : "");
	length = strlen(line);
	vns_log_escape(line + length, sizeof(line) - length,
		       reason ? reason : "");
	log->write(log->context, level, line);
}
