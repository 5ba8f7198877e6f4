/*
 * Decides whether a login's shell is looked for inside, and whether the login
 * goes on where it is missing (shell_check in pam_vns.conf(5)).
 *
 * This is no matter of security: what a session executes is the tenant's in any
 * case. It is about telling users in plain words what is wrong, and about not
 * refusing those who need no shell.
 */
#ifndef VNS_SHELL_H
#define VNS_SHELL_H

#include "config/types.h"

#include <stdbool.h>

/* What is known of a login's shell inside. */
enum vns_shell {
	VNS_SHELL_FOUND,    /* a regular file that somebody may execute */
	VNS_SHELL_UNASKED,  /* it is not looked for */
	VNS_SHELL_UNNEEDED, /* it is missing, and the login goes on without */
	VNS_SHELL_MISSING,  /* it is missing, and the login is refused */
};

/* The path of an account's shell; if that is empty, /bin/sh (passwd(5)). */
const char *vns_shell_path(const char *shell);

/*
 * The path that a login into vserver looks for; NULL if it looks for none. With
 * shell_check = "auto", a shell whose file is called nologin or false is not
 * looked for, as it does nothing for anybody.
 */
const char *vns_shell_sought(const struct vns_vserver *vserver,
			     const char *shell);

/* Whether fd (O_PATH; -1: nothing) is a shell. */
bool vns_shell_is(int fd);

/*
 * Whether path is a shell below root, an O_PATH descriptor of the vserver's
 * root directory, which no path leads out of. May have to wait for ever.
 */
bool vns_shell_is_there(int root, const char *path);

/*
 * Whether there is a directory /bin or /usr/bin below root, or it is not known.
 * May have to wait for ever.
 */
bool vns_shell_has_programs(int root);

/*
 * What found and programs, which these functions have said of the path sought,
 * mean for a login by service. With shell_check = "auto", a login by sshd goes
 * on without a shell where there are no programs at all: nothing but
 * internal-sftp and forwarding can work there, and sshd does not say before the
 * session begins whether it will be that.
 */
enum vns_shell vns_shell_judge(const struct vns_vserver *vserver,
			       const char *service, const char *sought,
			       bool found, bool programs);

/* What follows "the shell PATH " in a sentence about what is not missing. */
const char *vns_shell_says(enum vns_shell shell);

#endif
