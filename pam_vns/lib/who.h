/* Who logs in, and how. */
#ifndef VNS_WHO_H
#define VNS_WHO_H

/*
 * By PAM's items (pam_get_item(3)); NULL is not known. The strings belong to
 * whoever has filled it.
 */
struct vns_who {
	const char *user;
	const char *ruser;
	const char *service;
	const char *tty;
	const char *rhost;
};

#endif
