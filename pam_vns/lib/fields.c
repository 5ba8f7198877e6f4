/* Finds fields in lists of strings "KEY=VALUE", and adds them. */
#include "lib/fields.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

const char *vns_fields_value(const char *item, const char *key)
{
	size_t length = strlen(key);

	return strncmp(item, key, length) == 0 && item[length] == '=' ?
		       item + length + 1 :
		       NULL;
}

const char *vns_fields_get(const struct vns_strings *fields, const char *key)
{
	const char *value;
	size_t i;

	for (i = 0; i < fields->count; i++) {
		value = vns_fields_value(fields->items[i], key);
		if (value)
			return value;
	}
	return "";
}

bool vns_fields_number(const struct vns_strings *fields, const char *key,
		       unsigned long *number)
{
	return vns_util_number(vns_fields_get(fields, key), ULONG_MAX, number);
}

int vns_fields_add(struct vns_strings *fields, const char *key,
		   const char *value)
{
	return value && *value ? vns_strings_add_variable(fields, key, value) :
				 0;
}

char *vns_fields_join(const struct vns_strings *fields, size_t *length)
{
	size_t i, used = 0;
	char *text;

	for (i = 0; i < fields->count; i++)
		used += strlen(fields->items[i]) + 1;
	text = malloc(used + 1);
	if (!text)
		return NULL;
	*length = used;
	for (i = 0, used = 0; i < fields->count; i++) {
		size_t size = strlen(fields->items[i]) + 1;

		memcpy(text + used, fields->items[i], size);
		used += size;
	}
	text[used] = '\0';
	return text;
}

int vns_fields_split(const char *text, size_t length,
		     struct vns_strings *fields)
{
	const char *end = text + length;

	if (length == 0 || end[-1] != '\0')
		return -EINVAL;
	for (; text < end; text += strlen(text) + 1) {
		if (!strchr(text, '='))
			return -EINVAL;
		if (vns_strings_add(fields, text) < 0)
			return -ENOMEM;
	}
	return 0;
}
