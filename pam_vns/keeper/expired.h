/*
 * Refuses who would be placed in a vserver to change their password there,
 * where that changes nothing.
 *
 * Where the password has expired, services have it changed through PAM, in the
 * account phase and on the host: su, login, and sshd with keyboard-interactive
 * authentication. With all other kinds of authentication sshd runs passwd(1) in
 * the session instead.
 */
#ifndef VNS_EXPIRED_H
#define VNS_EXPIRED_H

#include "login/login.h"
#include "system/process.h"

/*
 * Checks a login that is decided for a vserver, in the account phase. service
 * is the process that has asked. Returns -EKEYEXPIRED, and tells the user by
 * login->notice, if the password has expired and service is an sshd that would
 * run passwd. Whatever of this cannot be read lets the login go on.
 */
int vns_expired_check(struct vns_login *login,
		      const struct vns_process *service, struct vns_error *err);

#endif
