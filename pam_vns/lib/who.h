/* Describes who logs in, and how. */
#ifndef VNS_WHO_H
#define VNS_WHO_H

/*
 * The fields are PAM items (pam_get_item(3)); NULL means that one is not known.
 * The strings belong to whoever has filled in the struct.
 */
struct vns_who {
	const char *user;
	const char *ruser;
	const char *service;
	const char *tty;
	const char *rhost;
};

#endif
