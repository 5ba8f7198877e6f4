/*
 * Adds and looks up keys in a list of strings, and joins the list to one text
 * or splits such a text again.
 */
#include "vserver/record.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Returns the value if item is the string for key, otherwise NULL. */
static const char *value_of(const char *item, const char *key)
{
	size_t length = strlen(key);

	return strncmp(item, key, length) == 0 && item[length] == '=' ?
		       item + length + 1 :
		       NULL;
}

const char *vns_record_get(const struct vns_strings *record, const char *key)
{
	const char *value;
	size_t i;

	for (i = 0; i < record->count; i++) {
		value = value_of(record->items[i], key);
		if (value)
			return value;
	}
	return "";
}

bool vns_record_number(const struct vns_strings *record, const char *key,
		       unsigned long *number)
{
	return vns_util_number(vns_record_get(record, key), ULONG_MAX, number);
}

int vns_record_add(struct vns_strings *record, const char *key,
		   const char *value)
{
	return value && *value ? vns_strings_add_variable(record, key, value) :
				 0;
}

int vns_record_add_who(struct vns_strings *record, const struct vns_who *who)
{
	if (vns_record_add(record, "user", who->user) < 0 ||
	    vns_record_add(record, "ruser", who->ruser) < 0 ||
	    vns_record_add(record, "rhost", who->rhost) < 0 ||
	    vns_record_add(record, "tty", who->tty) < 0 ||
	    vns_record_add(record, "service", who->service) < 0)
		return -ENOMEM;
	return 0;
}

struct vns_who vns_record_who(const struct vns_strings *record)
{
	return (struct vns_who){
		.user = vns_record_get(record, "user"),
		.ruser = vns_record_get(record, "ruser"),
		.service = vns_record_get(record, "service"),
		.tty = vns_record_get(record, "tty"),
		.rhost = vns_record_get(record, "rhost"),
	};
}

int vns_record_add_hook(struct vns_strings *record, const struct vns_hook *hook)
{
	char timeout[16];
	size_t i;

	if (!hook || hook->command.count == 0)
		return 0;
	snprintf(timeout, sizeof(timeout), "%u", hook->timeout);
	if (vns_strings_add_variable(record, "close", timeout) < 0)
		return -ENOMEM;
	for (i = 0; i < hook->command.count; i++)
		if (vns_strings_add_variable(record, "word",
					     hook->command.items[i]) < 0)
			return -ENOMEM;
	return 0;
}

/* Adds the words that begin at *at to words, and moves *at behind them. */
static int take_words(const struct vns_strings *record, size_t *at,
		      struct vns_strings *words)
{
	for (; *at < record->count; ++*at) {
		const char *value = value_of(record->items[*at], "word");

		if (!value)
			break;
		if (vns_strings_add(words, value) < 0) {
			vns_strings_free(words);
			return -ENOMEM;
		}
	}
	return 0;
}

int vns_record_next_hook(const struct vns_strings *record, size_t *at,
			 struct vns_hook *hook)
{
	unsigned long timeout;
	const char *value;

	memset(hook, 0, sizeof(*hook));
	while (*at < record->count) {
		value = value_of(record->items[(*at)++], "close");
		if (!value || !vns_util_number(value, INT_MAX, &timeout))
			continue;
		if (take_words(record, at, &hook->command) < 0)
			return -ENOMEM;
		/* A hook without words runs nothing. */
		if (hook->command.count == 0)
			continue;
		hook->timeout = (unsigned)timeout;
		return 1;
	}
	return 0;
}

char *vns_record_join(const struct vns_strings *record, size_t *length)
{
	size_t i, used = 0;
	char *text;

	for (i = 0; i < record->count; i++)
		used += strlen(record->items[i]) + 1;
	text = malloc(used + 1);
	if (!text)
		return NULL;
	*length = used;
	for (i = 0, used = 0; i < record->count; i++) {
		size_t size = strlen(record->items[i]) + 1;

		memcpy(text + used, record->items[i], size);
		used += size;
	}
	text[used] = '\0';
	return text;
}

int vns_record_split(const char *text, size_t length,
		     struct vns_strings *record)
{
	const char *end = text + length;

	if (length == 0 || end[-1] != '\0')
		return -EINVAL;
	for (; text < end; text += strlen(text) + 1) {
		if (!strchr(text, '='))
			return -EINVAL;
		if (vns_strings_add(record, text) < 0)
			return -ENOMEM;
	}
	return 0;
}
