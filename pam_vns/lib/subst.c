/* Copies a string, and puts in a table's value for each % and its letter. */
#include "lib/subst.h"

#include "lib/username.h"
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

/*
 * Finds what is put in. A directory service may have any names: "..", "-rf",
 * "a;reboot".
 */
static int find_piece(const struct vns_subst *entry, const char *text,
		      vns_name piece, struct vns_error *err)
{
	bool fits = entry->account ? vns_username_encode(entry->value, piece,
							 sizeof(vns_name)) :
				     vns_util_format(piece, sizeof(vns_name),
						     "%s", entry->value);

	if (fits && vns_util_name_valid(piece))
		return 0;
	return vns_error_set(err, EINVAL,
			     "\"%%%c\" in \"%s\" is \"%s\" here, which %s",
			     entry->letter, text, entry->value,
			     fits || !*entry->value ?
				     "is not valid as a part of a name" :
				     "becomes more than 64 characters");
}

int vns_subst_expand(const char *text, const struct vns_subst *table, char *dst,
		     size_t size, struct vns_error *err)
{
	const char *start = text;
	size_t used = 0;

	for (; *text; text++) {
		const struct vns_subst *entry;
		vns_name piece = { *text, '\0' };
		size_t length;

		if (*text == '%' && *++text != '%') {
			entry = *text ? find(table, *text) : NULL;
			if (!entry || !entry->value)
				return vns_error_set(err, EINVAL,
						     "\"%%%.1s\" in \"%s\" has "
						     "no value here",
						     text, start);
			if (find_piece(entry, start, piece, err) < 0)
				return -EINVAL;
		}
		length = strlen(piece);
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
