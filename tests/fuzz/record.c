/*
 * Fuzzes the reader of sessions' records: any bytes give either an error, or
 * strings that are the same when they are written and read once more, and hooks
 * that can be run.
 */
#include "vserver/record.h"

#include "fuzz.h"

#include <errno.h>

/* Those that are read must be those that are written. */
static void check_hooks(const struct vns_strings *record)
{
	struct vns_strings copy = { 0 };
	struct vns_hook hook, again;
	size_t at = 0, from = 0, other = 0, i;

	while (vns_record_next_hook(record, &at, &hook) > 0) {
		HOLDS(at > from && at <= record->count);
		from = at;
		HOLDS(hook.command.count > 0 && hook.timeout <= 2147483647);
		HOLDS(vns_record_add_hook(&copy, &hook) == 0);
		HOLDS(vns_record_next_hook(&copy, &other, &again) == 1);
		HOLDS(again.timeout == hook.timeout);
		HOLDS(again.command.count == hook.command.count);
		for (i = 0; i < hook.command.count; i++)
			HOLDS(strcmp(again.command.items[i],
				     hook.command.items[i]) == 0);
		HOLDS(!hook.command.items[hook.command.count]);
		vns_strings_free(&hook.command);
		vns_strings_free(&again.command);
	}
	HOLDS(at == record->count && !hook.command.items);
	vns_strings_free(&copy);
}

static void check_values(const struct vns_strings *record)
{
	static const char *const keys[] = { "user", "vserver", "pid", "stop" };
	unsigned long number;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *value = vns_fields_get(record, keys[i]);

		HOLDS(value);
		if (vns_fields_number(record, keys[i], &number))
			HOLDS(value[0] >= '0' && value[0] <= '9');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vns_strings record = { 0 }, back = { 0 };
	char *text = malloc(size ? size : 1), *joined;
	size_t length, i;
	int rc;

	HOLDS(text);
	/* Its seeds are readable: a line of them is a string. */
	for (i = 0; i < size; i++)
		text[i] = data[i] == '\n' ? '\0' : (char)data[i];
	rc = vns_fields_split(text, size, &record);
	HOLDS(rc == 0 || rc == -EINVAL);
	for (i = 0; i < record.count; i++)
		HOLDS(strchr(record.items[i], '='));
	check_values(&record);
	check_hooks(&record);
	if (rc == 0) {
		joined = vns_fields_join(&record, &length);
		HOLDS(joined && length == size);
		HOLDS(memcmp(joined, text, size) == 0);
		HOLDS(vns_fields_split(joined, length, &back) == 0);
		HOLDS(back.count == record.count);
		free(joined);
	}
	vns_strings_free(&record);
	vns_strings_free(&back);
	free(text);
	return 0;
}
