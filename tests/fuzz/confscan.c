/*
 * Fuzzes the scanner of configuration files: any bytes give either an error
 * message, or a text with the same lines and no comment.
 */
#include "config/scan.h"

#include "fuzz.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size ? size : 1);
	struct vns_error err = { "" };
	size_t i;
	int rc;

	HOLDS(text);
	if (size)
		memcpy(text, data, size);
	rc = vns_scan_clean(text, size, "f", &err);
	HOLDS(rc == 0 || rc == -EINVAL);
	HOLDS((rc == 0) == (err.text[0] == '\0'));
	HOLDS(rc == 0 || strncmp(err.text, "f:", 2) == 0);
	for (i = 0; rc == 0 && i < size; i++) {
		HOLDS(text[i] && text[i] != '$');
		HOLDS((text[i] == '\n') == (data[i] == '\n'));
		HOLDS(text[i] == (char)data[i] || text[i] == ' ');
	}
	if (rc == 0) {
		char *again = malloc(size ? size : 1);

		HOLDS(again);
		memcpy(again, text, size);
		HOLDS(vns_scan_clean(again, size, "f", &err) == 0);
		HOLDS(memcmp(again, text, size) == 0);
		free(again);
	}
	free(text);
	return 0;
}
