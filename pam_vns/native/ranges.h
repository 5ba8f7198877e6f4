/*
 * Records which vserver has which range of ids (idrange.h), below state_dir:
 *
 *	ranges/BASE	a file with "COUNT NAME\n": this range is NAME's alone,
 *			for ever
 *	ranges/@NAME	a link to the BASE that "auto" has given to NAME; it is
 *			made anew where it is missing
 *	ranges/.lock	held with flock(2) while a range is claimed
 *
 * A range belongs to its vserver until its file is removed, and no program
 * removes the file of an "auto" range: no two vservers ever have ids in common,
 * and a vserver that starts again has the same ids as before. All of these
 * files belong to root.
 */
#ifndef VNS_RANGES_H
#define VNS_RANGES_H

#include "lib/error.h"
#include "lib/idrange.h"

/*
 * Finds the range of the vserver and records it. What is missing of state_dir
 * and its contents is made first.
 *
 * If asked is NULL, the range is "auto": the range that the vserver already
 * has, or else the first free slot of which nothing is given away in
 * /etc/subuid or /etc/subgid. An "auto" range remains the vserver's even if the
 * vserver asks for another one later on.
 *
 * Otherwise the range is the one in asked. It may overlap neither the area of
 * "auto" (-EINVAL) nor what is recorded for others (-EEXIST). The range that
 * the vserver asked for before is given up, so the vserver must not be running.
 * /etc/subuid is not checked for a range that an administrator names: they may
 * have reserved the range there.
 *
 * Returns -EBUSY if others hold the lock for 25 seconds, -ENOSPC if "auto" has
 * no range left, -EPERM or -ELOOP where what is found is not to be trusted, and
 * -EINVAL for a broken file.
 */
int vns_ranges_claim(const char *state_dir, const char *name,
		     const struct vns_idrange *asked, struct vns_idrange *range,
		     struct vns_error *err);

/*
 * What a claim of the range in asked would say now. Makes and changes nothing,
 * and takes no lock. Returns 0, or as vns_ranges_claim does.
 */
int vns_ranges_check(const char *state_dir, const char *name,
		     const struct vns_idrange *asked, struct vns_error *err);

/* vns_ranges_claim with other files and limits, for tests. */
struct vns_ranges {
	const char *state_dir;
	const char *subuid, *subgid;
	unsigned timeout_ms; /* how long to wait for the lock */
};
int vns_ranges_claim_in(const struct vns_ranges *ranges, const char *name,
			const struct vns_idrange *asked,
			struct vns_idrange *range, struct vns_error *err);

#endif
