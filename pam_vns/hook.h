/* Programs run on the host around a session (pam_vns.conf(5), "hook"). */
#ifndef VNS_HOOK_H
#define VNS_HOOK_H

#include "config.h"

/* What a hook is told; NULL or "" values are passed as empty strings. */
struct vns_hook_facts {
	const char *user;
	const char *ruser;
	const char *rhost;
	const char *tty;
	const char *service;
	const char *type; /* PAM_TYPE: "open_session" or "close_session" */
	const char *vserver;
	const char *instance;  /* of a template, or NULL */
	unsigned long context; /* 0: none */
	const char *root;      /* the root directory, or NULL */
};

/*
 * Runs the hook and waits for it. The start of what it printed is left in
 * output. 0, or a negative errno: whether that refuses the login is for the
 * caller to say (hook->deny).
 */
int vns_hook_run(const struct vns_hook *hook,
		 const struct vns_hook_facts *facts, char *output, size_t size,
		 struct vns_error *err);

#endif
