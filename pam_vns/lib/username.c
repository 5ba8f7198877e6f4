/*
 * Writes each byte that a vserver's name cannot have as "%" and two digits, and
 * reads them back.
 */
#include "lib/username.h"

#include "lib/util.h"

#include <string.h>

static const char digits[] = "0123456789ABCDEF";

/* The rule of names, for one character; "%" is one that does not stay. */
static bool stays(char c, bool first)
{
	const char name[] = { first ? c : 'x', first ? '\0' : c, '\0' };

	return c != '%' && vns_util_name_valid(name);
}

bool vns_username_encode(const char *name, char *dst, size_t size)
{
	size_t used = 0, i;

	for (i = 0; name[i]; i++) {
		unsigned char byte = (unsigned char)name[i];
		bool plain = stays(name[i], i == 0);

		if (used + (plain ? 1 : 3) >= size)
			return false;
		if (!plain) {
			dst[used++] = '%';
			dst[used++] = digits[byte >> 4];
		}
		dst[used++] = plain ? name[i] : digits[byte & 15];
	}
	if (used == 0)
		return false;
	dst[used] = '\0';
	return true;
}

bool vns_username_decode(const char *text, char *dst, size_t size)
{
	VNS_AUTOFREE char *again = NULL;
	size_t length = strlen(text), used = 0;
	const char *at = text;

	while (*at && used + 1 < size) {
		const char *high = NULL, *low = NULL;

		if (*at != '%') {
			dst[used++] = *at++;
			continue;
		}
		high = at[1] ? strchr(digits, at[1]) : NULL;
		low = high && at[2] ? strchr(digits, at[2]) : NULL;
		if (!low)
			return false;
		dst[used++] = (char)((high - digits) << 4 | (low - digits));
		at += 3;
	}
	if (*at)
		return false;
	dst[used] = '\0';
	/* There is one way only to write a name. */
	again = malloc(length + 1);
	return again && vns_username_encode(dst, again, length + 1) &&
	       strcmp(again, text) == 0;
}
