/*
 * What is recorded of a session: "key=value" strings, in this order and each
 * once but where it says otherwise. Pure. In a file and on the way to the
 * watcher each has a NUL behind it.
 *
 *	user ruser rhost tty service rule
 *	vserver instance context root	as in struct vns_hook_facts
 *	config run_dir			where it was configured
 *	pid ticks boot			the process that has opened it, when it
 *					started, and in which life of the host
 *	since				when, in seconds since 1970
 *	stop				"last-logout", or not there
 *	close word word...		for each hook: its time limit, and its
 *					command
 *
 * What is not known is not there.
 */
#ifndef VNS_RECORD_H
#define VNS_RECORD_H

#include "config/types.h"
#include "lib/who.h"

/* "" where there is none. */
const char *vns_record_get(const struct vns_strings *record, const char *key);

/* Whether the value is a number, and which. */
bool vns_record_number(const struct vns_strings *record, const char *key,
		       unsigned long *number);

/* 0 or -ENOMEM; without a value (NULL or "") nothing is added. */
int vns_record_add(struct vns_strings *record, const char *key,
		   const char *value);
/* All of it; and what was added, whose strings are the record's. */
int vns_record_add_who(struct vns_strings *record, const struct vns_who *who);
struct vns_who vns_record_who(const struct vns_strings *record);

int vns_record_add_hook(struct vns_strings *record,
			const struct vns_hook *hook);

/*
 * The hook at or behind *at, which is moved on; zero at first. What has no
 * words, or no time limit, is none. 1 if there was one, 0 at the end, or
 * -ENOMEM; hook's command is the caller's to free.
 */
int vns_record_next_hook(const struct vns_strings *record, size_t *at,
			 struct vns_hook *hook);

/* NULL where there is no memory; the caller frees. */
char *vns_record_join(const struct vns_strings *record, size_t *length);

/* 0, -ENOMEM, or -EINVAL for what vns_record_join has not made. */
int vns_record_split(const char *text, size_t length,
		     struct vns_strings *record);

#endif
