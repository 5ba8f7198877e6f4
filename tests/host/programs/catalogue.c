/*
 * catalogue CHARSET MSGID: prints a gettext catalogue that translates MSGID and
 * says that it is in CHARSET. A program that shows the translation loads
 * CHARSET's converter.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MAGIC 0x950412deU
#define STRINGS 28U
#define TEXTS (STRINGS + 4 * 8)

int main(int argc, char **argv)
{
	const char *translation = "TRANSLATED BY THE TENANT";
	char header[256];
	uint32_t head[7] = { MAGIC, 0, 2, STRINGS, STRINGS + 16, 0, TEXTS };
	uint32_t table[8], at = TEXTS;
	const char *texts[4];
	size_t i;

	if (argc != 3)
		return 2;
	snprintf(header, sizeof(header),
		 "Content-Type: text/plain; charset=%s\n", argv[1]);
	texts[0] = "";
	texts[1] = argv[2];
	texts[2] = header;
	texts[3] = translation;
	for (i = 0; i < 4; i++) {
		table[2 * i] = (uint32_t)strlen(texts[i]);
		table[2 * i + 1] = at;
		at += table[2 * i] + 1;
	}
	fwrite(head, sizeof(head), 1, stdout);
	fwrite(table, sizeof(table), 1, stdout);
	for (i = 0; i < 4; i++)
		fwrite(texts[i], strlen(texts[i]) + 1, 1, stdout);
	return 0;
}
