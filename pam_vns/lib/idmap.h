/*
 * Says how the ids of a user namespace are mapped (user_namespaces(7)): those
 * inside are a range from 0 up. There can be single ids besides, as accounts of
 * a directory service have, which begin at some hundred millions. The range has
 * a gap then; on the host the single ids are what the gap's would be. Pure: it
 * opens no files.
 */
#ifndef VNS_IDMAP_H
#define VNS_IDMAP_H

#include "lib/idrange.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The gap: no distribution gives these ids to anybody (systemd says who has
 * which in docs/UIDS-GIDS.md). There are so many of them as there can be single
 * ids: the kernel takes a map of less than 4096 bytes, and a line of it has up
 * to 24.
 */
#define VNS_IDMAP_GAP 60514UL
#define VNS_IDMAP_SINGLES_MAX 160UL
#define VNS_IDMAP_GAP_END (VNS_IDMAP_GAP + VNS_IDMAP_SINGLES_MAX)

struct vns_idmap_singles {
	unsigned long ids[VNS_IDMAP_SINGLES_MAX];
	size_t count;
	size_t missed; /* how often there was no room for one */
};

/* The single ids of a user namespace. */
struct vns_idmap_more {
	struct vns_idmap_singles users, groups;
};

/* Whether id is one of the range's inside, which has a gap or not. */
bool vns_idmap_has(const struct vns_idrange *range, bool gap, unsigned long id);

/*
 * Adds an id, unless the range, with its gap, has it, it is there already, or
 * it is none ((uid_t)-1).
 */
void vns_idmap_add(struct vns_idmap_singles *singles,
		   const struct vns_idrange *range, unsigned long id);

/*
 * Writes what the kernel reads. If singles is NULL there is no gap; otherwise
 * the range must be longer than the gap's end. Returns the length; 0 if it does
 * not fit.
 */
size_t vns_idmap_write(const struct vns_idrange *range,
		       const struct vns_idmap_singles *singles, char *text,
		       size_t size);

#endif
