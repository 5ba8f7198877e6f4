/*
 * Fuzzes how names of accounts are written: the input is a name, and what a
 * name may have been written as.
 */
#include "lib/username.h"
#include "lib/util.h"

#include "fuzz.h"

static void check_name(const char *name)
{
	vns_username text, again;
	char around[VNS_USERNAME_MAX + 8], vserver[VNS_USERNAME_MAX + 8];

	if (!vns_username_encode(name, text, sizeof(text)))
		return;
	HOLDS(vns_username_decode(text, again, sizeof(again)));
	HOLDS(strcmp(name, again) == 0);
	HOLDS(!strpbrk(text, "/\\ \n$;*?+") && text[0] != '.');
	snprintf(around, sizeof(around), "/%s/", text);
	HOLDS(!vns_util_path_dotted(around));
	snprintf(vserver, sizeof(vserver), "c@%s", text);
	HOLDS(vns_util_name_valid(vserver) ==
	      (strlen(vserver) <= VNS_NAME_MAX));
	/* What is a name already stays so, unless it looks written. */
	HOLDS(!vns_util_name_valid(name) || strchr(name, '%') ||
	      strcmp(name, text) == 0);
}

static void check_text(const char *text)
{
	vns_username name, again;

	if (!vns_username_decode(text, name, sizeof(name)))
		return;
	HOLDS(vns_username_encode(name, again, sizeof(again)));
	HOLDS(strcmp(text, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);

	check_name(text);
	check_text(text);
	free(text);
	return 0;
}
