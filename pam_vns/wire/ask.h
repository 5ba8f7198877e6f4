/*
 * What the module asks the keeper: a list of fields (lib/fields.h), in the
 * order of struct vns_ask. Pure: it sends nothing.
 */
#ifndef VNS_ASK_H
#define VNS_ASK_H

#include "lib/error.h"
#include "lib/util.h"
#include "lib/who.h"

/* The size of a message at most, in bytes: strangers choose parts of it. */
#define VNS_ASK_MAX ((size_t)64 * 1024)

enum vns_ask_phase {
	VNS_ASK_ACCOUNT, /* may the user enter? Nothing is started or run */
	VNS_ASK_OPEN,	 /* a session is opened */
	VNS_ASK_PLACED,	 /* the line with "placed?" asks */
};

struct vns_ask {
	enum vns_ask_phase phase;
	bool debug;
	const char *config; /* the path of pam_vns.conf */
	struct vns_who who; /* with a user and a service; as they came */
	const char *cwd;    /* the caller's directory; NULL: not known */
	/*
	 * The path of the caller's terminal, or NULL. An open descriptor of it
	 * is sent along with the message.
	 */
	const char *terminal;
	/* The program opens its terminal again by its path. */
	bool reopens;
	/* A line with "placed?" was told that the user stays on the host. */
	bool stays;
	/*
	 * What tells this session from others of the same process; NULL: it is
	 * not told. And it was asked for before, when the keeper ended without
	 * an answer.
	 */
	const char *attempt;
	bool retry;
};

/*
 * Makes the message, of *length bytes; the caller frees *text. A string that is
 * "" is as good as NULL. Returns -E2BIG if the message is too large, -EINVAL if
 * something is missing, or -ENOMEM.
 */
int vns_ask_pack(const struct vns_ask *ask, char **text, size_t *length,
		 struct vns_error *err);

/*
 * Reads a message, which may come from anybody. fields must be empty; it owns
 * the strings of ask, also after a failure, and the caller frees it. What is
 * not known is NULL; paths are absolute, and all other strings are as the
 * sender chose them. Returns 0, -EPROTO for another version, -E2BIG, -ENOMEM,
 * or -EINVAL for anything else that vns_ask_pack does not make.
 */
int vns_ask_unpack(const char *text, size_t length, struct vns_strings *fields,
		   struct vns_ask *ask, struct vns_error *err);

#endif
