/* Copies a string, and puts in a table's value for each % and its letter. */
#include "lib/subst.h"

#include "lib/util.h"

#include <errno.h>
#include <string.h>

static const struct vns_subst *find(const struct vns_subst *table, char letter)
{
	for (; table->letter; table++)
		if (table->letter == letter)
			return table;
	return NULL;
}

/* A directory service may have any names: "..", "-rf", "a;reboot". */
static int distrust(const struct vns_subst *entry, const char *text,
		    struct vns_error *err)
{
	return vns_error_set(err, EINVAL,
			     "\"%%%c\" in \"%s\" is \"%s\" here: it must be "
			     "a name of at most %d letters, digits and "
			     "\"_.@+-\" that begins with a letter, a digit or "
			     "\"_\"",
			     entry->letter, text, entry->value, VNS_NAME_MAX);
}

int vns_subst_expand(const char *text, const struct vns_subst *table, char *dst,
		     size_t size, struct vns_error *err)
{
	const char *start = text;
	size_t used = 0;

	for (; *text; text++) {
		const struct vns_subst *entry;
		const char *piece = text;
		size_t length = 1;

		if (*text == '%' && *++text != '%') {
			entry = *text ? find(table, *text) : NULL;
			if (!entry || !entry->value)
				return vns_error_set(err, EINVAL,
						     "\"%%%.1s\" in \"%s\" has "
						     "no value here",
						     text, start);
			if (!vns_util_user_valid(entry->value))
				return distrust(entry, start, err);
			piece = entry->value;
			length = strlen(piece);
		}
		if (used + length >= size)
			return vns_error_set(err, ENAMETOOLONG,
					     "\"%s\" becomes too long", start);
		memcpy(dst + used, piece, length);
		used += length;
	}
	dst[used] = '\0';
	return 0;
}

bool vns_subst_valid(const char *text, const char *letters)
{
	for (; *text; text++)
		if (*text == '%' &&
		    (!*++text || (*text != '%' && !strchr(letters, *text))))
			return false;
	return true;
}
