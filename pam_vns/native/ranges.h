/*
 * Which vserver has which range of ids (idrange.h), recorded below state_dir:
 *
 *	ranges/BASE	a file with "COUNT NAME\n": NAME's alone, for ever
 *	ranges/@NAME	a link to the BASE that "auto" has given to NAME; it is
 *			made anew where it is missing
 *	ranges/.lock	held with flock(2) while one is claimed
 *
 * A range is nobody else's until its file is removed, which no program does to
 * those of "auto": no two vservers ever have ids in common, and one that
 * starts again has the ids it had. All of it is root's.
 */
#ifndef VNS_RANGES_H
#define VNS_RANGES_H

#include "lib/error.h"
#include "lib/idrange.h"

/*
 * Finds the range of the vserver and records it, first making what is missing
 * of state_dir and what is in it.
 *
 * asked NULL is "auto": what the vserver has already, else the first slot that
 * nobody has, and of which nothing is given away in /etc/subuid or
 * /etc/subgid. An "auto" range stays the vserver's even when it asks for
 * another later on.
 *
 * Otherwise the range is as asked for. It may overlap neither the area of
 * "auto" (-EINVAL) nor what is recorded for others (-EEXIST). What the vserver
 * asked for before is given up, so it must not be running. An administrator
 * who names a range is believed about /etc/subuid: he may have reserved it
 * there.
 *
 * -EBUSY if others hold the lock for 25 seconds, -ENOSPC if "auto" has nothing
 * left, -EPERM or -ELOOP where what is found is not to be trusted, -EINVAL for
 * a broken file.
 */
int vns_ranges_claim(const char *state_dir, const char *name,
		     const struct vns_idrange *asked, struct vns_idrange *range,
		     struct vns_error *err);

/* The same elsewhere, for tests. */
struct vns_ranges {
	const char *state_dir;
	const char *subuid, *subgid;
	unsigned timeout_ms; /* to wait for the lock */
};
int vns_ranges_claim_in(const struct vns_ranges *ranges, const char *name,
			const struct vns_idrange *asked,
			struct vns_idrange *range, struct vns_error *err);

#endif
