#include "lib/json.h"

#include "lib/log.h"

static void print_string(FILE *stream, const char *text)
{
	char escaped[4096];
	const char *at;

	vns_log_escape(escaped, sizeof(escaped), text);
	fputc('"', stream);
	for (at = escaped; *at; at++) {
		if (*at == '"' || *at == '\\')
			fputc('\\', stream);
		fputc(*at, stream);
	}
	fputc('"', stream);
}

void vns_json_member(FILE *stream, const char *key, const char *text)
{
	fprintf(stream, "\"%s\": ", key);
	print_string(stream, text);
}
