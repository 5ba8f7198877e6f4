#include "lib/json.h"

static void print_string(FILE *stream, const char *text)
{
	fputc('"', stream);
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(stream, "\\%c", byte);
		else if (byte >= 0x20 && byte < 0x7f)
			fputc(byte, stream);
		else if (byte < 0x80)
			fprintf(stream, "\\u%04x", byte);
		else
			fprintf(stream, "\\\\x%02x", byte);
	}
	fputc('"', stream);
}

void vns_json_member(FILE *stream, const char *key, const char *text)
{
	fprintf(stream, "\"%s\": ", key);
	print_string(stream, text);
}
