/*
 * Fuzzes the lists of rules: the first line of the input is a value, and each
 * other line is an item. One item and the same item excluded must always be
 * opposites.
 */
#include "config/match.h"

#include "fuzz.h"

typedef bool (*matcher)(const struct vns_strings *list, const char *value);

static void check_item(matcher match, const char *item, const char *value)
{
	char *excluded = malloc(strlen(item) + 2);
	char *one[] = { (char *)item, NULL }, *other[] = { excluded, NULL };
	const struct vns_strings in = { one, 1 }, out = { other, 1 };

	HOLDS(excluded);
	sprintf(excluded, "!%s", item);
	if (item[0] != '!')
		HOLDS(match(&in, value) != match(&out, value));
	free(excluded);
}

static void check_uid(const char *item, unsigned long uid)
{
	char *one[] = { (char *)item, NULL };
	const struct vns_strings list = { one, 1 };

	if (item[0] != '!' && !vns_match_uid_valid(item))
		HOLDS(!vns_match_uid(&list, uid));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size), *save = NULL;
	char *value = strtok_r(text, "\n", &save), *item;
	struct vns_strings all = { NULL, 0 };
	unsigned long uid;

	while (value && (item = strtok_r(NULL, "\n", &save))) {
		/* Stars in a row make any glob slow. */
		if (strlen(item) > 48 || strlen(value) > 256)
			continue;
		HOLDS(vns_strings_add(&all, item) == 0);
		check_item(vns_match_glob, item, value);
		check_item(vns_match_rhost, item, value);
		if (vns_util_number(value, 0xfffffffe, &uid))
			check_uid(item, uid);
		if (strchr(item, '/') && !vns_match_rhost_valid(item)) {
			vns_strings_free(&all);
			free(text);
			return -1;
		}
	}
	if (value && strlen(value) <= 256) {
		vns_match_glob(&all, value);
		vns_match_rhost(&all, value);
		HOLDS(vns_match_exact(&all, value) || !all.count ||
		      strcmp(all.items[0], value) != 0);
	}
	vns_strings_free(&all);
	free(text);
	return 0;
}
