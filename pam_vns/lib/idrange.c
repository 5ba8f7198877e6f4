/* Parses and compares ranges of ids, and picks one for a name by its hash. */
#include "lib/idrange.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

bool vns_idrange_valid(const struct vns_idrange *range)
{
	return range->base >= VNS_IDRANGE_BASE_MIN &&
	       range->base < VNS_IDRANGE_END_MAX && range->count > 0 &&
	       range->count <= VNS_IDRANGE_END_MAX - range->base;
}

/* Parses the number between start and end. */
static bool parse_number(const char *start, const char *end,
			 unsigned long *number)
{
	size_t length = (size_t)(end - start);
	char digits[16];

	if (length >= sizeof(digits))
		return false;
	memcpy(digits, start, length);
	digits[length] = '\0';
	return vns_util_number(digits, VNS_IDRANGE_END_MAX, number);
}

bool vns_idrange_parse(const char *text, struct vns_idrange *range)
{
	const char *colon = strchr(text, ':');
	struct vns_idrange found;

	if (!colon || !parse_number(text, colon, &found.base) ||
	    !parse_number(colon + 1, colon + 1 + strlen(colon + 1),
			  &found.count) ||
	    !vns_idrange_valid(&found))
		return false;
	*range = found;
	return true;
}

/* This adds nothing up: sums could be too large where long has 32 bits. */
bool vns_idrange_overlap(const struct vns_idrange *a,
			 const struct vns_idrange *b)
{
	if (a->count == 0 || b->count == 0)
		return false;
	if (a->base <= b->base)
		return b->base - a->base < a->count;
	return a->base - b->base < b->count;
}

bool vns_idrange_in_auto(const struct vns_idrange *range)
{
	const struct vns_idrange area = {
		VNS_IDRANGE_AUTO_BASE,
		VNS_IDRANGE_AUTO_END - VNS_IDRANGE_AUTO_BASE,
	};

	return vns_idrange_overlap(range, &area);
}

int vns_idrange_check(const struct vns_idrange *asked, struct vns_error *err)
{
	if (!vns_idrange_valid(asked))
		return vns_error_set(err, EINVAL,
				     "user_namespace \"%lu:%lu\" is not within "
				     "the ids %lu to %lu; choose another",
				     asked->base, asked->count,
				     VNS_IDRANGE_BASE_MIN,
				     VNS_IDRANGE_END_MAX - 1);
	if (vns_idrange_in_auto(asked))
		return vns_error_set(err, EINVAL,
				     "user_namespace \"%lu:%lu\" overlaps %lu "
				     "to %lu, which \"auto\" takes its ranges "
				     "from; choose another, or \"auto\"",
				     asked->base, asked->count,
				     VNS_IDRANGE_AUTO_BASE,
				     VNS_IDRANGE_AUTO_END - 1);
	return 0;
}

bool vns_idrange_is_slot(unsigned long base)
{
	return base >= VNS_IDRANGE_AUTO_BASE && base < VNS_IDRANGE_AUTO_END &&
	       base % VNS_IDRANGE_AUTO_COUNT == 0 &&
	       base != VNS_IDRANGE_FOREIGN_BASE;
}

/* The FNV-1a hash. */
static uint32_t hash(const char *text)
{
	uint32_t value = 2166136261U;

	for (; *text; text++) {
		value ^= (unsigned char)*text;
		value *= 16777619U;
	}
	return value;
}

struct vns_idrange vns_idrange_slot(const char *name, unsigned long attempt)
{
	unsigned long index =
		(hash(name) % VNS_IDRANGE_SLOTS + attempt % VNS_IDRANGE_SLOTS) %
		VNS_IDRANGE_SLOTS;
	unsigned long base =
		VNS_IDRANGE_AUTO_BASE + index * VNS_IDRANGE_AUTO_COUNT;

	if (base >= VNS_IDRANGE_FOREIGN_BASE)
		base += VNS_IDRANGE_AUTO_COUNT;
	return (struct vns_idrange){ base, VNS_IDRANGE_AUTO_COUNT };
}

bool vns_idrange_parse_subid(const char *line, struct vns_idrange *range)
{
	const char *colon = strchr(line, ':');
	unsigned long base, count;
	char *end;

	if (!colon || colon == line || line[0] == '#')
		return false;
	base = strtoul(colon + 1, &end, 0);
	if (end == colon + 1 || *end != ':' || base >= VNS_IDRANGE_END_MAX)
		return false;
	colon = end;
	count = strtoul(colon + 1, &end, 0);
	if (end == colon + 1 || end[strspn(end, " \t\r")] || count == 0)
		return false;
	if (count > VNS_IDRANGE_END_MAX - base)
		count = VNS_IDRANGE_END_MAX - base;
	*range = (struct vns_idrange){ base, count };
	return true;
}

bool vns_idrange_parse_record(const char *text, unsigned long *count,
			      vns_name name)
{
	const char *space = strchr(text, ' ');
	vns_name found;
	size_t length;

	if (!space)
		return false;
	length = strcspn(space + 1, "\n");
	if (strcmp(space + 1 + length, "\n") != 0 || length >= sizeof(found))
		return false;
	memcpy(found, space + 1, length);
	found[length] = '\0';
	if (!vns_util_name_valid(found) || !parse_number(text, space, count))
		return false;
	memcpy(name, found, length + 1);
	return true;
}
