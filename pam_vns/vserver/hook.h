/*
 * Programs run on the host around a session or a vserver's life
 * (pam_vns.conf(5), "hook").
 */
#ifndef VNS_HOOK_H
#define VNS_HOOK_H

#include "config/types.h"
#include "lib/who.h"
#include "system/spawn.h"

/* What a hook is told; NULL or "" values are passed as empty strings. */
struct vns_hook_facts {
	const char *hook; /* what it is called: "open", "pre-start" */
	/* A session's: PAM_TYPE, "open_session". A vserver's: NULL. */
	const char *type;
	/* Of the session alone. */
	struct vns_who who;
	const char *vserver;
	const char *instance;  /* of a template, or NULL */
	unsigned long context; /* 0: none */
	const char *root;      /* the root directory, or NULL */
	int init; /* of the vserver alone: its init process, or 0 */
};

/*
 * Runs the hook and waits for it. What it said is left in said. 0, or a
 * negative errno: whether that refuses anything is for the caller to say
 * (hook->deny). A vserver's hook ends with the caller.
 */
int vns_hook_run(const struct vns_hook *hook,
		 const struct vns_hook_facts *facts,
		 struct vns_spawn_said *said, struct vns_error *err);

/*
 * For the log: behind the error, the first line of what it said, of standard
 * error if there is any.
 */
void vns_hook_explain(const struct vns_spawn_said *said, struct vns_error *err);

/*
 * For the user: the first lines of its standard output, with nothing in them
 * that moves a cursor. Empty where there are none.
 */
void vns_hook_message(const struct vns_spawn_said *said, char *text,
		      size_t size);

#endif
