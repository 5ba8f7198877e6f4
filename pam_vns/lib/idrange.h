/*
 * Parses and picks ranges of the host's user and group ids, which user
 * namespaces are mapped to. Pure: it opens no files.
 *
 * The ranges that "auto" hands out, of 65536 ids each, lie between 0x70000000
 * and 0xFFFF0000. Other software keeps out of there: systemd-nspawn takes
 * 524288 to 1879048191 (0x6FFFFFFF), and useradd(8) gives out 100000 to
 * 600100000 as subordinate ids. One slot is left out: from 0x7FFE0000 on,
 * systemd has the ids that files of foreign images belong to.
 */
#ifndef VNS_IDRANGE_H
#define VNS_IDRANGE_H

#include "lib/error.h"
#include "lib/util.h"

#include <stdbool.h>

struct vns_idrange {
	unsigned long base; /* the host's id that is 0 inside */
	unsigned long count;
};

/*
 * The first 65536 ids are the host's own: its root, its daemons, its users,
 * nobody (65534), and the id that is -1 in 16 bits.
 */
#define VNS_IDRANGE_BASE_MIN 65536UL
/* (uid_t)-1 is no id. */
#define VNS_IDRANGE_END_MAX 4294967295UL

#define VNS_IDRANGE_AUTO_COUNT 65536UL
#define VNS_IDRANGE_AUTO_BASE 1879048192UL
#define VNS_IDRANGE_AUTO_END 4294901760UL
#define VNS_IDRANGE_FOREIGN_BASE 2147352576UL
/* The number of slots, without the one that systemd uses for foreign images. */
#define VNS_IDRANGE_SLOTS                                 \
	((VNS_IDRANGE_AUTO_END - VNS_IDRANGE_AUTO_BASE) / \
		 VNS_IDRANGE_AUTO_COUNT -                 \
	 1)

/*
 * Whether the range is not empty and contains neither the host's own ids nor
 * (uid_t)-1.
 */
bool vns_idrange_valid(const struct vns_idrange *range);

/*
 * Parses "BASE:COUNT" in decimal; false for anything else, and for a range that
 * is not valid.
 */
bool vns_idrange_parse(const char *text, struct vns_idrange *range);

/*
 * Checks a range that is asked for by its numbers: it must be valid, and may
 * not overlap the area of "auto". Returns 0 or -EINVAL.
 */
int vns_idrange_check(const struct vns_idrange *asked, struct vns_error *err);

/* Whether two ranges overlap. An empty range overlaps nothing. */
bool vns_idrange_overlap(const struct vns_idrange *a,
			 const struct vns_idrange *b);

/* Whether a part of the range lies where "auto" takes its ranges from. */
bool vns_idrange_in_auto(const struct vns_idrange *range);

/* Whether "auto" could have handed out a range with this base. */
bool vns_idrange_is_slot(unsigned long base);

/*
 * The range that "auto" tries for the vserver at this attempt. Attempt 0
 * depends on the name alone, so that the vserver gets the same range again if
 * the record is lost. Attempts 0 to VNS_IDRANGE_SLOTS - 1 give all slots, once
 * each. Ranges in use depend on this order: it never changes.
 */
struct vns_idrange vns_idrange_slot(const char *name, unsigned long attempt);

/*
 * Parses one line of subuid(5) or subgid(5), without its newline:
 * "NAME:BASE:COUNT". This is as liberal with numbers as newuidmap(1), which
 * takes 0x and 0 in front as C does; what lies above the last id is cut off.
 * Returns false for a line without ids, a comment and junk. The range is not
 * checked with vns_idrange_valid().
 */
bool vns_idrange_parse_subid(const char *line, struct vns_idrange *range);

/* Parses what ranges.h records: "COUNT NAME\n", and nothing else. */
bool vns_idrange_parse_record(const char *text, unsigned long *count,
			      vns_name name);

#endif
