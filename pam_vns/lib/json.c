/* Escapes text for JSON: UTF-8 by its code points, other bytes as \xNN. */
#include "lib/json.h"

#include <stdint.h>

/*
 * Returns how many bytes the UTF-8 sequence at text has (RFC 3629), with its
 * code point, or 0 if it is none. Overlong forms, surrogates and what lies
 * beyond U+10FFFF are none.
 */
static unsigned decode(const char *text, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned i, length = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;

	if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
		return 0;
	*point = bytes[0] & (0x7fU >> length);
	/* A NUL is no continuation, so nothing behind the end is read. */
	for (i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (bytes[i] & 0x3f);
	}
	if (*point < least[length] || *point > 0x10ffff ||
	    (*point >= 0xd800 && *point < 0xe000))
		return 0;
	return length;
}

static void print_point(FILE *stream, uint32_t point)
{
	if (point < 0x10000) {
		fprintf(stream, "\\u%04x", point);
		return;
	}
	point -= 0x10000;
	fprintf(stream, "\\u%04x\\u%04x", 0xd800 | point >> 10,
		0xdc00 | (point & 0x3ff));
}

static void print_string(FILE *stream, const char *text)
{
	fputc('"', stream);
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		uint32_t point;
		unsigned length;

		if (byte == '"' || byte == '\\') {
			fprintf(stream, "\\%c", byte);
		} else if (byte >= 0x20 && byte < 0x7f) {
			fputc(byte, stream);
		} else if (byte < 0x80) {
			print_point(stream, byte);
		} else if ((length = decode(text, &point)) > 0) {
			print_point(stream, point);
			text += length - 1;
		} else {
			fprintf(stream, "\\\\x%02x", byte);
		}
	}
	fputc('"', stream);
}

void vns_json_member(FILE *stream, const char *key, const char *text)
{
	fprintf(stream, "\"%s\": ", key);
	print_string(stream, text);
}
