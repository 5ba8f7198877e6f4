/*
 * Runs hooks: programs that run on the host when a session is opened or closed,
 * or when a vserver is started or stopped (pam_vns.conf(5), "hook").
 */
#ifndef VNS_HOOK_H
#define VNS_HOOK_H

#include "config/types.h"
#include "lib/who.h"
#include "system/spawn.h"

/* What a hook is told. NULL or "" values are passed as empty strings. */
struct vns_hook_facts {
	const char *hook; /* name of the hook: "open", "pre-start" */
	/* PAM_TYPE ("open_session") for a session's hook, else NULL. */
	const char *type;
	/* Only set for a session's hook. */
	struct vns_who who;
	const char *vserver;
	const char *instance;  /* of a template, or NULL */
	unsigned long context; /* 0: none */
	const char *root;      /* the root directory, or NULL */
	int init;	       /* only a vserver's: its init process, or 0 */
};

/*
 * Runs the hook and waits for it. What the hook printed is stored in said.
 * Returns 0 or a negative errno; the caller decides whether a failure refuses
 * anything (hook->deny). A vserver's hook is killed when the calling process
 * ends.
 */
int vns_hook_run(const struct vns_hook *hook,
		 const struct vns_hook_facts *facts,
		 struct vns_spawn_said *said, struct vns_error *err);

/*
 * Checks whether the facts can be put into the hook's command. Returns 0 or a
 * negative errno. It is for a close hook, which must not fail for that when the
 * session has ended.
 */
int vns_hook_check(const struct vns_hook *hook,
		   const struct vns_hook_facts *facts, struct vns_error *err);

/*
 * Prepares an error for the log: appends the first line that the hook printed
 * to err, from its standard error if it printed anything there.
 */
void vns_hook_explain(const struct vns_spawn_said *said, struct vns_error *err);

/*
 * Stores the message for the user in text: the first lines of the hook's
 * standard output, with every character replaced that could move a terminal's
 * cursor. The text is empty where the hook printed nothing.
 */
void vns_hook_message(const struct vns_spawn_said *said, char *text,
		      size_t size);

#endif
