/*
 * How old the host lets a user's password become: shadow(5), and NSS, for the
 * users that it knows.
 */
#ifndef VNS_AGING_H
#define VNS_AGING_H

#include <shadow.h>

enum vns_aging {
	/* The password does not expire, or nothing is known of it. */
	VNS_AGING_NONE,
	VNS_AGING_FINE,
	VNS_AGING_SOON, /* the user is being warned of it */
	/* The password has expired: the next login is to change it. */
	VNS_AGING_EXPIRED,
};

/*
 * Judges an entry by the day (since 1970). In *left is, for VNS_AGING_FINE and
 * VNS_AGING_SOON, in how many days the password expires.
 */
enum vns_aging vns_aging_judge(const struct spwd *entry, long today,
			       long *left);

/*
 * Looks a user of the host up and judges today. Linux-PAM has changed its mind
 * about the very last day, and more than a password can expire: so what seems
 * to have expired is confirmed by unix_chkpwd(8), the program of the Linux-PAM
 * that is installed. Where that does not say so, or cannot be run, it is
 * VNS_AGING_SOON on the last day, and else VNS_AGING_NONE.
 */
enum vns_aging vns_aging_find(const char *user, long *left);

#endif
