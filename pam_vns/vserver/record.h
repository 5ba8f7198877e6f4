/*
 * Builds and reads the record of a session: a list of fields (lib/fields.h), in
 * the following order, and each key once unless stated otherwise. These
 * functions open nothing.
 *
 *	user ruser rhost tty service rule
 *	vserver instance context root	as in struct vns_hook_facts
 *	config run_dir			where it was configured
 *	pid ticks boot			the process that opened the session,
 *					when that process started, and the id
 *					of the host's boot it started in
 *	since				when, in seconds since 1970
 *	stop				"last-logout", or not there
 *	close word word...		for each hook: its time limit, and its
 *					command
 *
 *	placed				the session may have begun; where it has
 *					close hooks
 *	noted...			of a session that has ended: how much
 *					has been done for it since
 *	refused				the login was refused: the session has
 *					not begun
 *
 * A key whose value is not known is left out.
 */
#ifndef VNS_RECORD_H
#define VNS_RECORD_H

#include "config/types.h"
#include "lib/fields.h"
#include "lib/who.h"

#define VNS_RECORD_PLACED "placed"
#define VNS_RECORD_REFUSED "refused"

/*
 * Adds all fields of who; the second function reads them back. The strings that
 * it returns belong to the record.
 */
int vns_record_add_who(struct vns_strings *record, const struct vns_who *who);
struct vns_who vns_record_who(const struct vns_strings *record);

int vns_record_add_hook(struct vns_strings *record,
			const struct vns_hook *hook);

/*
 * Finds the next hook at or behind the position *at, which is 0 at first, and
 * moves *at behind it. An entry without words, or without a time limit, does
 * not count as a hook. Returns 1 if there was a hook, 0 at the end, or -ENOMEM.
 * The caller frees hook's command.
 */
int vns_record_next_hook(const struct vns_strings *record, size_t *at,
			 struct vns_hook *hook);

#endif
