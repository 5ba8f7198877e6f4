/* Makes the answer about a login that is decided, or prepared, or refused. */
#ifndef VNS_REPLY_H
#define VNS_REPLY_H

#include "login/login.h"
#include "wire/answer.h"

/* Lines for the log of the login, which the module will write. */
struct vns_reply_lines {
	struct vns_strings list;
	bool lost; /* there was no memory for one */
};

/* Returns a log that collects lines. */
struct vns_log vns_reply_log(struct vns_reply_lines *lines, bool debug);

/*
 * Sends the answer. The facts of login are used as far as they are known. With
 * VNS_ANSWER_PLACE, all of its place is sent; with VNS_ANSWER_IDENTITY, users
 * and groups are looked up, and *placed is set right before it is sent. Returns
 * 0 or -errno, with err if the answer could not be made.
 */
int vns_reply_send(int connection, enum vns_answer_kind kind,
		   struct vns_login *login, const struct vns_reply_lines *lines,
		   bool *placed, struct vns_error *err);

/* Refuses a login of which nothing is known. */
int vns_reply_refuse(int connection, struct vns_error *err);

#endif
