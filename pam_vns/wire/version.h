/*
 * The version of the messages between the module and the keeper. Each message
 * begins with the string "pam_vns=VERSION", which stays as it is in all
 * versions; the rest of a message is only looked at if the version is right.
 */
#ifndef VNS_VERSION_H
#define VNS_VERSION_H

#include "lib/error.h"

/* Change this number together with the fields in ask.c or answer.c. */
#ifndef VNS_WIRE_VERSION
#define VNS_WIRE_VERSION 3
#endif

/* Who has sent a message. */
enum vns_version_side {
	VNS_VERSION_MODULE,
	VNS_VERSION_KEEPER,
};

/* Returns the version that a message begins with, or 0 if there is none. */
unsigned long vns_version_of(const char *text, size_t length);

/*
 * Moves *text and *length behind the string with the version. Returns 0,
 * -EPROTO if it is another version, or -EINVAL if there is none.
 */
int vns_version_check(enum vns_version_side sender, const char **text,
		      size_t *length, struct vns_error *err);

#endif
