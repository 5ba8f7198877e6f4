/*
 * Adds and looks up keys in a list of strings, and joins the list to one text
 * or splits such a text again.
 */
#include "vserver/record.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

int vns_record_add_who(struct vns_strings *record, const struct vns_who *who)
{
	if (vns_fields_add(record, "user", who->user) < 0 ||
	    vns_fields_add(record, "ruser", who->ruser) < 0 ||
	    vns_fields_add(record, "rhost", who->rhost) < 0 ||
	    vns_fields_add(record, "tty", who->tty) < 0 ||
	    vns_fields_add(record, "service", who->service) < 0)
		return -ENOMEM;
	return 0;
}

struct vns_who vns_record_who(const struct vns_strings *record)
{
	return (struct vns_who){
		.user = vns_fields_get(record, "user"),
		.ruser = vns_fields_get(record, "ruser"),
		.service = vns_fields_get(record, "service"),
		.tty = vns_fields_get(record, "tty"),
		.rhost = vns_fields_get(record, "rhost"),
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
		const char *value =
			vns_fields_value(record->items[*at], "word");

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
		value = vns_fields_value(record->items[(*at)++], "close");
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
