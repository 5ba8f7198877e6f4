/*
 * Goes through a rule's list and compares each item with the value: as a
 * pattern, a range of ids, a network, or a terminal's name.
 */
#include "config/match.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <limits.h>
#include <string.h>

typedef bool (*match_item)(const char *item, const void *value);

static bool match_list(const struct vns_strings *list, match_item match,
		       const void *value)
{
	bool included = false, any = false;
	size_t i;

	for (i = 0; i < list->count; i++) {
		const char *item = list->items[i];

		if (item[0] == '!') {
			if (match(item + 1, value))
				return false;
			continue;
		}
		any = true;
		included = included || match(item, value);
	}
	return included || !any;
}

static bool glob_item(const char *item, const void *value)
{
	return fnmatch(item, value, FNM_NOESCAPE) == 0;
}

bool vns_match_glob(const struct vns_strings *list, const char *value)
{
	return match_list(list, glob_item, value ? value : "");
}

static bool parse_range(const char *item, unsigned long *low,
			unsigned long *high)
{
	const char *dash = strchr(item, '-');
	char first[24];

	if (!dash)
		return vns_util_number(item, UINT_MAX - 1, low) &&
		       vns_util_number(item, UINT_MAX - 1, high);
	if ((size_t)(dash - item) >= sizeof(first))
		return false;
	memcpy(first, item, (size_t)(dash - item));
	first[dash - item] = '\0';
	return vns_util_number(first, UINT_MAX - 1, low) &&
	       vns_util_number(dash + 1, UINT_MAX - 1, high) && *low <= *high;
}

bool vns_match_uid_valid(const char *item)
{
	unsigned long low, high;

	return parse_range(item, &low, &high);
}

static bool uid_item(const char *item, const void *value)
{
	unsigned long uid = *(const unsigned long *)value, low, high;

	return parse_range(item, &low, &high) && uid >= low && uid <= high;
}

bool vns_match_uid(const struct vns_strings *list, unsigned long uid)
{
	return match_list(list, uid_item, &uid);
}

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

/* Parses every address as IPv6, so that ::ffff:192.0.2.1 is 192.0.2.1. */
static bool parse_address(const char *text, unsigned char address[16])
{
	if (inet_pton(AF_INET, text, address + 12) == 1) {
		memcpy(address, mapped, sizeof(mapped));
		return true;
	}
	return inet_pton(AF_INET6, text, address) == 1;
}

static bool is_v4(const unsigned char address[16])
{
	return memcmp(address, mapped, sizeof(mapped)) == 0;
}

static bool parse_network(const char *item, unsigned char address[16],
			  unsigned long *bits)
{
	size_t length = strcspn(item, "/");
	char text[INET6_ADDRSTRLEN];
	bool v4 = !memchr(item, ':', length);

	if (!vns_util_format(text, sizeof(text), "%.*s", (int)length, item) ||
	    !parse_address(text, address))
		return false;
	*bits = 128;
	if (!item[length])
		return true;
	if (!vns_util_number(item + length + 1, v4 ? 32 : 128, bits))
		return false;
	if (v4)
		*bits += 96;
	return true;
}

/* An item that looks like an address must be one: a typo would never match. */
bool vns_match_rhost_valid(const char *item)
{
	bool address = strpbrk(item, "/:") ||
		       strspn(item, "0123456789.") == strlen(item);
	unsigned char network[16];
	unsigned long bits;

	return *item && (!address || parse_network(item, network, &bits));
}

static bool same_network(const unsigned char *a, const unsigned char *b,
			 unsigned long bits)
{
	unsigned long bytes = bits / 8, rest = bits % 8;

	if (memcmp(a, b, bytes) != 0)
		return false;
	return rest == 0 || ((a[bytes] ^ b[bytes]) >> (8 - rest)) == 0;
}

static bool rhost_item(const char *item, const void *value)
{
	unsigned char network[16], address[16];
	char plain[INET6_ADDRSTRLEN];
	unsigned long bits;

	if (!parse_network(item, network, &bits))
		return fnmatch(item, value, FNM_CASEFOLD | FNM_NOESCAPE) == 0;
	/*
	 * For a link-local client sshd gives an address such as fe80::1%eth0.
	 */
	if (!vns_util_format(plain, sizeof(plain), "%.*s",
			     (int)strcspn(value, "%"), (const char *)value))
		return false;
	/* ::/0 is every IPv6 address, not every address. */
	return parse_address(plain, address) &&
	       (is_v4(network) && bits >= 96) == is_v4(address) &&
	       same_network(network, address, bits);
}

bool vns_match_rhost(const struct vns_strings *list, const char *rhost)
{
	return match_list(list, rhost_item, rhost ? rhost : "");
}

/* "/dev/pts/1" and "pts/1" are the same terminal. */
static const char *plain_tty(const char *tty)
{
	return strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty;
}

static bool tty_item(const char *item, const void *value)
{
	return fnmatch(plain_tty(item), value, FNM_NOESCAPE) == 0;
}

bool vns_match_tty(const struct vns_strings *list, const char *tty)
{
	return match_list(list, tty_item, plain_tty(tty ? tty : ""));
}

bool vns_match_exact(const struct vns_strings *list, const char *value)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (strcmp(list->items[i], value) == 0)
			return true;
	return false;
}
