/*
 * Any bytes as what the module asks: refused, or the same bytes when they are
 * packed again.
 */
#include "wire/ask.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vns_strings fields = { 0 };
	struct vns_error err = { "" };
	char *text = malloc(size ? size : 1), *back = NULL;
	struct vns_ask ask;
	size_t length, i;
	int rc;

	HOLDS(text);
	/* Its seeds are readable: a line of them is a string. */
	for (i = 0; i < size; i++)
		text[i] = data[i] == '\n' ? '\0' : (char)data[i];
	rc = vns_ask_unpack(text, size, &fields, &ask, &err);
	HOLDS(rc == 0 || rc == -EINVAL || rc == -EPROTO);
	HOLDS((rc < 0) == (err.text[0] != '\0'));
	if (rc == 0) {
		HOLDS(ask.phase <= VNS_ASK_PLACED && ask.config[0] == '/');
		HOLDS(ask.who.user[0] && ask.who.service[0]);
		HOLDS(!ask.cwd || ask.cwd[0] == '/');
		HOLDS(!ask.terminal || ask.terminal[0] == '/');
		HOLDS(vns_ask_pack(&ask, &back, &length, &err) == 0);
		HOLDS(length == size && memcmp(back, text, size) == 0);
	}
	vns_strings_free(&fields);
	free(back);
	free(text);
	return 0;
}
