/* Collects single ids, and writes the lines of uid_map and gid_map. */
#include "lib/idmap.h"

#include <stdio.h>

bool vns_idmap_has(const struct vns_idrange *range, bool gap, unsigned long id)
{
	return id < range->count &&
	       (!gap || id < VNS_IDMAP_GAP || id >= VNS_IDMAP_GAP_END);
}

void vns_idmap_add(struct vns_idmap_singles *singles,
		   const struct vns_idrange *range, unsigned long id)
{
	size_t i;

	if (id >= VNS_IDRANGE_END_MAX || vns_idmap_has(range, true, id))
		return;
	for (i = 0; i < singles->count; i++)
		if (singles->ids[i] == id)
			return;
	if (singles->count == VNS_IDMAP_SINGLES_MAX)
		singles->missed++;
	else
		singles->ids[singles->count++] = id;
}

struct writer {
	char *text;
	size_t size, length;
};

static void write_line(struct writer *writer, unsigned long inside,
		       unsigned long outside, unsigned long count)
{
	const size_t left = writer->size - writer->length;
	const int length = snprintf(writer->text + writer->length, left,
				    "%lu %lu %lu\n", inside, outside, count);

	/* What is full stays full. */
	if (length < 0 || (size_t)length >= left)
		writer->length = writer->size;
	else
		writer->length += (size_t)length;
}

size_t vns_idmap_write(const struct vns_idrange *range,
		       const struct vns_idmap_singles *singles, char *text,
		       size_t size)
{
	const unsigned long gap = VNS_IDMAP_GAP, end = VNS_IDMAP_GAP_END;
	struct writer writer = { text, size, 0 };
	size_t i;

	if (!singles) {
		write_line(&writer, 0, range->base, range->count);
	} else {
		write_line(&writer, 0, range->base, gap);
		write_line(&writer, end, range->base + end, range->count - end);
		for (i = 0; i < singles->count; i++)
			write_line(&writer, singles->ids[i],
				   range->base + gap + i, 1);
	}
	return writer.length < size ? writer.length : 0;
}
